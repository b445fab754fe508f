/** What every part of a generated file needs to know of the whole. */

import type { DeclarationFile } from '../../src/ir/declaration.ts'
import type { Move } from '../../src/ir/machine.ts'
import type { Shape } from '../../src/ir/shape.ts'
import type { SourceSpan } from '../../src/ir/source.ts'
import type { TypeNames } from './type-names.ts'
import { typeText } from './type-text.ts'

export class FileContext {
  readonly file: DeclarationFile
  readonly names: TypeNames
  readonly #folder: string
  /** Each place in a declaration is said and hashed with its path, and there are hardly more than one. */
  readonly #relativePaths = new Map<string, string>()

  constructor(file: DeclarationFile, names: TypeNames) {
    this.file = file
    this.names = names
    this.#folder = file.file.includes('/') ? file.file.slice(0, file.file.lastIndexOf('/')) : ''
  }

  /** The TypeScript of a payload. */
  payloadText(payload: Shape): string {
    return typeText(payload, this.file.types)
  }

  /** What the method of a move takes: nothing, a payload, or what a stream is read from. */
  parameterText(move: Move): string {
    if (move.stream !== undefined) return `source: ${this.names.kernel('StreamSource')}<${this.itemText(move)}>`
    return move.payload === undefined ? '' : `message: ${this.payloadText(move.payload)}`
  }

  /** The TypeScript of one item of a stream. */
  itemText({ payload }: Move): string {
    return payload === undefined ? 'undefined' : this.payloadText(payload)
  }

  /** `negotiate.steer.ts:6`, as seen from the generated file, so that it is the same wherever the project lies. */
  place(source: SourceSpan): string {
    return `${this.relativePath(source.file)}:${source.line}`
  }

  /** A path as seen from the folder of the generated file. */
  relativePath(path: string): string {
    const known = this.#relativePaths.get(path)
    if (known !== undefined) return known
    const relative = this.#relativePathAnew(path)
    this.#relativePaths.set(path, relative)
    return relative
  }

  #relativePathAnew(path: string): string {
    const from = this.#folder === '' ? [] : this.#folder.split('/')
    const to = path.split('/')
    let shared = 0
    while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++
    const relative = [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/')
    // Paths stand in comments, which a line break in the name of a file must not end.
    return relative.replace(/[\p{Cc}\u2028\u2029]/gu, '?')
  }
}
