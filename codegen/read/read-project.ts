/**
 * One TypeScript program over all declaration files. It has a small explicit `lib` and no ambient packages, so that reading
 * starts fast and gives the same types in every folder.
 */

import { fileURLToPath } from 'node:url'
import { dirname } from 'node:path'
import { Project, ts } from 'ts-morph'

export interface ReadProject {
  readonly program: ts.Program
  readonly checker: ts.TypeChecker
  /** Declared by the steer module itself: its words and refinements. */
  readonly isSteer: (node: ts.Node) => boolean
  /** Declared by TypeScript's own library files. */
  readonly isLibrary: (node: ts.Node) => boolean
}

/** What is taken from the user's tsconfig: only what says where imports lead. */
const RESOLUTION_OPTIONS = [
  'baseUrl',
  'paths',
  'pathsBasePath',
  'rootDirs',
  'customConditions',
  'preserveSymlinks',
] as const

/** Loads the files, which exist, and all that they import. `coxswain/steer` is this package's own, with or without node_modules. */
export function createReadProject(files: readonly string[], tsconfig: string | undefined): ReadProject {
  const steerFile = findSteerModule()
  const project = new Project({
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
    compilerOptions: createCompilerOptions(steerFile, tsconfig),
  })
  for (const file of files) project.addSourceFileAtPath(file)
  const program = project.getProgram().compilerObject
  const steerFolder = `${dirname(steerFile)}/`
  const library = program.getSourceFiles().find((file) => file.fileName.endsWith('/lib.es5.d.ts'))
  const libraryFolder = library === undefined ? undefined : `${dirname(library.fileName)}/lib.`
  return {
    program,
    checker: program.getTypeChecker(),
    isSteer: (node) => node.getSourceFile().fileName.startsWith(steerFolder),
    isLibrary: (node) => libraryFolder !== undefined && node.getSourceFile().fileName.startsWith(libraryFolder),
  }
}

/** In a checkout the `.ts` source, in the package the `.d.ts` beside the compiled module. TypeScript's slashes on any system. */
function findSteerModule(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'd.ts'
  return fileURLToPath(new URL(`../../src/steer/index.${extension}`, import.meta.url)).replaceAll('\\', '/')
}

function createCompilerOptions(steerFile: string, tsconfig: string | undefined): ts.CompilerOptions {
  const resolution = tsconfig === undefined ? {} : readResolutionOptions(tsconfig)
  return {
    ...resolution,
    lib: ['lib.es2023.d.ts'],
    target: ts.ScriptTarget.ES2023,
    // The rules of Node for ES modules, under any package.json: ts-morph does not tell the compiler whether a file is one, and
    // `nodenext` would then look for CommonJS and miss packages that offer ES modules only.
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    customConditions: [...(resolution.customConditions ?? []), 'node'],
    allowImportingTsExtensions: true,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    paths: { ...resolution.paths, 'coxswain/steer': [steerFile] },
  }
}

function readResolutionOptions(tsconfig: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(tsconfig, (path) => ts.sys.readFile(path)) as { config?: unknown }
  // An unreadable tsconfig is the compiler's to report; here it only leaves imports unresolved, which is reported too.
  const { options } = ts.parseJsonConfigFileContent(config ?? {}, ts.sys, dirname(tsconfig))
  return Object.fromEntries(RESOLUTION_OPTIONS.flatMap((name) => (name in options ? [[name, options[name]]] : [])))
}
