/** `npm run docs`: writes the documents that come from a list in the code. With `--check` it writes nothing, and fails on a difference. */

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { documentDiagnostics } from '../codegen/diagnostics/document.ts'
import { ERROR_CODES, type ErrorKind } from '../src/base/errors.ts'

const KINDS: Record<ErrorKind, { readonly title: string; readonly meaning: string }> = {
  bug: {
    title: 'Bugs',
    meaning: 'The program or the library is wrong. It throws, and should crash the service rather than be handled.',
  },
  peer: { title: 'Faults of the other side', meaning: 'The other side broke a rule. It ends the session or the link.' },
  operation: { title: 'Faults of an operation', meaning: 'Nobody is to blame. It goes back to whoever asked.' },
}

/** The whole of docs/errors.md. */
export function errorsDocument(): string {
  const lines = [
    '# Errors',
    '',
    '<!-- Written by `npm run docs` from src/base/errors.ts. Do not edit. -->',
    '',
    'Every error that Coxswain raises is a `SteerError`. Its `code` is one of this list and never changes its meaning; switch on it.',
    'Its `rawMessage` says what was got, what was expected and which option changes it; `message` is the same behind `[code]`.',
    'Its `cause` is what led to it, and stays on this side of the wire: the other side sees a code and a text, nothing else.',
    'A normal end and a cancel are values, never errors.',
    '',
    'There are three kinds, which are never mixed. `error.kind` tells which.',
  ]
  for (const kind of ['peer', 'operation', 'bug'] as const) {
    lines.push('', `## ${KINDS[kind].title} (\`${kind}\`)`, '', KINDS[kind].meaning)
    for (const [code, entry] of Object.entries(ERROR_CODES)) {
      if (entry.kind !== kind) continue
      lines.push('', `### \`${code}\``, '', entry.meaning, '', `**What to do.** ${entry.remedy}`)
    }
  }
  return `${lines.join('\n')}\n`
}

const DOCUMENTS: readonly { readonly file: string; readonly text: () => string }[] = [
  { file: 'docs/errors.md', text: errorsDocument },
  { file: 'docs/diagnostics.md', text: documentDiagnostics },
]

/** Returns the files that differ from what the lists say; writes them unless `check`. */
export function writeDocuments(options: { readonly check: boolean }): string[] {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const stale: string[] = []
  for (const { file, text } of DOCUMENTS) {
    const expected = text()
    if (readText(root + file) === expected) continue
    stale.push(file)
    if (!options.check) writeFileSync(root + file, expected)
  }
  return stale
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check')
  const stale = writeDocuments({ check })
  for (const file of stale) console.log(check ? `${file} is stale; npm run docs writes it` : `${file} written`)
  if (check && stale.length > 0) process.exitCode = 1
}
