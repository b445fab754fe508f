/** TypeScript's own library files. ts-morph carries them as text and hands them out through a project only. */

import type { ts } from 'ts-morph'
import { Project } from 'ts-morph'

/** Parsed and bound once in a process: every program of ours has the same options as far as these files can tell. */
const parsed = new Map<string, ts.SourceFile>()

let folder = ''

/** The folder, which exists in ts-morph alone, with a slash at its end. */
export function libraryFolder(options: ts.CompilerOptions): string {
  if (folder === '') load(options, '')
  return folder
}

/** A library file by its name in that folder; undefined where TypeScript has no such file. */
export function libraryFile(path: string, options: ts.CompilerOptions): ts.SourceFile | undefined {
  const known = parsed.get(path)
  if (known !== undefined) return known
  // One beyond the small `lib` is loaded when a file of the user's refers to it.
  const name = /\/lib\.([a-z0-9.]+)\.d\.ts$/.exec(path)?.[1]
  if (name !== undefined) load(options, `/// <reference lib="${name}" />`)
  return parsed.get(path)
}

function load(options: ts.CompilerOptions, text: string): void {
  const project = new Project({ useInMemoryFileSystem: true, compilerOptions: options })
  project.createSourceFile('/reference.ts', text)
  for (const file of project.getProgram().compilerObject.getSourceFiles()) {
    if (file.fileName === '/reference.ts') continue
    if (file.fileName.endsWith('/lib.es5.d.ts')) folder = file.fileName.slice(0, -'lib.es5.d.ts'.length)
    if (!parsed.has(file.fileName)) parsed.set(file.fileName, file)
  }
}
