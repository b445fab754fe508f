/**
 * The scan that an `Open` item passes before a general decoder sees it. A bare CBOR decoder can be made to hang, to allocate
 * without bound or to build surprising objects (tags for packed arrays, typed arrays, cyclic references, regular
 * expressions, records; bignums of megabytes; breaks; malformed UTF-8; repeated keys). Here only this passes: definite
 * lengths, at most `DEPTH_MAX` deep, text keys that differ and are not `__proto__`, well-formed UTF-8, and of the tags a
 * valid date (1) and bignums of at most 32 bytes (2, 3). It is iterative, and allocates nothing while keys come in order.
 */

import { isUtf8 } from 'node:buffer'
import { BIGINT_MAX, BIGINT_MIN, readBigint } from './bigint.ts'
import { DEPTH_MAX, OPEN_DATE_MAX_SECONDS } from './bounds.ts'
import { readDate } from './date.ts'
import { readArgument } from './head.ts'
import type { Input } from './input.ts'
import { refuseDuplicate, refuseItem } from './refusal.ts'

const EXPECTED = 'an item that an Open payload may hold'
const PROTO = Buffer.from('__proto__')
const ARRAY = 0
const MAP_KEY = 1
const MAP_VALUE = 2

// One frame for each open array or map. Not re-entered, since nothing here calls out.
const LEFT = new Float64Array(DEPTH_MAX + 1)
const STATE = new Uint8Array(DEPTH_MAX + 1)
const KEY_START = new Float64Array(DEPTH_MAX + 1)
const KEY_LENGTH = new Float64Array(DEPTH_MAX + 1)
const KEYS: (Set<string> | undefined)[] = []

/** What the scan has found beside that the item is admitted. */
export interface Admission {
  /** Offsets of safe integers with a 64-bit argument. Empty in most payloads. */
  readonly longIntegers: number[]
}

const ADMISSION: Admission = { longIntegers: [] }
let inOrder = true
let collectKeys = false

/**
 * Checks the item at the current position and moves behind it. The result is overwritten by the next call. Throws
 * `invalid_payload`.
 */
export function admitOpen(input: Input): Admission {
  const start = input.position
  scan(input)
  if (inOrder) return ADMISSION
  // Some map has its keys out of order: only then is it worth an allocation to find out whether one comes twice.
  input.position = start
  collectKeys = true
  try {
    scan(input)
  } finally {
    collectKeys = false
    KEYS.length = 0
  }
  return ADMISSION
}

function scan(input: Input): void {
  ADMISSION.longIntegers.length = 0
  inOrder = true
  let depth = 0
  LEFT[0] = 1
  STATE[0] = ARRAY
  while (depth >= 0) {
    if (LEFT[depth] === 0) {
      depth--
    } else if (STATE[depth] === MAP_KEY) {
      STATE[depth] = MAP_VALUE
      scanKey(input, depth)
    } else {
      if (STATE[depth] === MAP_VALUE) STATE[depth] = MAP_KEY
      LEFT[depth]!--
      depth = scanItem(input, depth)
    }
  }
}

function scanItem(input: Input, depth: number): number {
  const at = input.position
  const head = at < input.end ? input.bytes[at]! : 0xff
  switch (head >> 5) {
    case 0:
    case 1:
      scanInteger(input, at)
      return depth
    case 2:
    case 3:
      scanString(input, at)
      return depth
    case 4:
    case 5:
      return scanContainer(input, at, depth)
    case 6:
      scanTag(input, at)
      return depth
    default:
      scanSimple(input, at, head)
      return depth
  }
}

function scanInteger(input: Input, at: number): void {
  const argument = readArgument(input, at, EXPECTED)
  const head = input.bytes[at]!
  if (head === 0x1b && argument <= Number.MAX_SAFE_INTEGER) ADMISSION.longIntegers.push(at)
  if (head === 0x3b && argument < Number.MAX_SAFE_INTEGER) ADMISSION.longIntegers.push(at)
}

function scanString(input: Input, at: number): number {
  const length = readArgument(input, at, EXPECTED)
  const start = input.position
  const end = start + length
  if (end > input.end) refuseItem(input, at, EXPECTED, 'one that is longer than the payload')
  if (input.bytes[at]! >> 5 === 3 && !isWellFormedUtf8(input.bytes, start, end)) {
    refuseItem(input, at, 'well-formed UTF-8', 'a text string that is not')
  }
  input.position = end
  return length
}

function scanContainer(input: Input, at: number, depth: number): number {
  const isMap = input.bytes[at]! >> 5 === 5
  const count = readArgument(input, at, EXPECTED)
  if ((isMap ? count * 2 : count) > input.end - input.position) {
    refuseItem(input, at, EXPECTED, 'one that is longer than the payload')
  }
  if (depth + input.depth >= DEPTH_MAX) refuseItem(input, at, EXPECTED, `more than ${DEPTH_MAX} inside each other`)
  const inner = depth + 1
  LEFT[inner] = count
  STATE[inner] = isMap ? MAP_KEY : ARRAY
  KEY_LENGTH[inner] = -1
  if (collectKeys) KEYS[inner] = isMap ? new Set() : undefined
  return inner
}

function scanKey(input: Input, depth: number): void {
  const at = input.position
  if (at >= input.end || input.bytes[at]! >> 5 !== 3) refuseItem(input, at, 'a text key')
  const length = scanString(input, at)
  const start = input.position - length
  if (length === PROTO.length && PROTO.compare(input.bytes, start, start + length) === 0) {
    refuseItem(input, at, 'a key', 'one that an object cannot hold')
  }
  if (collectKeys) {
    const key = (input.bytes as Buffer).toString('latin1', start, start + length)
    if (KEYS[depth]!.has(key)) refuseDuplicate(input, at)
    KEYS[depth]!.add(key)
  } else if (inOrder) {
    inOrder = follows(input.bytes, KEY_START[depth]!, KEY_LENGTH[depth]!, start, length)
  }
  KEY_START[depth] = start
  KEY_LENGTH[depth] = length
}

// Whether a key stands strictly behind its predecessor in the deterministic order: shorter first, then bytewise.
function follows(bytes: Uint8Array, before: number, beforeLength: number, start: number, length: number): boolean {
  if (length !== beforeLength) return length > beforeLength
  for (let index = 0; index < length; index++) {
    const difference = bytes[start + index]! - bytes[before + index]!
    if (difference !== 0) return difference > 0
  }
  return false
}

function scanTag(input: Input, at: number): void {
  const tag = readArgument(input, at, EXPECTED)
  const content = input.position
  input.position = at
  if (tag === 1) {
    readDate(input, OPEN_DATE_MAX_SECONDS)
    if ((input.bytes[content]! & 0xdf) === 0x1b) ADMISSION.longIntegers.push(content)
  } else if (tag === 2 || tag === 3) {
    readBigint(input, BIGINT_MIN, BIGINT_MAX)
  } else {
    refuseItem(input, at, EXPECTED)
  }
}

function scanSimple(input: Input, at: number, head: number): void {
  if (at < input.end && head >= 0xf4 && head <= 0xf7) {
    input.position = at + 1
    return
  }
  const width = head >= 0xf9 && head <= 0xfb ? 1 << (head - 0xf8) : -1
  if (width < 0) refuseItem(input, at, EXPECTED)
  if (at + 1 + width > input.end) refuseItem(input, at, EXPECTED, 'an item that is cut off')
  input.position = at + 1 + width
}

/** Whether `bytes[start, end)` is well-formed UTF-8 (RFC 3629): no overlong form, no surrogate, nothing past U+10FFFF. */
function isWellFormedUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= 64) {
    let at = start
    while (at < end && bytes[at]! < 0x80) at++
    if (at === end) return true
  }
  return isUtf8(bytes.subarray(start, end))
}
