/** How declarations are compiled: the same everywhere, but for where the user's tsconfig says that imports lead. */

import { dirname } from 'node:path'
import { ts } from 'ts-morph'
import type { FileView } from './file-view.ts'

/** What is taken from the user's tsconfig: only what says where imports lead. */
const RESOLUTION_OPTIONS = [
  'baseUrl',
  'paths',
  'pathsBasePath',
  'rootDirs',
  'customConditions',
  'preserveSymlinks',
] as const

/** `coxswain/steer` is this package's own, with or without node_modules. */
export function createCompilerOptions(
  steerFile: string,
  tsconfig: string | undefined,
  view: FileView,
): ts.CompilerOptions {
  const resolution = tsconfig === undefined ? {} : readResolutionOptions(tsconfig, view)
  return {
    ...resolution,
    lib: ['lib.es2023.d.ts'],
    target: ts.ScriptTarget.ES2023,
    // The rules of Node for ES modules, under any package.json: whether a file is one is not told to the compiler, and
    // `nodenext` would then look for CommonJS and miss packages that offer ES modules only.
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    customConditions: [...(resolution.customConditions ?? []), 'node'],
    allowImportingTsExtensions: true,
    strict: true,
    // Tells `note?: string` from `note?: string | undefined`, for users whose own compiler does.
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    // No package may stand in for a file of the library.
    libReplacement: false,
    types: [],
    paths: { ...resolution.paths, 'coxswain/steer': [steerFile] },
  }
}

function readResolutionOptions(tsconfig: string, view: FileView): ts.CompilerOptions {
  const { config } = ts.readConfigFile(tsconfig, (path) => view.readText(path)) as { config?: unknown }
  // Which files belong to the project plays no part, so none are looked for.
  const host: ts.ParseConfigHost = {
    useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
    readDirectory: () => [],
    fileExists: (path) => view.isFile(path),
    readFile: (path) => view.readText(path),
  }
  // An unreadable tsconfig is the compiler's to report; here it only leaves imports unresolved, which is reported too.
  const { options } = ts.parseJsonConfigFileContent(config ?? {}, host, dirname(tsconfig))
  return Object.fromEntries(RESOLUTION_OPTIONS.flatMap((name) => (name in options ? [[name, options[name]]] : [])))
}
