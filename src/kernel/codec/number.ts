/**
 * Numbers. An integer value is written as a CBOR integer as long as it is safe (up to 2^53 - 1 either way); everything else,
 * -0 included, as the shortest float that keeps it. Reading accepts any width.
 */

import { readArgument, writeHead } from './head.ts'
import type { Input } from './input.ts'
import type { Output } from './output.ts'
import { refuseItem, refuseValue } from './refusal.ts'

/** Writes any finite number. */
export function writeFinite(output: Output, value: number): void {
  if (typeof value !== 'number') refuseValue(output, value, 'a finite number')
  if (Math.floor(value) !== value) {
    writeFraction(output, value)
  } else if (value >>> 0 === value && value !== 0) {
    writeHead(output, 0, value)
  } else {
    if (!Number.isFinite(value)) refuseValue(output, value, 'a finite number')
    writeAnyNumber(output, value)
  }
}

// Elements that are written between two checks for room.
const ELEMENTS_AT_ONCE = 128

/** Writes the first `count` elements of an array of finite numbers, without the array's head. */
export function writeFinites(output: Output, values: readonly number[], count: number): void {
  for (let index = 0; index < count;) {
    const stop = Math.min(count, index + ELEMENTS_AT_ONCE)
    output.ensure(9 * ELEMENTS_AT_ONCE)
    const view = output.view
    for (; index < stop; index++) {
      const value = values[index]!
      if (
        typeof value === 'number' &&
        Math.floor(value) !== value &&
        Math.fround(value) !== value &&
        !Number.isNaN(value)
      ) {
        const at = output.position
        view.setUint8(at, 0xfb)
        view.setFloat64(at + 1, value)
        output.position = at + 9
      } else {
        writeFinite(output, value)
      }
    }
  }
}

// A fraction, or NaN. Most fractions need all 64 bits.
function writeFraction(output: Output, value: number): void {
  if (Math.fround(value) === value) {
    writeFloat(output, value)
    return
  }
  if (Number.isNaN(value)) refuseValue(output, value, 'a finite number')
  output.ensure(9)
  const at = output.position
  output.bytes[at] = 0xfb
  output.view.setFloat64(at + 1, value)
  output.position = at + 9
}

/** Writes any number, also those that are not finite; only `Open` carries these. */
export function writeAnyNumber(output: Output, value: number): void {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) writeFloat(output, value)
  else if (value < 0) writeHead(output, 0x20, -1 - value)
  else writeHead(output, 0, value)
}

/** Writes an integer between `min` and `max`, which are safe integers. -0 is the integer 0 here. */
export function writeInteger(output: Output, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    refuseValue(output, value, integerText(min, max), integerFault(value))
  }
  if (value >= 0) writeHead(output, 0, value)
  else writeHead(output, 0x20, -1 - value)
}

/** Writes a number as the shortest of the three floats that keeps its value (RFC 8949 §4.2.2). NaN is `f97e00`. */
function writeFloat(output: Output, value: number): void {
  output.ensure(9)
  const at = output.position
  const view = output.view
  if (Math.fround(value) !== value && !Number.isNaN(value)) {
    output.bytes[at] = 0xfb
    view.setFloat64(at + 1, value)
    output.position = at + 9
    return
  }
  view.setFloat32(at + 1, value)
  const half = Number.isNaN(value) ? 0x7e00 : halfOf(view.getUint32(at + 1))
  if (half < 0) {
    output.bytes[at] = 0xfa
    output.position = at + 5
  } else {
    output.bytes[at] = 0xf9
    view.setUint16(at + 1, half)
    output.position = at + 3
  }
}

// The bits of the half-precision float of the same value as the single-precision one, or -1 where there is none.
function halfOf(single: number): number {
  const sign = (single >>> 16) & 0x8000
  const exponent = (single >>> 23) & 0xff
  const mantissa = single & 0x7fffff
  if (exponent === 0 && mantissa === 0) return sign
  if (exponent === 0xff) return sign | 0x7c00
  if (exponent >= 113 && exponent <= 142) {
    return (mantissa & 0x1fff) === 0 ? sign | ((exponent - 112) << 10) | (mantissa >> 13) : -1
  }
  if (exponent < 103 || exponent > 112) return -1
  // Subnormal: the unit is 2^-24, the mantissa with its leading one counts 2^(exponent - 150).
  const shift = 126 - exponent
  const full = mantissa | 0x800000
  return (full & ((1 << shift) - 1)) === 0 ? sign | (full >> shift) : -1
}

/** Reads a finite number from an integer or a float. An integer that no double holds exactly is refused. */
export function readFinite(input: Input): number {
  const at = input.position
  if (at < input.end) {
    const head = input.bytes[at]!
    if (head < 24) {
      input.position = at + 1
      return head
    }
    if (head === 0xfb && at + 9 <= input.end) {
      const value = input.view.getFloat64(at + 1)
      if (!Number.isFinite(value)) refuseItem(input, at, 'a finite number', 'a float that is not finite')
      input.position = at + 9
      return value
    }
    // Exact up to 2^53 in both directions; what lies beyond goes through a bigint to find out.
    if (head < 0x40) return readIntegerAt(input, at, 'a finite number')
  }
  const value = readFloat(input, 'a finite number')
  if (!Number.isFinite(value)) refuseItem(input, at, 'a finite number', 'a float that is not finite')
  return value
}

/** Reads a float of any width and moves behind it. */
function readFloat(input: Input, expected: string): number {
  const at = input.position
  const head = at < input.end ? input.bytes[at]! : 0
  if (head < 0xf9 || head > 0xfb) refuseItem(input, at, expected)
  const next = at + 1 + (1 << (head - 0xf8))
  if (next > input.end) refuseItem(input, at, expected, 'an item that is cut off')
  input.position = next
  if (head === 0xfb) return input.view.getFloat64(at + 1)
  if (head === 0xfa) return input.view.getFloat32(at + 1)
  return doubleOf(input.view.getUint16(at + 1))
}

function doubleOf(half: number): number {
  const exponent = (half >> 10) & 31
  const mantissa = half & 0x3ff
  const sign = half & 0x8000 ? -1 : 1
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : Number.NaN
  return sign * (exponent === 0 ? mantissa : 1024 + mantissa) * HALF_UNITS[exponent]!
}

// What the last bit of the mantissa counts, by exponent. Subnormals have the unit of the smallest normal ones.
const HALF_UNITS = Float64Array.from({ length: 31 }, (_, exponent) => 2 ** (Math.max(exponent, 1) - 25))

/** Reads an integer (never a float) between `min` and `max`, which are safe integers. */
export function readInteger(input: Input, min: number, max: number): number {
  const at = input.position
  const head = at < input.end ? input.bytes[at]! : 0xff
  let value = head
  if (head < 24) input.position = at + 1
  else if (head < 0x40) value = readIntegerAt(input, at, 'an integer')
  else refuseItem(input, at, integerText(min, max))
  if (value < min || value > max) refuseItem(input, at, integerText(min, max), 'an integer out of range')
  return value
}

// `at` holds a head of major type 0 or 1.
function readIntegerAt(input: Input, at: number, expected: string): number {
  const head = input.bytes[at]!
  if ((head & 31) === 27) return readLongInteger(input, at, expected)
  const argument = readArgument(input, at, expected)
  return head >= 0x20 ? -1 - argument : argument
}

function readLongInteger(input: Input, at: number, expected: string): number {
  if (at + 9 > input.end) refuseItem(input, at, expected, 'an item that is cut off')
  const isNegative = input.bytes[at]! >= 0x20
  const high = input.view.getUint32(at + 1)
  if (high < 0x20_0000) {
    const argument = high * 0x1_0000_0000 + input.view.getUint32(at + 5)
    input.position = at + 9
    return isNegative ? -1 - argument : argument
  }
  const argument = input.view.getBigUint64(at + 1)
  const exact = isNegative ? -1n - argument : argument
  const value = Number(exact)
  if (BigInt(value) !== exact) refuseItem(input, at, expected, 'an integer that a number cannot hold exactly')
  input.position = at + 9
  return value
}

/** How an error names the integers between `min` and `max`. */
function integerText(min: number, max: number): string {
  if (min === Number.MIN_SAFE_INTEGER && max === Number.MAX_SAFE_INTEGER) return 'a safe integer'
  return `an integer from ${min} to ${max}`
}

function integerFault(value: unknown): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined
  return Number.isInteger(value) ? 'an integer out of range' : 'a number that is not an integer'
}
