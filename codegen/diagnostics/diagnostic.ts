/** One complaint about a declaration: what, how bad, where, and what to do. Plain data, made and sorted here. */

import type { SourceSpan } from '../../src/ir/source.ts'
import type { Severity } from './code-entry.ts'
import { DIAGNOSTICS, type DiagnosticCode } from './codes.ts'
import type { Counterexample } from './counterexample.ts'

export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly severity: Severity
  /** Lower case, no full stop; names what was found and what was expected. */
  readonly message: string
  readonly hint?: string
  readonly source: SourceSpan
  /** Other places that belong to it: the first of two labels, the other member of a cycle. */
  readonly related?: readonly RelatedPlace[]
  /** The conversation that goes wrong; the message tells it too. */
  readonly counterexample?: Counterexample
}

export interface RelatedPlace {
  readonly message: string
  readonly source: SourceSpan
}

export interface DiagnosticDetails {
  readonly message: string
  /** Default: the hint of the list. */
  readonly hint?: string | undefined
  readonly related?: readonly RelatedPlace[] | undefined
  readonly counterexample?: Counterexample | undefined
}

/** A diagnostic with the severity, and unless the place has a better one the hint, of the list. */
export function createDiagnostic(code: DiagnosticCode, source: SourceSpan, details: DiagnosticDetails): Diagnostic {
  const { severity, hint } = DIAGNOSTICS[code]
  const related = details.related !== undefined && details.related.length > 0 ? { related: details.related } : {}
  const counterexample = details.counterexample === undefined ? {} : { counterexample: details.counterexample }
  return { code, severity, message: details.message, hint: details.hint ?? hint, source, ...related, ...counterexample }
}

/**
 * A new list, by file, line and column, then code and message; the same complaint at the same place stands once. Texts are
 * compared by UTF-16 unit, so that the order is the same on any machine.
 */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const sorted = [...diagnostics].sort(compareDiagnostics)
  return sorted.filter((diagnostic, index) => {
    const before = sorted[index - 1]
    return before === undefined || compareDiagnostics(before, diagnostic) !== 0
  })
}

function compareDiagnostics(left: Diagnostic, right: Diagnostic): number {
  return (
    compareText(left.source.file, right.source.file) ||
    left.source.line - right.source.line ||
    left.source.column - right.source.column ||
    compareText(left.code, right.code) ||
    compareText(left.message, right.message)
  )
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
