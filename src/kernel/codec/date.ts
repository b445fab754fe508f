/**
 * `Date`, as tag 1: seconds since 1970 as an integer where they are whole, else as the shortest float that keeps them. The
 * nearest double of a millisecond is exact enough over the whole range of `Date` to give that millisecond back. A time finer
 * than milliseconds is refused: it would have to be rounded.
 */

import * as types from 'node:util/types'

import { DATE_MAX_SECONDS } from './bounds.ts'
import { readTag } from './head.ts'
import type { Input } from './input.ts'
import { readFinite, writeAnyNumber } from './number.ts'
import type { Output } from './output.ts'
import { refuseItem, refuseValue } from './refusal.ts'

// As it was at the start: an own `getTime`, or another that a program has put in its place, says what it likes.
const timeOf = Object.getOwnPropertyDescriptor(Date.prototype, 'getTime')!.value as (this: unknown) => number

/** True for a real `Date`, also one of another realm. */
export function isDate(value: unknown): value is Date {
  return types.isDate(value)
}

/** Writes a valid `Date`, at most `maxSeconds` away from 1970. */
export function writeDate(output: Output, value: Date, maxSeconds: number = DATE_MAX_SECONDS): void {
  if (!isDate(value)) refuseValue(output, value, 'a Date')
  const time = timeOf.call(value)
  if (Math.abs(time) > maxSeconds * 1000) refuseValue(output, value, 'a Date', 'one too far away from 1970')
  if (Number.isNaN(time)) refuseValue(output, value, 'a Date', 'an invalid one')
  output.ensure(10)
  output.bytes[output.position++] = 0xc1
  writeAnyNumber(output, time / 1000)
}

/** Reads a `Date`, at most `maxSeconds` away from 1970. */
export function readDate(input: Input, maxSeconds: number = DATE_MAX_SECONDS): Date {
  const at = input.position
  readTag(input, 1, 'a date (tag 1)')
  const seconds = readFinite(input)
  if (Math.abs(seconds) > maxSeconds) refuseItem(input, at, 'a date', 'one too far away from 1970')
  const time = millisecondsOf(seconds)
  if (time === undefined) refuseItem(input, at, 'a date', 'one that is finer than milliseconds')
  return new Date(time)
}

// The millisecond whose quotient `seconds` is. In the far ends of the range the product can come out one beside it.
function millisecondsOf(seconds: number): number | undefined {
  const time = Math.round(seconds * 1000)
  if (time / 1000 === seconds) return time
  if ((time - 1) / 1000 === seconds) return time - 1
  return (time + 1) / 1000 === seconds ? time + 1 : undefined
}
