/**
 * The file system as the compiler sees it in one round: each question is asked once, and question and answer are written down.
 * They say what the result depends on, files that are not there included, and so when it has to be made anew.
 */

import { ts } from 'ts-morph'

/** Whether a file or a folder is there, what a file holds, where a path leads. */
export type FileQuestion = 'file' | 'folder' | 'text' | 'target'

/** `undefined`: there is no such file. */
export type FileAnswer = boolean | string | undefined

export interface FileFact {
  readonly question: FileQuestion
  /** Absolute, with forward slashes. */
  readonly path: string
  readonly answer: FileAnswer
}

export class FileView {
  readonly #facts = new Map<string, FileFact>()

  /** In the order in which they were first asked. */
  get facts(): Iterable<FileFact> {
    return this.#facts.values()
  }

  isFile(path: string): boolean {
    return this.#ask('file', path, () => ts.sys.fileExists(path)) === true
  }

  isFolder(path: string): boolean {
    return this.#ask('folder', path, () => ts.sys.directoryExists(path)) === true
  }

  /** The text without its byte order mark. */
  readText(path: string): string | undefined {
    const text = this.#ask('text', path, () => ts.sys.readFile(path))
    return typeof text === 'string' ? text : undefined
  }

  targetOf(path: string): string {
    return String(this.#ask('target', path, () => ts.sys.realpath?.(path) ?? path))
  }

  #ask(question: FileQuestion, path: string, find: () => FileAnswer): FileAnswer {
    const key = `${question} ${path}`
    const known = this.#facts.get(key)
    if (known !== undefined) return known.answer
    const answer = find()
    this.#facts.set(key, { question, path, answer })
    return answer
  }
}
