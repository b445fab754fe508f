/** How codecs say no: always `invalid_payload`, with the path, what was expected and what kind of thing came instead. */

import { SteerError } from '../../base/errors.ts'
import type { Input } from './input.ts'
import type { Output } from './output.ts'
import { memberSegment, pathAt } from './path.ts'

/** Refuses the item that begins at offset `at`. `got` is said where the kind of the item alone would not explain it. */
export function refuseItem(input: Input, at: number, expected: string, got?: string): never {
  throw refusal(pathAt(input.bytes, input.start, at, input.members), expected, got ?? kindOfItem(input, at))
}

/** Refuses a map, whose head is at offset `at`, that lacks a required member. */
export function refuseMissing(input: Input, at: number, member: string): never {
  const path = pathAt(input.bytes, input.start, at, input.members)
  throw refusal((path + memberSegment(member)).replace(/^\./, ''), 'a member that is required', 'nothing')
}

/** Refuses a key at offset `at` that has come before, in a map that may hold it once. */
export function refuseDuplicate(input: Input, at: number): never {
  refuseItem(input, at, 'each key and each element of a set once', 'one that has come before')
}

/** Refuses a key at offset `at` that the declared type does not have. */
export function refuseUnknown(input: Input, at: number): never {
  const isText = at < input.end && input.bytes[at]! >> 5 === 3
  refuseItem(
    input,
    at,
    'only declared members',
    isText ? 'a key that is not declared' : `${kindOfItem(input, at)} as a key`,
  )
}

/** Refuses a value that an encoder was given, at the place where the encoder stands. */
export function refuseValue(output: Output, value: unknown, expected: string, got?: string): never {
  throw refusal(encodingPath(output), expected, got ?? kindOfValue(value))
}

/** Turns whatever an encoder threw into what may leave `encodePayload`. */
export function refusalOfEncoding(output: Output, thrown: unknown): SteerError {
  if (SteerError.is(thrown) && (thrown.code === 'invalid_payload' || thrown.code === 'frame_too_large')) return thrown
  return unreadable(encodingPath(output), 'a value that can be read', thrown)
}

/** Turns whatever a decoder threw into what may leave `decodePayload`. */
export function refusalOfDecoding(input: Input, thrown: unknown): SteerError {
  if (SteerError.is(thrown) && thrown.code === 'invalid_payload') return thrown
  return unreadable(
    pathAt(input.bytes, input.start, input.position, input.members),
    'a payload that can be decoded',
    thrown,
  )
}

/** What stands at offset `at`, without its value. */
function kindOfItem(input: Input, at: number): string {
  if (at >= input.end) return 'the end of the payload'
  const head = input.bytes[at]!
  const info = head & 31
  if (head < 0xe0 && info > 27) return info === 31 ? 'an indefinite length' : 'a reserved head'
  switch (head >> 5) {
    case 0:
    case 1:
      return 'an integer'
    case 2:
      return 'a byte string'
    case 3:
      return 'a text string'
    case 4:
      return 'an array'
    case 5:
      return 'a map'
    case 6:
      return info < 24 ? `tag ${info}` : 'another tag'
    default:
      return kindOfSimple(head)
  }
}

function kindOfSimple(head: number): string {
  if (head === 0xf4 || head === 0xf5) return 'a boolean'
  if (head === 0xf6) return 'null'
  if (head === 0xf7) return 'undefined'
  if (head >= 0xf9 && head <= 0xfb) return 'a float'
  return head === 0xff ? 'a break' : 'a simple value'
}

/** What a value is, without the value. */
export function kindOfValue(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'undefined'
    case 'number':
      return Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? 'a number' : 'an infinite number'
    case 'object':
      return kindOfObject(value)
    default:
      return `a ${typeof value}`
  }
}

// The value may be a proxy whose traps throw, or one that has been revoked: then it is merely an object.
function kindOfObject(value: object | null): string {
  if (value === null) return 'null'
  try {
    if (Array.isArray(value)) return 'an array'
    if (value instanceof Date) return 'a Date'
    if (value instanceof Map) return 'a Map'
    if (value instanceof Set) return 'a Set'
    if (value instanceof Uint8Array) return 'a Uint8Array'
  } catch {
    return 'an object'
  }
  return 'an object'
}

function encodingPath(output: Output): string {
  return pathAt(output.bytes, output.frameStart + output.payloadOffset, output.position, output.members)
}

function refusal(path: string, expected: string, got: string): SteerError {
  return new SteerError('invalid_payload', `${place(path)}: expected ${expected}, got ${got}`)
}

function unreadable(path: string, expected: string, cause: unknown): SteerError {
  return new SteerError('invalid_payload', `${place(path)}: expected ${expected}, got an exception`, { cause })
}

function place(path: string): string {
  return path === '' ? 'payload' : path
}
