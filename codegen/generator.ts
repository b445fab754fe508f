/** The generator over and over: what a change does not concern is not read, checked or emitted again. */

import type { DeclarationFile } from '../src/ir/declaration.ts'
import { checkFile, type CheckedFile } from './check/index.ts'
import { sortDiagnostics, type Diagnostic } from './diagnostics/index.ts'
import { emitFile, type EmitResult, type EmittedFile, type ProtocolSummary } from './emit/index.ts'
import { findDeclarations } from './find-declarations.ts'
import { judgeHistory, readHistoryText, type FileHistory, type HistoryText } from './history-files.ts'
import { loadReader } from './load-reader.ts'
import type { DeclarationReader, FileFact } from './read/index.ts'
import { historyPathOf } from './versions/index.ts'

export interface GenerateResult {
  /** The declarations that were read, sorted. */
  readonly declarations: readonly string[]
  /** What belongs on disk, sorted by path; empty where a diagnostic is an error. */
  readonly outputs: readonly EmittedFile[]
  /** The protocols in the outputs. */
  readonly protocols: readonly ProtocolSummary[]
  /** Generated files below the paths that no declaration there accounts for, those of other tools included. */
  readonly orphans: readonly string[]
  /** Everything there is to complain about, sorted. */
  readonly diagnostics: readonly Diagnostic[]
}

/** One run, and all that it depends on. */
export interface GeneratorRun {
  readonly result: GenerateResult
  /** The folders that were looked through, absolute. */
  readonly folders: readonly string[]
  /** What was asked about single files, absolute, with forward slashes. */
  readonly facts: readonly FileFact[]
}

/** A declaration emitted, with the history that it was emitted for. */
interface Emitted extends EmitResult {
  readonly historyText: string | undefined
  readonly history: FileHistory
}

export interface GeneratorOptions {
  readonly root: string
  readonly tsconfig?: string | undefined
  /** The outputs include the histories, with the present versions in them. */
  readonly accept?: boolean | undefined
}

export class Generator {
  readonly #root: string
  readonly #accept: boolean
  readonly #tsconfig: string | undefined
  readonly #checked = new WeakMap<DeclarationFile, CheckedFile>()
  readonly #emitted = new WeakMap<DeclarationFile, Emitted>()
  #reader: DeclarationReader | undefined

  constructor({ root, tsconfig, accept = false }: GeneratorOptions) {
    this.#root = root
    this.#accept = accept
    this.#tsconfig = tsconfig
  }

  /**
   * Everything below the paths, as it is now.
   *
   * @throws SteerError `dependency` when ts-morph is not installed.
   */
  async run(paths: readonly string[]): Promise<GeneratorRun> {
    const found = findDeclarations(this.#root, paths)
    const diagnostics: Diagnostic[] = [...found.diagnostics]
    const outputs: EmittedFile[] = []
    const protocols: ProtocolSummary[] = []
    const files = await this.#read(found.declarations, diagnostics)
    const histories: FileFact[] = []
    // A file that was read only in part cannot be emitted. Any other is, whatever is wrong elsewhere: writing it out is what
    // shows that two names clash, and everything that is wrong is said at once.
    const misread = new Set(diagnostics.filter(isError).map(({ source }) => source.file))
    for (const file of files) {
      const checked = this.#check(file)
      diagnostics.push(...checked.diagnostics)
      if (misread.has(file.file)) continue
      const history = readHistoryText(this.#root, file.file)
      histories.push(history.fact)
      const emitted = this.#emit(file, checked, history)
      diagnostics.push(...emitted.diagnostics, ...emitted.history.diagnostics)
      outputs.push(...emitted.outputs, ...emitted.history.outputs)
      protocols.push(...emitted.protocols)
    }
    outputs.sort((left, right) => (left.path < right.path ? -1 : 1))
    const isBroken = hasErrors(diagnostics)
    const result = {
      declarations: found.declarations,
      outputs: isBroken ? [] : outputs,
      protocols: isBroken ? [] : protocols,
      orphans: findOrphans(found.generated, found.declarations, isBroken ? undefined : outputs),
      diagnostics: sortDiagnostics(diagnostics),
    }
    return { result, folders: found.folders, facts: [...(this.#reader?.facts ?? []), ...histories] }
  }

  async #read(files: readonly string[], diagnostics: Diagnostic[]): Promise<readonly DeclarationFile[]> {
    // Without declarations there is no need for ts-morph. Once it is there, it also has to forget the last of them.
    if (files.length === 0 && this.#reader === undefined) return []
    if (this.#reader === undefined) {
      const { DeclarationReader } = await loadReader()
      this.#reader = new DeclarationReader({ root: this.#root, tsconfig: this.#tsconfig })
    }
    const read = this.#reader.read(files)
    diagnostics.push(...read.diagnostics)
    return read.files
  }

  #check(file: DeclarationFile): CheckedFile {
    const checked = this.#checked.get(file) ?? checkFile(file)
    this.#checked.set(file, checked)
    return checked
  }

  #emit(file: DeclarationFile, { models }: CheckedFile, found: HistoryText): Emitted {
    const known = this.#emitted.get(file)
    if (known !== undefined && known.historyText === found.text && found.problem === undefined) return known
    const history = judgeHistory(file, models, found, this.#accept)
    const emitted = { ...emitFile(file, models, history.accepted), history, historyText: found.text }
    this.#emitted.set(file, emitted)
    return emitted
  }
}

/**
 * Generated files that nothing declares any more: their declaration is gone, or has no protocols or no payloads now. While a
 * declaration is wrong, what it will give is not known. Files of other tools are left alone by the command.
 */
function findOrphans(
  generated: readonly string[],
  declarations: readonly string[],
  outputs: readonly EmittedFile[] | undefined,
): string[] {
  if (outputs !== undefined) {
    const paths = new Set([...outputs.map(({ path }) => path), ...declarations.map(historyPathOf)])
    return generated.filter((path) => !paths.has(path))
  }
  const stems = new Set(declarations.map((path) => path.replace(/\.steer\.ts$/, '')))
  return generated.filter((path) => !stems.has(path.replace(/(\.codec)?\.gen\.ts$|\.steer\.history\.json$/, '')))
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(isError)
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error'
}
