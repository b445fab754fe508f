/** Parsed source files, kept from one round to the next for as long as their text stays the same. */

import { ts } from 'ts-morph'
import type { FileView } from './file-view.ts'

export class SourceCache {
  #files = new Map<string, ts.SourceFile>()

  /** The file as it is now. The same text gives the same object, which is how a change is noticed. */
  get(path: string, view: FileView): ts.SourceFile | undefined {
    const text = view.readText(path)
    if (text === undefined) return undefined
    const known = this.#files.get(path)
    if (known?.text === text) return known
    const file = parseFile(path, text)
    this.#files.set(path, file)
    return file
  }

  /** Forgets all other files. */
  keepOnly(program: ts.Program): void {
    const used = new Set(program.getSourceFiles().map((file) => file.fileName))
    this.#files = new Map([...this.#files].filter(([path]) => used.has(path)))
  }
}

/**
 * Parses as tsc does: documentation is skipped, since nothing here reads it from the tree, and who is whose parent is left to the
 * binder, which every program has run before anything is read.
 */
export function parseFile(path: string, text: string): ts.SourceFile {
  const jsDocParsingMode = ts.JSDocParsingMode.ParseForTypeErrors
  return ts.createSourceFile(path, text, { languageVersion: ts.ScriptTarget.ES2023, jsDocParsingMode })
}
