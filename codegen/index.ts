/** `coxswain/codegen`: the generator as a function. It writes nothing; the command does. */

import { checkFile } from './check/index.ts'
import { sortDiagnostics, type Diagnostic } from './diagnostics/index.ts'
import { emitFile, type EmittedFile, type ProtocolSummary } from './emit/index.ts'
import { findDeclarations } from './find-declarations.ts'
import { loadReader } from './load-reader.ts'

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
export { GENERATOR_VERSION } from './emit/version.ts'

export interface GenerateOptions {
  /** The folder that paths are relative to, in options, results and diagnostics. Declarations lie inside it. */
  readonly root: string
  /** Files named `*.steer.ts`, and folders to look for them in. Default: the root. */
  readonly paths?: readonly string[] | undefined
  /** A tsconfig for where imports lead; nothing else of it is used. Default: none. */
  readonly tsconfig?: string | undefined
}

export interface GenerateResult {
  /** The declarations that were read, sorted. */
  readonly declarations: readonly string[]
  /** What belongs on disk, sorted by path; empty where a diagnostic is an error. */
  readonly outputs: readonly EmittedFile[]
  /** The protocols in the outputs. */
  readonly protocols: readonly ProtocolSummary[]
  /** Generated files below the paths that no declaration there accounts for. */
  readonly orphans: readonly string[]
  /** Everything there is to complain about, sorted. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads, checks and emits all declarations below the paths. The same input gives the same bytes, wherever it lies.
 *
 * @throws SteerError `dependency` when ts-morph is not installed.
 */
export async function generate(options: GenerateOptions): Promise<GenerateResult> {
  const found = findDeclarations(options.root, options.paths ?? ['.'])
  const diagnostics: Diagnostic[] = [...found.diagnostics]
  const outputs: EmittedFile[] = []
  const protocols: ProtocolSummary[] = []
  if (found.declarations.length > 0) {
    const { readDeclarations } = await loadReader()
    const { root, tsconfig } = options
    const read = readDeclarations({ root, files: found.declarations, tsconfig })
    diagnostics.push(...read.diagnostics)
    for (const file of read.files) {
      const checked = checkFile(file)
      diagnostics.push(...checked.diagnostics)
      if (hasErrors(diagnostics)) continue
      const emitted = emitFile(file, checked.models)
      diagnostics.push(...emitted.diagnostics)
      outputs.push(...emitted.outputs)
      protocols.push(...emitted.protocols)
    }
  }
  outputs.sort((left, right) => (left.path < right.path ? -1 : 1))
  const isBroken = hasErrors(diagnostics)
  return {
    declarations: found.declarations,
    outputs: isBroken ? [] : outputs,
    protocols: isBroken ? [] : protocols,
    orphans: findOrphans(found.generated, found.declarations),
    diagnostics: sortDiagnostics(diagnostics),
  }
}

/** Generated files whose declaration is gone, or has no payloads any more. Files of other tools are left alone by the command. */
function findOrphans(generated: readonly string[], declarations: readonly string[]): string[] {
  const stems = new Set(declarations.map((path) => path.replace(/\.steer\.ts$/, '')))
  return generated.filter((path) => !stems.has(path.replace(/(\.codec)?\.gen\.ts$/, '')))
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error')
}
