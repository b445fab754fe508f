/**
 * `bigint`: a CBOR integer where it fits 64 bits, a bignum (tags 2 and 3) beyond. Reading accepts either form at any size, a
 * bignum also with leading zeros (RFC 8949 §3.4.3 asks decoders to), as long as its byte string is at most
 * `BIGINT_MAX_BYTES` long.
 */

import { BIGINT_MAX_BYTES } from './bounds.ts'
import { readArgument, writeHead } from './head.ts'
import type { Input } from './input.ts'
import type { Output } from './output.ts'
import { refuseItem, refuseValue } from './refusal.ts'

const U64_MAX = 0xffff_ffff_ffff_ffffn
/** Smallest and largest `bigint` that a payload carries. */
export const BIGINT_MIN: bigint = -(1n << BigInt(8 * BIGINT_MAX_BYTES))
export const BIGINT_MAX: bigint = (1n << BigInt(8 * BIGINT_MAX_BYTES)) - 1n

/** Writes a `bigint` between `min` and `max`. */
export function writeBigint(output: Output, value: bigint, min: bigint, max: bigint): void {
  if (typeof value !== 'bigint') refuseValue(output, value, bigintText(min, max))
  if (value < min || value > max) refuseValue(output, value, bigintText(min, max), 'a bigint out of range')
  const isNegative = value < 0n
  const argument = isNegative ? -1n - value : value
  if (argument <= 0xffff_ffffn) {
    writeHead(output, isNegative ? 0x20 : 0, Number(argument))
  } else if (argument <= U64_MAX) {
    output.ensure(9)
    const at = output.position
    output.bytes[at] = isNegative ? 0x3b : 0x1b
    output.view.setBigUint64(at + 1, argument)
    output.position = at + 9
  } else {
    writeBignum(output, isNegative ? 0xc3 : 0xc2, argument)
  }
}

function writeBignum(output: Output, tag: number, magnitude: bigint): void {
  const digits = magnitude.toString(16)
  const content = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  output.ensure(3 + content.length)
  output.bytes[output.position++] = tag
  writeHead(output, 0x40, content.length)
  output.bytes.set(content, output.position)
  output.position += content.length
}

/** Reads a `bigint` between `min` and `max`. */
export function readBigint(input: Input, min: bigint, max: bigint): bigint {
  const at = input.position
  const head = at < input.end ? input.bytes[at]! : 0xff
  let value: bigint
  if (head < 0x40) value = readPlain(input, at, head, 'an integer')
  else if (head >> 5 === 6) value = readBignum(input, at, 'a bigint')
  else refuseItem(input, at, bigintText(min, max))
  if (value < min || value > max) refuseItem(input, at, bigintText(min, max), 'an integer out of range')
  return value
}

function readPlain(input: Input, at: number, head: number, expected: string): bigint {
  let argument: bigint
  if ((head & 31) === 27 && at + 9 <= input.end) {
    argument = input.view.getBigUint64(at + 1)
    input.position = at + 9
  } else {
    argument = BigInt(readArgument(input, at, expected))
  }
  return head >= 0x20 ? -1n - argument : argument
}

function readBignum(input: Input, at: number, expected: string): bigint {
  const tag = readArgument(input, at, expected)
  const contentAt = input.position
  if (tag !== 2 && tag !== 3) refuseItem(input, at, expected)
  if (contentAt >= input.end || input.bytes[contentAt]! >> 5 !== 2)
    refuseItem(input, contentAt, 'the bytes of a bignum')
  const byteCount = readArgument(input, contentAt, 'the bytes of a bignum')
  if (byteCount > BIGINT_MAX_BYTES) refuseItem(input, at, expected, `a bignum of more than ${BIGINT_MAX_BYTES} bytes`)
  const next = input.position + byteCount
  if (next > input.end) refuseItem(input, at, expected, 'an item that is cut off')
  let magnitude = 0n
  for (let index = input.position; index < next; index++) magnitude = (magnitude << 8n) | BigInt(input.bytes[index]!)
  input.position = next
  return tag === 3 ? -1n - magnitude : magnitude
}

function bigintText(min: bigint, max: bigint): string {
  if (min === BIGINT_MIN && max === BIGINT_MAX) return `a bigint of at most ${BIGINT_MAX_BYTES} bytes`
  return `a bigint from ${min} to ${max}`
}
