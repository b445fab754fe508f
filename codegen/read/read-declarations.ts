/** Reads declaration files: one TypeScript program over all of them, then each file by itself. */

import { statSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import type { DeclarationFile } from '../../src/ir/declaration.ts'
import { createDiagnostic, sortDiagnostics, type Diagnostic } from '../diagnostics/diagnostic.ts'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import { readFile } from './file-reader.ts'
import { ReadContext } from './read-context.ts'
import { createReadProject } from './read-project.ts'
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
  const root = resolve(options.root)
  const problems: Diagnostic[] = []
  const paths = [...new Set(options.files.map((file) => resolve(root, file)))]
    .sort((left, right) => compareText(relativePath(root, left), relativePath(root, right)))
    .filter((path) => {
      const problem = checkFile(root, path)
      if (problem !== undefined) problems.push(problem)
      return problem === undefined
    })
  if (paths.length === 0) return { files: [], diagnostics: sortDiagnostics(problems) }
  const tsconfig = options.tsconfig === undefined ? undefined : resolve(root, options.tsconfig)
  const context = new ReadContext(createReadProject(paths, tsconfig), root)
  const sources = paths.flatMap((path) => context.project.program.getSourceFile(path) ?? [])
  const files = sources.map((source) => readFile(context, source))
  const errors = new Map(sources.map((source) => [source, readTypeScriptErrors(context, source)]))
  const unresolved = context.unresolved
    .filter(({ file }) => errors.get(file)?.hasErrors !== true)
    .map(({ diagnostic }) => diagnostic)
  const all = [
    ...problems,
    ...context.diagnostics,
    ...[...errors.values()].flatMap(({ diagnostics }) => diagnostics),
    ...unresolved,
  ]
  return { files, diagnostics: sortDiagnostics(all) }
}

function checkFile(root: string, path: string): Diagnostic | undefined {
  const inside = relativePath(root, path)
  if (!path.endsWith('.steer.ts') || inside.startsWith('../') || isAbsolute(inside)) {
    return fileDiagnostic('STEER4004', root, path, 'the file is not a `*.steer.ts` inside the folder of the generator')
  }
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true
  return isFile ? undefined : fileDiagnostic('STEER4003', root, path, 'the file does not exist')
}

function fileDiagnostic(code: DiagnosticCode, root: string, path: string, message: string): Diagnostic {
  return createDiagnostic(code, { file: relativePath(root, path), line: 1, column: 1, length: 1 }, { message })
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
