/** `coxswain/codegen`: the generator as a function. It writes nothing; the command does. */

import { Generator, type GenerateResult } from './generator.ts'

export {
  DIAGNOSTICS,
  diagnosticToJson,
  formatDiagnostic,
  type CodeEntry,
  type Diagnostic,
  type DiagnosticCode,
  type DiagnosticJson,
  type FormatOptions,
  type RelatedPlace,
  type Severity,
} from './diagnostics/index.ts'
export type { EmittedFile, ProtocolSummary } from './emit/index.ts'
export type { GenerateResult } from './generator.ts'
export { GENERATOR_VERSION } from './emit/version.ts'

export interface GenerateOptions {
  /** The folder that paths are relative to, in options, results and diagnostics. Declarations lie inside it. */
  readonly root: string
  /** Files named `*.steer.ts`, and folders to look for them in. Default: the root. */
  readonly paths?: readonly string[] | undefined
  /** A tsconfig for where imports lead; nothing else of it is used. Default: none. */
  readonly tsconfig?: string | undefined
  /**
   * The outputs include `*.steer.history.json`, with the present versions in it: they are released, and later versions will be
   * held against them. Default false: histories are read alone.
   */
  readonly accept?: boolean | undefined
}

/**
 * Reads, checks and emits all declarations below the paths. The same input gives the same bytes, wherever it lies.
 *
 * @throws SteerError `dependency` when ts-morph is not installed.
 */
export async function generate(options: GenerateOptions): Promise<GenerateResult> {
  const { result } = await new Generator(options).run(options.paths ?? ['.'])
  return result
}
