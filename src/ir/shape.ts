/**
 * The shape of a payload as plain data: what the codecs are written from, what fingerprints and version rules compare.
 *
 * `readonly`, `exact`, `absence` and `buffer` say how the user wrote a type, so that generated types take the user's own values
 * and give them back. They change nothing on the wire, and fingerprints leave them out.
 */

import type { SourceSpan } from './source.ts'

/** Integer formats of `number` and `bigint`. `int` is a safe integer; the 64-bit formats are `bigint` in TypeScript. */
export type IntegerFormat = 'int' | 'u8' | 'u16' | 'u32' | 'i8' | 'i16' | 'i32'
export type BigIntegerFormat = 'u64' | 'i64'

export type Shape =
  | { readonly kind: 'boolean' }
  | { readonly kind: 'null' }
  /** One value. Booleans appear here only when a single one of the two is declared. */
  | { readonly kind: 'literal'; readonly value: string | number | boolean | bigint }
  /** `format` absent: any finite number. */
  | { readonly kind: 'number'; readonly format?: IntegerFormat }
  /** `format` absent: any bigint whose magnitude fits `Limits.bigintMaxBytes`. */
  | { readonly kind: 'bigint'; readonly format?: BigIntegerFormat }
  /** `maxLength` in UTF-16 units, as `string.length` counts; `pattern` must match the whole string. */
  | { readonly kind: 'string'; readonly maxLength?: number; readonly pattern?: string }
  | { readonly kind: 'bytes'; readonly maxBytes?: number; readonly buffer?: 'ArrayBuffer' }
  | { readonly kind: 'date' }
  | { readonly kind: 'array'; readonly element: Shape; readonly maxCount?: number; readonly readonly?: true }
  /**
   * `required` counts the leading elements that must be there; `rest` may follow all of them. `exact`: which of the optional
   * ones were written without `undefined`.
   */
  | {
      readonly kind: 'tuple'
      readonly elements: readonly Shape[]
      readonly required: number
      readonly rest?: Shape
      readonly exact?: readonly number[]
      readonly readonly?: true
    }
  /** Members in the order of the declaration; codecs and fingerprints sort them themselves. */
  | { readonly kind: 'object'; readonly members: readonly Member[] }
  | { readonly kind: 'record'; readonly value: Shape; readonly readonly?: true }
  | { readonly kind: 'map'; readonly key: Shape; readonly value: Shape; readonly readonly?: true }
  | { readonly kind: 'set'; readonly element: Shape; readonly readonly?: true }
  /** At least two members, never a union or `absent` themselves, told apart as the language demands. */
  | { readonly kind: 'union'; readonly members: readonly Shape[] }
  /** Anything CBOR can carry, under the limits. */
  | { readonly kind: 'open' }
  /** `TypeDefinition` number `type` of the same file. Recursion goes through references only. */
  | { readonly kind: 'reference'; readonly type: number }

/** A member of an object. `undefined` in a declared type makes it optional. */
export interface Member {
  readonly name: string
  readonly shape: Shape
  readonly optional: boolean
  /** How absence was written: `key` is `note?: T`, `value` is `note: T | undefined`, without it `note?: T | undefined`. */
  readonly absence?: 'key' | 'value'
  readonly readonly?: true
  /** The user's JSDoc, without comment marks. */
  readonly doc?: string
}

/** A named type of a declaration, written out once in the generated file. */
export interface TypeDefinition {
  /** TypeScript identifier, unique in its file: `Status`, `PageOfItem`. */
  readonly name: string
  readonly shape: Shape
  readonly doc?: string
  readonly source: SourceSpan
}
