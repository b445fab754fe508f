/**
 * The CBOR of `Reading`, written by hand for this one type: what generated code can be at best. Same bytes as the generated
 * codec; keys are copied as constants, and the decoder knows their order and the few heads that can come.
 */

import type { Reading } from '../protocols/bench.gen.ts'

/** No reading of the bench takes more. */
export const READING_MAX_BYTES = 192

const KEYS = ['load', 'zone', 'delay', 'memory', 'status', 'service', 'sequence'].map((name) =>
  Uint8Array.from([0x60 | name.length, ...Buffer.from(name)]),
)
const [LOAD, ZONE, DELAY, MEMORY, STATUS, SERVICE, SEQUENCE] = KEYS as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
]
const MAP_OF_7 = 0xa7

const scratch = new Float64Array(1)
const scratchBytes = new Uint8Array(scratch.buffer)

/** Writes at `at`, where there is room; returns where it ends. */
export function writeReading(bytes: Uint8Array, at: number, reading: Reading): number {
  bytes[at++] = MAP_OF_7
  at = writeNumber(bytes, put(bytes, at, LOAD), reading.load)
  at = writeText(bytes, put(bytes, at, ZONE), reading.zone)
  at = writeNumber(bytes, put(bytes, at, DELAY), reading.delay)
  at = writeNumber(bytes, put(bytes, at, MEMORY), reading.memory)
  at = writeText(bytes, put(bytes, at, STATUS), reading.status)
  at = writeText(bytes, put(bytes, at, SERVICE), reading.service)
  return writeNumber(bytes, put(bytes, at, SEQUENCE), reading.sequence)
}

function put(bytes: Uint8Array, at: number, key: Uint8Array): number {
  for (let index = 0; index < key.length; index++) bytes[at + index] = key[index]!
  return at + key.length
}

function writeText(bytes: Uint8Array, at: number, text: string): number {
  const { length } = text
  if (length > 23) throw new Error('the hand-written codec takes short texts only')
  bytes[at++] = 0x60 | length
  for (let index = 0; index < length; index++) bytes[at++] = text.charCodeAt(index)
  return at
}

function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  if (value >>> 0 !== value) {
    scratch[0] = value
    bytes[at] = 0xfb
    for (let index = 0; index < 8; index++) bytes[at + 1 + index] = scratchBytes[7 - index]!
    return at + 9
  }
  if (value < 24) {
    bytes[at] = value
    return at + 1
  }
  if (value < 0x100) {
    bytes[at] = 0x18
    bytes[at + 1] = value
    return at + 2
  }
  if (value < 0x10000) {
    bytes[at] = 0x19
    bytes[at + 1] = value >>> 8
    bytes[at + 2] = value
    return at + 3
  }
  bytes[at] = 0x1a
  bytes[at + 1] = value >>> 24
  bytes[at + 2] = value >>> 16
  bytes[at + 3] = value >>> 8
  bytes[at + 4] = value
  return at + 5
}

let position = 0

/** Reads what `writeReading` wrote, and throws for anything else. */
export function readReading(bytes: Uint8Array, at: number, end: number): Reading {
  if (bytes[at] !== MAP_OF_7) throw new Error('expected a map of seven')
  position = at + 1
  expectKey(bytes, LOAD)
  const load = readNumber(bytes)
  expectKey(bytes, ZONE)
  const zone = readText(bytes)
  expectKey(bytes, DELAY)
  const delay = readNumber(bytes)
  expectKey(bytes, MEMORY)
  const memory = readNumber(bytes)
  expectKey(bytes, STATUS)
  const status = readText(bytes)
  if (status !== 'busy' && status !== 'available') throw new Error('expected a status')
  expectKey(bytes, SERVICE)
  const service = readText(bytes)
  expectKey(bytes, SEQUENCE)
  const sequence = readNumber(bytes)
  if (position !== end) throw new Error('expected the end of the reading')
  return { sequence, service, zone, status, load, memory, delay }
}

function expectKey(bytes: Uint8Array, key: Uint8Array): void {
  const at = position
  for (let index = 0; index < key.length; index++) {
    if (bytes[at + index] !== key[index]) throw new Error('expected another key')
  }
  position = at + key.length
}

function readNumber(bytes: Uint8Array): number {
  const at = position
  const head = bytes[at]!
  if (head < 24) {
    position = at + 1
    return head
  }
  if (head === 0x1a) {
    position = at + 5
    return bytes[at + 1]! * 0x1000000 + ((bytes[at + 2]! << 16) | (bytes[at + 3]! << 8) | bytes[at + 4]!)
  }
  if (head === 0xfb) {
    for (let index = 0; index < 8; index++) scratchBytes[7 - index] = bytes[at + 1 + index]!
    position = at + 9
    return scratch[0]!
  }
  if (head === 0x19) {
    position = at + 3
    return (bytes[at + 1]! << 8) | bytes[at + 2]!
  }
  if (head !== 0x18) throw new Error('expected a number')
  position = at + 2
  return bytes[at + 1]!
}

const { fromCharCode } = String

function readText(bytes: Uint8Array): string {
  const at = position
  const length = bytes[at]! & 31
  if (bytes[at]! >> 5 !== 3 || length > 23) throw new Error('expected a short text')
  position = at + 1 + length
  const b = at + 1
  // The lengths that come, each one call with all of its characters.
  switch (length) {
    case 4:
      return fromCharCode(bytes[b]!, bytes[b + 1]!, bytes[b + 2]!, bytes[b + 3]!)
    case 9:
      // oxfmt-ignore
      return fromCharCode(bytes[b]!, bytes[b + 1]!, bytes[b + 2]!, bytes[b + 3]!, bytes[b + 4]!, bytes[b + 5]!, bytes[b + 6]!, bytes[b + 7]!, bytes[b + 8]!)
    case 11:
      // oxfmt-ignore
      return fromCharCode(bytes[b]!, bytes[b + 1]!, bytes[b + 2]!, bytes[b + 3]!, bytes[b + 4]!, bytes[b + 5]!, bytes[b + 6]!, bytes[b + 7]!, bytes[b + 8]!, bytes[b + 9]!, bytes[b + 10]!)
    case 13:
      // oxfmt-ignore
      return fromCharCode(bytes[b]!, bytes[b + 1]!, bytes[b + 2]!, bytes[b + 3]!, bytes[b + 4]!, bytes[b + 5]!, bytes[b + 6]!, bytes[b + 7]!, bytes[b + 8]!, bytes[b + 9]!, bytes[b + 10]!, bytes[b + 11]!, bytes[b + 12]!)
    default:
      return longer(bytes, b, length)
  }
}

function longer(bytes: Uint8Array, at: number, length: number): string {
  let text = ''
  for (let index = 0; index < length; index++) text += fromCharCode(bytes[at + index]!)
  return text
}
