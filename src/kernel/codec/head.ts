/** The heads of CBOR items (RFC 8949 §3): three bits of major type and an argument in its shortest form. */

import { refuseItem } from './refusal.ts'
import type { Input } from './input.ts'
import type { Output } from './output.ts'

/** Writes a head. `major` is the major type shifted into place: `0x80` for an array. `argument` is a safe integer. */
export function writeHead(output: Output, major: number, argument: number): void {
  output.ensure(9)
  const at = output.position
  if (argument < 24) {
    output.bytes[at] = major | argument
    output.position = at + 1
  } else if (argument < 0x100) {
    output.bytes[at] = major | 24
    output.bytes[at + 1] = argument
    output.position = at + 2
  } else if (argument < 0x10000) {
    output.bytes[at] = major | 25
    output.view.setUint16(at + 1, argument)
    output.position = at + 3
  } else if (argument < 0x1_0000_0000) {
    output.bytes[at] = major | 26
    output.view.setUint32(at + 1, argument)
    output.position = at + 5
  } else {
    output.bytes[at] = major | 27
    output.view.setUint32(at + 1, Math.floor(argument / 0x1_0000_0000))
    output.view.setUint32(at + 5, argument >>> 0)
    output.position = at + 9
  }
}

/**
 * Reads the argument of the head at `at`, whose first byte is in range, and moves behind it. A 64-bit argument comes back
 * as the nearest double, which is exact up to 2^53; longer than any buffer beyond. Refuses a head that is cut off, reserved
 * or of indefinite length.
 */
export function readArgument(input: Input, at: number, expected: string): number {
  const info = input.bytes[at]! & 31
  if (info < 24) {
    input.position = at + 1
    return info
  }
  if (info > 27) refuseItem(input, at, expected)
  const next = at + 1 + (1 << (info - 24))
  if (next > input.end) refuseItem(input, at, expected, 'an item that is cut off')
  input.position = next
  if (info === 24) return input.bytes[at + 1]!
  if (info === 25) return input.view.getUint16(at + 1)
  if (info === 26) return input.view.getUint32(at + 1)
  return input.view.getUint32(at + 1) * 0x1_0000_0000 + input.view.getUint32(at + 5)
}

/** Begins an array of `count` elements. */
export function writeArrayHead(output: Output, count: number): void {
  writeHead(output, 0x80, count)
}

/** Begins a map of `count` entries. */
export function writeMapHead(output: Output, count: number): void {
  writeHead(output, 0xa0, count)
}

/**
 * Reads the head of an array and returns its number of elements. Each takes at least a byte, so that a count larger than
 * what is left is refused before anything is allocated for it.
 */
export function readArrayHead(input: Input): number {
  const at = input.position
  if (at >= input.end || input.bytes[at]! >> 5 !== 4) refuseItem(input, at, 'an array')
  const count = readArgument(input, at, 'an array of definite length')
  if (count > input.end - input.position) refuseItem(input, at, 'an array', 'one that is longer than the payload')
  return count
}

/** Reads the head of a map and returns its number of entries, each of which takes at least two bytes. */
export function readMapHead(input: Input): number {
  const at = input.position
  if (at >= input.end || input.bytes[at]! >> 5 !== 5) refuseItem(input, at, 'an object')
  const count = readArgument(input, at, 'a map of definite length')
  if (count * 2 > input.end - input.position) refuseItem(input, at, 'a map', 'one that is longer than the payload')
  return count
}

/** Reads tag `tag` and moves to the item behind it. */
export function readTag(input: Input, tag: number, expected: string): void {
  const at = input.position
  if (at >= input.end || input.bytes[at]! >> 5 !== 6) refuseItem(input, at, expected)
  if (readArgument(input, at, expected) !== tag) refuseItem(input, at, expected)
}
