/** Writes `docs/diagnostics.md` from the list. Run as a script it writes the file; a test compares the two. */

import type { CodeEntry } from './code-entry.ts'
import { DIAGNOSTICS } from './codes.ts'

const RANGES = [
  { prefix: 'STEER1', title: 'The declaration', text: 'A declaration is not written in the steer language.' },
  {
    prefix: 'STEER2',
    title: 'The protocol',
    text: 'A protocol is well written, but its conversation or its generated names do not hold together.',
  },
  { prefix: 'STEER3', title: 'Payloads', text: 'The type of a payload cannot be carried.' },
  { prefix: 'STEER4', title: 'Files', text: 'Files that are read and written.' },
] as const

/** The text of `docs/diagnostics.md`. */
export function documentDiagnostics(): string {
  const lines = [
    '# Diagnostics',
    '',
    'What the generator says about a declaration: each has a code that keeps its meaning, a position, and a hint. All are',
    'collected and sorted by position. An error stops the generation; a warning does not.',
    '',
    '<!-- Written by `npx tsx codegen/diagnostics/document.ts` from the list in codegen/diagnostics. Do not edit. -->',
  ]
  for (const { prefix, title, text } of RANGES) {
    lines.push('', `## ${title}`, '', text)
    for (const [code, entry] of Object.entries(DIAGNOSTICS)) {
      if (code.startsWith(prefix)) lines.push(...documentCode(code, entry))
    }
  }
  return `${lines.join('\n')}\n`
}

function documentCode(code: string, entry: CodeEntry): string[] {
  const lines = ['', `### ${code}: ${entry.title}`, '', `*${entry.severity}.* ${entry.explanation}`, '']
  if (entry.example !== undefined) lines.push('```ts', entry.example, '```', '')
  lines.push(`Hint: ${entry.hint}.`)
  return lines
}
