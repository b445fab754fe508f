/** TypeScript's own library files, which ts-morph carries as text. */

import { Project, type ts } from 'ts-morph'
import { parseFile } from './source-cache.ts'

/** Where they lie in the file system of any project of ts-morph, and nowhere else. */
export const LIBRARY_FOLDER = '/node_modules/typescript/lib/'

/** Parsed and bound once in a process: every program of ours has the same options as far as these files can tell. */
const parsed = new Map<string, ts.SourceFile>()

let files: ts.ModuleResolutionHost | undefined

/** A library file by its path; undefined where TypeScript has no such file. */
export function libraryFile(path: string): ts.SourceFile | undefined {
  const known = parsed.get(path)
  if (known !== undefined) return known
  // A program of the project's own would parse the files with their documentation, and be made for nothing else.
  files ??= new Project({ useInMemoryFileSystem: true }).getModuleResolutionHost()
  const text = files.readFile(path)
  if (text === undefined) return undefined
  const file = parseFile(path, text)
  parsed.set(path, file)
  return file
}
