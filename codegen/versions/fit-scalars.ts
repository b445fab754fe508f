/** Numbers and texts: whether what an encoder writes for one shape is what the decoder of others takes. */

import { parsePattern, type PatternNode } from '../../src/ir/pattern-syntax.ts'
import type { Shape } from '../../src/ir/shape.ts'
import type { Misfit } from './misfit.ts'
import { misfit } from './misfit.ts'

export type Literal = Extract<Shape, { readonly kind: 'literal' }>
type Text = Extract<Shape, { readonly kind: 'string' }>

const SAFE = BigInt(Number.MAX_SAFE_INTEGER)
const EXACT = SAFE + 1n
const UNSIGNED_64 = (1n << 64n) - 1n
const BIGINT_BITS = 256n

type Interval = readonly [min: bigint, max: bigint]

const INTERVALS: Readonly<Record<string, Interval>> = {
  int: [-SAFE, SAFE],
  u8: [0n, 255n],
  u16: [0n, 65_535n],
  u32: [0n, 4_294_967_295n],
  i8: [-128n, 127n],
  i16: [-32_768n, 32_767n],
  i32: [-2_147_483_648n, 2_147_483_647n],
  u64: [0n, UNSIGNED_64],
  i64: [-(1n << 63n), (1n << 63n) - 1n],
}
const ANY_BIGINT: Interval = [-(1n << BIGINT_BITS), (1n << BIGINT_BITS) - 1n]

/** What stands on the wire: `integer` for major types 0 and 1 and for bignums, `float` for the rest. */
export type WireNumber =
  | { readonly form: 'integer'; readonly interval: Interval }
  | { readonly form: 'float'; readonly value: number }
  /** Safe integers as integers, everything else as floats. */
  | { readonly form: 'any' }

/** How the encoder of a numeric shape writes; undefined for other shapes. */
export function wireNumberOf(shape: Shape): WireNumber | undefined {
  if (shape.kind === 'number') {
    return shape.format === undefined ? { form: 'any' } : { form: 'integer', interval: INTERVALS[shape.format]! }
  }
  if (shape.kind === 'bigint') {
    return { form: 'integer', interval: shape.format === undefined ? ANY_BIGINT : INTERVALS[shape.format]! }
  }
  return shape.kind === 'literal' ? wireLiteralOf(shape.value) : undefined
}

function wireLiteralOf(value: Literal['value']): WireNumber | undefined {
  if (typeof value === 'bigint') return { form: 'integer', interval: [value, value] }
  if (typeof value !== 'number') return undefined
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return { form: 'float', value }
  return { form: 'integer', interval: [BigInt(value), BigInt(value)] }
}

/** `choices`: all numeric members of the receiver's type. */
export function fitNumber(shape: Shape, sent: WireNumber, choices: readonly Shape[], path: string): Misfit | undefined {
  const fits = choices.some((choice) => takesNumber(choice, sent)) || isCovered(sent, choices)
  return fits ? undefined : misfit(path, shape, choices)
}

function takesNumber(choice: Shape, sent: WireNumber): boolean {
  if (choice.kind === 'literal') return takesAsLiteral(choice.value, sent)
  if (choice.kind === 'number' && choice.format === undefined) return takesAsDouble(sent)
  const taken = wireNumberOf(choice)
  if (taken?.form !== 'integer' || sent.form !== 'integer') return false
  return contains(taken.interval, sent.interval)
}

function contains([min, max]: Interval, [from, to]: Interval): boolean {
  return min <= from && to <= max
}

/** An integer is taken as a number where a double holds it exactly, and never as a bignum. */
function takesAsDouble(sent: WireNumber): boolean {
  if (sent.form !== 'integer') return true
  const [from, to] = sent.interval
  if (from !== to) return contains([-EXACT, EXACT], sent.interval)
  return BigInt(Number(from)) === from && contains([-1n - UNSIGNED_64, UNSIGNED_64], sent.interval)
}

function takesAsLiteral(value: Literal['value'], sent: WireNumber): boolean {
  if (typeof value === 'bigint') return sent.form === 'integer' && contains([value, value], sent.interval)
  // Decoders look the number up in a set, to which 0 and -0 are one.
  if (typeof value !== 'number' || sent.form === 'any') return false
  if (sent.form === 'float') return sent.value === value
  const [from, to] = sent.interval
  return from === to && takesAsDouble(sent) && Number(from) === value
}

/** A small range of integers whose every member is a literal over there. */
function isCovered(sent: WireNumber, choices: readonly Shape[]): boolean {
  if (sent.form !== 'integer') return false
  const [from, to] = sent.interval
  if (to - from >= BigInt(choices.length)) return false
  for (let value = from; value <= to; value++) {
    const one: WireNumber = { form: 'integer', interval: [value, value] }
    if (!choices.some((choice) => takesNumber(choice, one))) return false
  }
  return true
}

/** `choices`: all members of the receiver's type that are text. */
export function fitText(sent: Text | Literal, choices: readonly Shape[], path: string): Misfit | undefined {
  const only = onlyText(sent)
  const fits = choices.some((choice) => {
    if (choice.kind === 'literal') return only === choice.value
    return choice.kind === 'string' && (only === undefined ? takesText(choice, sent as Text) : takesOne(choice, only))
  })
  return fits ? undefined : misfit(path, sent, choices)
}

/** The text of a shape that has a single one. */
function onlyText(sent: Text | Literal): string | undefined {
  if (sent.kind === 'literal') return String(sent.value)
  return sent.maxLength === 0 ? '' : undefined
}

/** Whether a text is one of a shape's. */
export function takesOne({ maxLength = Infinity, pattern }: Text, text: string): boolean {
  return text.length <= maxLength && (pattern === undefined || new RegExp(`^(?:${pattern})$`, 'u').test(text))
}

/** Two patterns fit only where they are the same: that one takes in the other is not looked for. */
function takesText(taken: Text, sent: Text): boolean {
  if (taken.pattern !== undefined && taken.pattern !== sent.pattern) return false
  if (taken.maxLength === undefined) return true
  return Math.min(sent.maxLength ?? Infinity, longestMatch(sent.pattern)) <= taken.maxLength
}

/** The most UTF-16 units that a pattern matches. */
function longestMatch(pattern: string | undefined): number {
  return pattern === undefined ? Infinity : longest(parsePattern(pattern))
}

function longest(node: PatternNode): number {
  switch (node.kind) {
    case 'empty':
      return 0
    case 'class':
      return node.ranges.some(([, to]) => to > 0xffff) ? 2 : 1
    case 'sequence':
      return node.parts.reduce((length, part) => length + longest(part), 0)
    case 'choice':
      return Math.max(0, ...node.parts.map(longest))
    case 'repeat': {
      const once = longest(node.part)
      return once === 0 ? 0 : once * node.max
    }
  }
}
