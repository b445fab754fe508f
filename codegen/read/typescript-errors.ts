/** What TypeScript itself says about a declaration file, as diagnostics of ours, without what the reader has said already. */

import { ts } from 'ts-morph'
import { createDiagnostic, type Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ReadContext } from './read-context.ts'
import { spanBetween } from './source-span.ts'

/**
 * The errors of the compiler in one file. Where the reader has complained about the syntax inside the same span or around it,
 * its words fit better and TypeScript's are left out; whatever else they meant is said once that is corrected.
 */
export function readTypeScriptErrors(context: ReadContext, file: ts.SourceFile): Diagnostic[] {
  const { program } = context.project
  const own = context.diagnostics
    .filter(({ code }) => code.startsWith('STEER1'))
    .map(({ source }) => ({ ...source, start: startOf(file, source.line, source.column) }))
    .filter((span) => span.file === spanBetween(context.root, file, 0, 0).file)
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
    .filter(({ category }) => category === ts.DiagnosticCategory.Error)
    .filter(({ start, length }) => !own.some((span) => start < span.start + span.length && span.start < start + length))
    .map((error) => toDiagnostic(context, file, error))
}

function startOf(file: ts.SourceFile, line: number, column: number): number {
  return (file.getLineStarts()[line - 1] ?? 0) + column - 1
}

function toDiagnostic(context: ReadContext, file: ts.SourceFile, error: ts.DiagnosticWithLocation | ts.Diagnostic): Diagnostic {
  const start = error.start ?? 0
  const source = spanBetween(context.root, file, start, start + (error.length ?? 1))
  // The first sentence says what is wrong; the chain under it retells the types, and our types are opaque.
  const text = typeof error.messageText === 'string' ? error.messageText : error.messageText.messageText
  return createDiagnostic('STEER1001', source, { message: `TS${error.code}: ${text}` })
}
