/** `npm run docs`: writes the documents that come from a list in the code. With `--check` it writes nothing, and fails on a difference. */

import { fileURLToPath } from 'node:url'
import { documentDiagnostics } from '../codegen/diagnostics/document.ts'
import { ERROR_CODES, type ErrorKind } from '../src/base/errors.ts'
import { writeStale } from './written-files.ts'

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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = [
    { file: 'docs/errors.md', text: errorsDocument() },
    { file: 'docs/diagnostics.md', text: documentDiagnostics() },
  ]
  writeStale(files, 'npm run docs')
}
