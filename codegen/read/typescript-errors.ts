/** What TypeScript itself says about a declaration file, as diagnostics of ours, without what the reader has said already. */

import { ts } from 'ts-morph'
import type { SourceSpan } from '../../src/ir/source.ts'
import { createDiagnostic, type Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ReadContext } from './read-context.ts'
import { relativePath, spanBetween } from './source-span.ts'

export interface TypeScriptErrors {
  readonly diagnostics: readonly Diagnostic[]
  /** True also where all of them were left out. */
  readonly hasErrors: boolean
}

/**
 * The errors of the compiler in one file. Where the reader has complained about the syntax inside the same span or around it,
 * its words fit better and TypeScript's are left out; whatever else they meant is said once that is corrected.
 */
export function readTypeScriptErrors(context: ReadContext, file: ts.SourceFile): TypeScriptErrors {
  const { program } = context.project
  const own = ownSpans(context, file)
  const errors = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].filter(
    ({ category }) => category === ts.DiagnosticCategory.Error,
  )
  const diagnostics = errors
    .filter(({ start = 0, length = 1 }) => {
      return !own.some((span) => start < span.end && span.start < start + length)
    })
    // `used before its declaration` and `used before being assigned` come together; the first of a place says enough.
    .filter(({ start }, index, all) => all.findIndex((other) => other.start === start) === index)
    .map((error) => toDiagnostic(context, file, error))
  return { diagnostics, hasErrors: errors.length > 0 }
}

/** The spans of the file about which the reader has said what there is to say. */
function ownSpans(context: ReadContext, file: ts.SourceFile): { start: number; end: number }[] {
  const path = relativePath(context.root, file.fileName)
  const reported = context.diagnostics
    .filter(({ code, severity, source }) => severity === 'error' && code.startsWith('STEER1') && source.file === path)
    .map(({ source }) => ({ start: startOf(file, source), end: startOf(file, source) + source.length }))
  const covered = context.covered
    .filter((node) => node.getSourceFile() === file)
    .map((node) => ({ start: node.getStart(file), end: node.getEnd() }))
  return [...reported, ...covered]
}

function startOf(file: ts.SourceFile, { line, column }: SourceSpan): number {
  return (file.getLineStarts()[line - 1] ?? 0) + column - 1
}

function toDiagnostic(
  context: ReadContext,
  file: ts.SourceFile,
  error: ts.DiagnosticWithLocation | ts.Diagnostic,
): Diagnostic {
  const start = error.start ?? 0
  const source = spanBetween(context.root, file, start, start + (error.length ?? 1))
  // The first sentence says what is wrong; the chain under it retells the types, and our types are opaque.
  const text = typeof error.messageText === 'string' ? error.messageText : error.messageText.messageText
  if (!AMBIENT_CODES.has(error.code))
    return createDiagnostic('STEER1001', source, { message: `TS${error.code}: ${text}` })
  return createDiagnostic('STEER1001', source, {
    message: `TS${error.code}: ${text.replace(/\. .*$/s, '')}`,
    hint: 'declare the type yourself, or import it: declarations are read without the types of Node or any other package around them',
  })
}

/** `Do you need to install type definitions for node?`: they would not be looked at here. */
const AMBIENT_CODES: ReadonlySet<number> = new Set([2580, 2581, 2582, 2591, 2592, 2593])
