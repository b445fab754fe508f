/**
 * Declared values: literals and unions of them. Emitted code compares the expected bytes first; these are the ways out for
 * what does not match, be it another value or the same one in a wider encoding.
 */

import type { Input } from './input.ts'
import { BIGINT_MAX, BIGINT_MIN, readBigint } from './bigint.ts'
import { readFinite } from './number.ts'
import { refuseItem, refuseUnknown } from './refusal.ts'
import { readBoolean } from './simple.ts'
import { readText } from './text.ts'

/** Reads one of `values`. */
export function readOneText<T extends string>(input: Input, values: ReadonlySet<T>): T {
  const at = input.position
  const isText = at < input.end && input.bytes[at]! >> 5 === 3
  if (!isText) refuseItem(input, at, oneOf(values))
  const text = readText(input)
  if (!values.has(text as T)) refuseItem(input, at, oneOf(values), 'other text')
  return text as T
}

/** Reads one of `values`. */
export function readOneNumber<T extends number>(input: Input, values: ReadonlySet<T>): T {
  const at = input.position
  const value = readFinite(input)
  if (!values.has(value as T)) refuseItem(input, at, oneOf(values), 'another number')
  return value as T
}

/** Reads one of `values`. */
export function readOneBigint<T extends bigint>(input: Input, values: ReadonlySet<T>): T {
  const at = input.position
  const value = readBigint(input, BIGINT_MIN, BIGINT_MAX)
  if (!values.has(value as T)) refuseItem(input, at, oneOf(values), 'another integer')
  return value as T
}

/** Reads exactly `value`. */
export function readOneBoolean<T extends boolean>(input: Input, value: T): T {
  const at = input.position
  if (readBoolean(input) !== value) refuseItem(input, at, String(value), 'the other boolean')
  return value
}

/** Reads the key of an object. Refuses what is no text. */
export function readKey(input: Input): string {
  const at = input.position
  if (at >= input.end || input.bytes[at]! >> 5 !== 3) refuseUnknown(input, at)
  return readText(input)
}

/** How an error names a choice of declared values, as they were declared. */
export function oneOf(values: ReadonlySet<unknown>): string {
  const shown = [...values]
    .slice(0, 6)
    .map((value) => (typeof value === 'string' ? JSON.stringify(value) : String(value)))
  if (values.size > shown.length) shown.push('...')
  return values.size === 1 ? shown.join('') : `one of ${shown.join(', ')}`
}

/** What stands next, as far as the members of a union are told apart by it. */
export type ItemKind =
  | 'integer'
  | 'float'
  | 'bytes'
  | 'text'
  | 'array'
  | 'map'
  | 'boolean'
  | 'null'
  | 'date'
  | 'bignum'
  | 'set'
  | 'other'

const KINDS_BY_MAJOR: readonly ItemKind[] = ['integer', 'integer', 'bytes', 'text', 'array', 'map']

/** Looks at the next item without moving. */
export function peekKind(input: Input): ItemKind {
  const at = input.position
  if (at >= input.end) return 'other'
  const head = input.bytes[at]!
  if (head < 0xc0) return KINDS_BY_MAJOR[head >> 5]!
  if (head < 0xe0) return kindOfTag(input, at, head)
  if (head === 0xf6) return 'null'
  if (head === 0xf4 || head === 0xf5) return 'boolean'
  return head >= 0xf9 && head <= 0xfb ? 'float' : 'other'
}

// Tags may be written wider than they need to be.
function kindOfTag(input: Input, at: number, head: number): ItemKind {
  const info = head & 31
  const width = info < 24 ? 0 : 1 << (info - 24)
  if (info > 27 || at + width >= input.end) return 'other'
  let tag = info < 24 ? info : 0
  for (let index = at + 1; index <= at + width; index++) tag = tag * 256 + input.bytes[index]!
  if (tag === 1) return 'date'
  if (tag === 2 || tag === 3) return 'bignum'
  return tag === 258 ? 'set' : 'other'
}
