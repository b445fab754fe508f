/** Passing over items without decoding them: undeclared members of open protocols, and members before a discriminator. */

import { DEPTH_MAX } from './bounds.ts'
import { readArgument, readMapHead } from './head.ts'
import { takeBytes } from './constant.ts'
import type { Input } from './input.ts'
import { refuseItem } from './refusal.ts'

const EXPECTED = 'an item of definite length'
// One frame for each open array or map: the items that are still to come. Not re-entered, since nothing here calls out.
const LEFT = new Float64Array(DEPTH_MAX + 1)

/**
 * Moves behind the item at the current position, which must be well-formed (RFC 8949 §1.2, definite lengths only) and at
 * most `DEPTH_MAX` deep. Takes time in proportion to its bytes and allocates nothing. Its text is not checked.
 */
export function skipItem(input: Input): void {
  let depth = 0
  LEFT[0] = 1
  while (depth >= 0) {
    if (LEFT[depth] === 0) {
      depth--
      continue
    }
    LEFT[depth]!--
    depth = skipHead(input, depth)
  }
}

function skipHead(input: Input, depth: number): number {
  const at = input.position
  if (at >= input.end) refuseItem(input, at, EXPECTED)
  const head = input.bytes[at]!
  if (head >= 0xe0) return skipSimple(input, at, head, depth)
  const argument = readArgument(input, at, EXPECTED)
  const major = head >> 5
  if (major < 2) return depth
  if (major === 6) {
    LEFT[depth]!++
    return depth
  }
  const bytesAtLeast = major === 5 ? argument * 2 : argument
  if (bytesAtLeast > input.end - input.position) refuseItem(input, at, EXPECTED, 'one that is longer than the payload')
  if (major < 4) {
    input.position += argument
    return depth
  }
  if (depth === DEPTH_MAX) refuseItem(input, at, EXPECTED, `more than ${DEPTH_MAX} inside each other`)
  LEFT[depth + 1] = bytesAtLeast
  return depth + 1
}

function skipSimple(input: Input, at: number, head: number, depth: number): number {
  const info = head & 31
  const width = info < 24 ? 0 : 1 << (info - 24)
  const isReserved = info > 27 || (info === 24 && at + 1 < input.end && input.bytes[at + 1]! < 32)
  if (isReserved || at + 1 + width > input.end)
    refuseItem(input, at, EXPECTED, isReserved ? undefined : 'one that is cut off')
  input.position = at + 1 + width
  return depth
}

/**
 * Finds the member with the encoded key `key` in the map at the current position and moves to its value. The members before
 * it are passed over, so that it may stand anywhere. Refuses a map that has no such member.
 */
export function seekMember(input: Input, key: Uint8Array, expected: string): void {
  const at = input.position
  const count = readMapHead(input)
  for (let entry = 0; entry < count; entry++) {
    if (takeBytes(input, key) || isLongFormOf(input, key)) return
    skipItem(input)
    skipItem(input)
  }
  refuseItem(input, at, expected, 'an object without one')
}

// The same text behind a head that is wider than it needs to be. Names are shorter than 64 KiB.
function isLongFormOf(input: Input, key: Uint8Array): boolean {
  const at = input.position
  if (at >= input.end || input.bytes[at]! < 0x78 || input.bytes[at]! > 0x7b) return false
  const length = readArgument(input, at, EXPECTED)
  const start = input.position
  const headBytes = key[0]! < 0x78 ? 1 : key[0] === 0x78 ? 2 : 3
  input.position = at
  if (length !== key.length - headBytes || start + length > input.end) return false
  for (let index = 0; index < length; index++) if (input.bytes[start + index] !== key[headBytes + index]) return false
  input.position = start + length
  return true
}
