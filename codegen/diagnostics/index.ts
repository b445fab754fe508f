/** Diagnostics of the generator: the list of codes, the type, the order and the formats. */

export type { CodeEntry, Severity } from './code-entry.ts'
export {
  describeStanding,
  formatCounterexample,
  placeText,
  stepText,
  TRACE_SHOWN,
  type Counterexample,
  type CounterexampleKind,
  type Standing,
  type TraceStep,
} from './counterexample.ts'
export { DIAGNOSTICS, type DiagnosticCode } from './codes.ts'
export {
  createDiagnostic,
  sortDiagnostics,
  type Diagnostic,
  type DiagnosticDetails,
  type RelatedPlace,
} from './diagnostic.ts'
export { diagnosticToJson, formatDiagnostic, type DiagnosticJson, type FormatOptions } from './format.ts'
