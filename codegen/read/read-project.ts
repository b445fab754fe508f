/**
 * One TypeScript program over all declaration files. It has a small explicit `lib` and no ambient packages, so that reading
 * starts fast and gives the same types in every folder. What was parsed is kept for the next program.
 */

import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ts } from 'ts-morph'
import { createCompilerOptions } from './compiler-options.ts'
import type { FileView } from './file-view.ts'
import { changesGlobalScope, createResolvers, dependenciesOf } from './import-graph.ts'
import { libraryFile, LIBRARY_FOLDER } from './library-files.ts'
import { SourceCache } from './source-cache.ts'

export interface ReadProject {
  readonly program: ts.Program
  readonly checker: ts.TypeChecker
  /** Declared by the steer module itself: its words and refinements. */
  readonly isSteer: (node: ts.Node) => boolean
  /** Declared by TypeScript's own library files. */
  readonly isLibrary: (node: ts.Node) => boolean
  /** All that the types of a file can depend on, to be compared element by element. */
  readonly dependenciesOf: (path: string) => readonly unknown[]
}

export interface ReadProjectOptions {
  /** The folder that the generator was started for. */
  readonly root: string
  /** A tsconfig for where imports lead, absolute. */
  readonly tsconfig: string | undefined
}

/** Makes one program after another. */
export class ProjectMaker {
  readonly #options: ReadProjectOptions
  readonly #sources = new SourceCache()

  constructor(options: ReadProjectOptions) {
    this.#options = options
  }

  /** A program over the files, which exist, and all that they import, as the view shows them. */
  create(files: readonly string[], view: FileView): ReadProject {
    const steerFile = findSteerModule()
    const options = createCompilerOptions(steerFile, this.#options.tsconfig, view)
    const graph = new Map<string, (string | undefined)[]>()
    // Where imports lead is found anew for each program: a file that was added or deleted anywhere may lead them elsewhere.
    const program = ts.createProgram({ rootNames: files, options, host: this.#createHost(options, view, graph) })
    this.#sources.keepOnly(program)
    const isLibraryFile = (file: ts.SourceFile): boolean => file.fileName.startsWith(LIBRARY_FOLDER)
    const everywhere = program
      .getSourceFiles()
      .filter((file) => !isLibraryFile(file) && changesGlobalScope(file))
      .flatMap((file) => dependenciesOf(file.fileName, program, graph))
    const steerFolder = `${dirname(steerFile)}/`
    return {
      program,
      checker: program.getTypeChecker(),
      isSteer: (node) => node.getSourceFile().fileName.startsWith(steerFolder),
      isLibrary: (node) => isLibraryFile(node.getSourceFile()),
      dependenciesOf: (path) => [...dependenciesOf(withSlashes(path), program, graph), ...everywhere],
    }
  }

  #createHost(
    options: ts.CompilerOptions,
    view: FileView,
    graph: Map<string, (string | undefined)[]>,
  ): ts.CompilerHost {
    const isSensitive = ts.sys.useCaseSensitiveFileNames
    const host: ts.CompilerHost = {
      getSourceFile: (path) => (path.startsWith(LIBRARY_FOLDER) ? libraryFile(path) : this.#sources.get(path, view)),
      getDefaultLibFileName: () => `${LIBRARY_FOLDER}lib.d.ts`,
      getDefaultLibLocation: () => LIBRARY_FOLDER.slice(0, -1),
      getCurrentDirectory: () => withSlashes(this.#options.root),
      getCanonicalFileName: (path) => (isSensitive ? path : path.toLowerCase()),
      useCaseSensitiveFileNames: () => isSensitive,
      getNewLine: () => '\n',
      fileExists: (path) => view.isFile(path),
      directoryExists: (path) => view.isFolder(path),
      readFile: (path) => view.readText(path),
      realpath: (path) => view.targetOf(path),
      // Nothing is ever written, and there are no packages of ambient types to list.
      writeFile: () => undefined,
      getDirectories: () => [],
    }
    return { ...host, ...createResolvers(host, options, graph) }
  }
}

/** In a checkout the `.ts` source; in the package its declaration, below the folder that holds every compiled module. */
function findSteerModule(): string {
  const isSource = import.meta.url.endsWith('.ts')
  const path = isSource ? '../../src/steer/index.ts' : './src/steer/index.d.ts'
  return withSlashes(fileURLToPath(new URL(path, import.meta.url)))
}

/** A path as TypeScript writes it on any system. */
function withSlashes(path: string): string {
  return path.replaceAll('\\', '/')
}
