/** Reads declaration files: one TypeScript program over all of them, then each file by itself. */

import { statSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import type { ts } from 'ts-morph'
import type { DeclarationFile } from '../../src/ir/declaration.ts'
import { createDiagnostic, sortDiagnostics, type Diagnostic } from '../diagnostics/diagnostic.ts'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import { readFile } from './file-reader.ts'
import { FileView, type FileFact } from './file-view.ts'
import { ReadContext } from './read-context.ts'
import { ProjectMaker, type ReadProject } from './read-project.ts'
import { relativePath } from './source-span.ts'
import { readTypeScriptErrors } from './typescript-errors.ts'

export interface ReadOptions {
  /** The folder that the generator was started for: paths in the result are relative to it. */
  readonly root: string
  /** The declaration files, absolute or relative to `root`. The order plays no part. */
  readonly files: readonly string[]
  /** A tsconfig, absolute or relative to `root`, for where imports lead: `paths` and the like. Nothing else of it is used. */
  readonly tsconfig?: string | undefined
}

export interface ReadResult {
  /**
   * One for each file that could be opened, sorted by path. A protocol with a step that could not be read is left out; one
   * with a payload that cannot be carried stays, without that payload, so that its graph can be checked in the same run.
   * Nothing may be generated while `diagnostics` holds an error.
   */
  readonly files: readonly DeclarationFile[]
  /** All complaints, sorted. */
  readonly diagnostics: readonly Diagnostic[]
}

/** The declarations of the files, and everything that is wrong with them. */
export function readDeclarations(options: ReadOptions): ReadResult {
  return new DeclarationReader(options).read(options.files)
}

/** What was read of one declaration file, and what that depended on. */
interface KnownFile {
  readonly dependencies: readonly unknown[]
  readonly file: DeclarationFile
  readonly diagnostics: readonly Diagnostic[]
  readonly unresolved: readonly { readonly diagnostic: Diagnostic; readonly path: string }[]
  /** Whether the compiler found errors in it. */
  readonly hasErrors: boolean
}

/** Reads the same folder time and again. A file that nothing has changed for is not read anew, and gives the same object. */
export class DeclarationReader {
  readonly #root: string
  readonly #projects: ProjectMaker
  #known = new Map<string, KnownFile>()
  #view = new FileView()

  constructor({ root, tsconfig }: Omit<ReadOptions, 'files'>) {
    this.#root = resolve(root)
    const path = tsconfig === undefined ? undefined : resolve(this.#root, tsconfig)
    this.#projects = new ProjectMaker({ root: this.#root, tsconfig: path })
  }

  /** What the last result depends on: files, and places where there is none. */
  get facts(): Iterable<FileFact> {
    return this.#view.facts
  }

  /** The declarations of the files as they are now. */
  read(files: readonly string[]): ReadResult {
    const problems: Diagnostic[] = []
    const paths = this.#readablePaths(files, problems)
    this.#view = new FileView()
    const before = this.#known
    this.#known = new Map()
    if (paths.length > 0) {
      const project = this.#projects.create(paths, this.#view)
      for (const path of paths) {
        const source = project.program.getSourceFile(path)
        if (source === undefined)
          problems.push(fileDiagnostic('STEER4003', this.#root, path, 'the file cannot be read'))
        else this.#known.set(source.fileName, this.#readFile(project, source, before.get(source.fileName)))
      }
    }
    const known = [...this.#known.values()]
    // An imported file is not reported on, so what it lacks is said where it is used.
    const unresolved = known
      .flatMap((one) => one.unresolved)
      .filter(({ path }) => this.#known.get(path)?.hasErrors !== true)
      .map(({ diagnostic }) => diagnostic)
    const diagnostics = [...problems, ...known.flatMap((one) => one.diagnostics), ...unresolved]
    return { files: known.map(({ file }) => file), diagnostics: sortDiagnostics(diagnostics) }
  }

  #readablePaths(files: readonly string[], problems: Diagnostic[]): string[] {
    const paths = new Set(files.map((file) => resolve(this.#root, file)))
    return [...paths]
      .sort((left, right) => compareText(relativePath(this.#root, left), relativePath(this.#root, right)))
      .filter((path) => {
        const problem = checkFile(this.#root, path)
        if (problem !== undefined) problems.push(problem)
        return problem === undefined
      })
  }

  #readFile(project: ReadProject, source: ts.SourceFile, known: KnownFile | undefined): KnownFile {
    const dependencies = project.dependenciesOf(source.fileName)
    if (known !== undefined && isSameList(known.dependencies, dependencies)) return known
    const context = new ReadContext(project, this.#root)
    const file = readFile(context, source)
    const errors = readTypeScriptErrors(context, source)
    const unresolved = context.unresolved.map(({ diagnostic, file: { fileName } }) => ({ diagnostic, path: fileName }))
    const diagnostics = [...context.diagnostics, ...errors.diagnostics]
    return { dependencies, file, diagnostics, unresolved, hasErrors: errors.hasErrors }
  }
}

function isSameList(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((element, index) => element === right[index])
}

function checkFile(root: string, path: string): Diagnostic | undefined {
  const inside = relativePath(root, path)
  if (!path.endsWith('.steer.ts') || inside.startsWith('../') || isAbsolute(inside)) {
    return fileDiagnostic('STEER4004', root, path, 'the file is not a `*.steer.ts` inside the folder of the generator')
  }
  return isFile(path) ? undefined : fileDiagnostic('STEER4003', root, path, 'there is no file that can be read')
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true
  } catch {
    return false
  }
}

function fileDiagnostic(code: DiagnosticCode, root: string, path: string, message: string): Diagnostic {
  return createDiagnostic(code, { file: relativePath(root, path), line: 1, column: 1, length: 1 }, { message })
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
