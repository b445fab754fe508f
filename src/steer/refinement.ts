/**
 * Refinements of payload types. Each is its base type with an optional brand: plain values assign to it, generated types show
 * the base type, and the generated codec holds what is sent and what arrives against the refinement.
 */

declare const refinement: unique symbol

/** An integer that a double holds exactly: from -(2^53 - 1) to 2^53 - 1. */
export type Int = number & { readonly [refinement]?: { readonly format: 'int' } }
/** An integer from 0 to 255. */
export type U8 = number & { readonly [refinement]?: { readonly format: 'u8' } }
/** An integer from 0 to 65535. */
export type U16 = number & { readonly [refinement]?: { readonly format: 'u16' } }
/** An integer from 0 to 2^32 - 1. */
export type U32 = number & { readonly [refinement]?: { readonly format: 'u32' } }
/** A `bigint` from 0 to 2^64 - 1. */
export type U64 = bigint & { readonly [refinement]?: { readonly format: 'u64' } }
/** An integer from -128 to 127. */
export type I8 = number & { readonly [refinement]?: { readonly format: 'i8' } }
/** An integer from -32768 to 32767. */
export type I16 = number & { readonly [refinement]?: { readonly format: 'i16' } }
/** An integer from -2^31 to 2^31 - 1. */
export type I32 = number & { readonly [refinement]?: { readonly format: 'i32' } }
/** A `bigint` from -2^63 to 2^63 - 1. */
export type I64 = bigint & { readonly [refinement]?: { readonly format: 'i64' } }
/** Any number but NaN and the infinities. The same as a plain `number`; it says so. */
export type Finite = number & { readonly [refinement]?: { readonly format: 'finite' } }

/** The parameter of `Text`, `Bytes` and `List`: a literal, a safe integer from 0. */
export interface Maximum {
  readonly max: number
}

/** A string of at most `max` UTF-16 units, as `length` counts them: `Text<{ max: 120 }>`. */
export type Text<Limit extends Maximum> = string & { readonly [refinement]?: { readonly maxLength: Limit['max'] } }

/**
 * At most `max` bytes: `Bytes<{ max: 65536 }>`. Those that are sent are copied at once. Those that arrive are the program's own:
 * nothing else reads or writes them. Their `buffer` may be longer than they are, so that it goes with their `byteOffset`.
 */
export type Bytes<Limit extends Maximum> = Uint8Array & { readonly [refinement]?: { readonly maxBytes: Limit['max'] } }

/** An array of at most `max` elements: `List<Item, { max: 1000 }>`. */
export type List<Element, Limit extends Maximum> = Element[] & {
  readonly [refinement]?: { readonly maxCount: Limit['max'] }
}

/**
 * A string that matches the pattern from its first unit to its last: `Match<'[a-z]+'>`. Patterns are of a subset that needs
 * linear time, or few steps on text of bounded length; the generator refuses others. Goes together with `Text`, which is looked
 * at first: `Text<{ max: 20 }> & Match<'[a-z]+'>`. `Text<{ max: 8 }> & Match<'.*x.*'>` is taken, `Match<'.*x.*'>` is not: the
 * ways through, (max + 1) for each unbounded repetition, times the length may be a million.
 */
export type Match<Pattern extends string> = string & { readonly [refinement]?: { readonly pattern: Pattern } }

/**
 * Anything that CBOR can carry, under the limits of the link: null, booleans, numbers, bigints, strings, bytes, dates, and
 * arrays, maps, sets and objects of them. Nothing about it is checked but that.
 *
 * `object` stands in the list because TypeScript would refuse plain objects for a type of nothing but an optional brand.
 */
export type Open =
  | ((object | string | number | bigint | boolean) & { readonly [refinement]?: { readonly open: true } })
  | null

/**
 * Crosses through a cipher of its own, which both programs give for the label under `ciphers`: what secures the link ends where
 * the link does, and a sealed payload stays closed to whatever stands between. Only a payload as a whole can be sealed, or each
 * item of a stream: `send<Sealed<Card>>('card')`, never a part of one.
 */
export type Sealed<Payload> = Payload & { readonly [refinement]?: { readonly sealed: true } }
