/** cbor-x and cborg as independent opinions on our bytes. Each translation below has the quirk that it is for written down. */

import { addExtension, Decoder, Encoder } from 'cbor-x'
import { decode as cborgDecode } from 'cborg'
import type { Shape } from '../../../src/ir/shape.ts'
import { TYPES } from './arbitrary-shape.ts'

const encoder = new Encoder({
  useRecords: false,
  variableMapSize: true,
  tagUint8Array: false,
  ...{ useTag259ForMaps: false },
})
// cbor-x throws at a date of more than 32 bits of seconds that is written as an integer: it multiplies a bigint by a number.
// This concerns the test alone: the library loads another build of cbor-x, which has its own extensions.
addExtension({ tag: 1, decode: dateOf } as never)
// Maps as Map: only so do keys that are no text keep their type.
const decoder = new Decoder({ useRecords: false, mapsAsObjects: false })

/** What cbor-x makes of `bytes`, as a value of `shape`. */
export function decodeWithCborX(shape: Shape, bytes: Uint8Array): unknown {
  return fromOracle(shape, decoder.decode(Uint8Array.from(bytes)))
}

/** What cborg makes of `bytes`; it also insists on the shortest integers and on distinct keys. */
export function decodeWithCborg(shape: Shape, bytes: Uint8Array): unknown {
  const tags: ((read: () => unknown) => unknown)[] = []
  tags[1] = (read) => dateOf(read())
  tags[2] = (read) => magnitude(read() as Uint8Array)
  tags[3] = (read) => -1n - magnitude(read() as Uint8Array)
  tags[258] = (read) => new Set(read() as unknown[])
  const value: unknown = cborgDecode(bytes, {
    strict: true,
    useMaps: true,
    rejectDuplicateMapKeys: true,
    tags,
  })
  return fromOracle(shape, value)
}

// Beyond the year 141 000 the product is only near the millisecond.
function dateOf(seconds: unknown): Date {
  const near = Math.round(Number(seconds) * 1000)
  return new Date([near, near - 1, near + 1].find((time) => time / 1000 === Number(seconds)) ?? Number.NaN)
}

function magnitude(content: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(content).toString('hex')}`)
}

/** `value` as cbor-x writes it. */
export function encodeWithCborX(shape: Shape, value: unknown): Uint8Array {
  return Uint8Array.from(encoder.encode(toOracle(shape, value)))
}

/** `value` without what cbor-x does not carry: it writes -0 as the integer 0. */
export function withoutNegativeZero(value: unknown): unknown {
  if (typeof value === 'number') return value === 0 ? 0 : value
  if (Array.isArray(value)) return value.map(withoutNegativeZero)
  if (value instanceof Map)
    return new Map([...value].map(([key, item]) => [withoutNegativeZero(key), withoutNegativeZero(item)]))
  if (value instanceof Set) return new Set([...value].map(withoutNegativeZero))
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutNegativeZero(item)]))
}

// Both oracles give a bigint for integers that a 64-bit head carries, and a number for small ones, whatever was declared.
function fromOracle(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'reference':
      return fromOracle(TYPES[shape.type]!.shape, value)
    case 'number':
      return typeof value === 'bigint' ? Number(value) : value
    case 'bigint':
      return typeof value === 'number' ? BigInt(value) : value
    case 'literal':
      if (typeof shape.value === 'number' && typeof value === 'bigint') return Number(value)
      return typeof shape.value === 'bigint' && typeof value === 'number' ? BigInt(value) : value
    case 'bytes':
      return Uint8Array.from(value as Uint8Array)
    case 'array':
      return (value as unknown[]).map((item) => fromOracle(shape.element, item))
    case 'tuple':
      return (value as unknown[]).map((item, index) => fromOracle(shape.elements[index] ?? shape.rest!, item))
    case 'set':
      return new Set([...(value as Set<unknown>)].map((item) => fromOracle(shape.element, item)))
    case 'map':
      return new Map(
        [...(value as Map<unknown, unknown>)].map(([key, item]) => [
          fromOracle(shape.key, key),
          fromOracle(shape.value, item),
        ]),
      )
    case 'record':
      return Object.fromEntries(
        [...(value as Map<string, unknown>)].map(([key, item]) => [key, fromOracle(shape.value, item)]),
      )
    case 'object':
      return Object.fromEntries(
        [...(value as Map<string, unknown>)].map(([key, item]) => [
          key,
          fromOracle(shape.members.find((member) => member.name === key)!.shape, item),
        ]),
      )
    case 'union':
      return fromOracle(memberFor(shape.members, value), value)
    default:
      return value
  }
}

// cbor-x writes integers beyond 32 bits as floats, which our integer formats do not take; a bigint it writes as an integer.
// It writes plain objects with `__proto__` through a setter, so that records go through a Map.
function toOracle(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'reference':
      return toOracle(TYPES[shape.type]!.shape, value)
    case 'number':
      return shape.format !== undefined && Math.abs(value as number) > 2 ** 31 ? BigInt(value as number) : value
    case 'array':
      return (value as unknown[]).map((item) => toOracle(shape.element, item))
    case 'tuple':
      return (value as unknown[]).map((item, index) => toOracle(shape.elements[index] ?? shape.rest!, item))
    case 'set':
      return new Set([...(value as Set<unknown>)].map((item) => toOracle(shape.element, item)))
    case 'map':
      return new Map(
        [...(value as Map<unknown, unknown>)].map(([key, item]) => [
          toOracle(shape.key, key),
          toOracle(shape.value, item),
        ]),
      )
    case 'record':
      return new Map(Object.entries(value as object).map(([key, item]) => [key, toOracle(shape.value, item)]))
    case 'object':
      return new Map(
        Object.entries(value as object).map(([key, item]) => [
          key,
          toOracle(shape.members.find((member) => member.name === key)!.shape, item),
        ]),
      )
    case 'union':
      return toOracle(memberFor(shape.members, value), value)
    default:
      return value
  }
}

function memberFor(members: readonly Shape[], value: unknown): Shape {
  const found = members.find((member) => isOfShape(member, value))
  if (found === undefined) throw new Error('the oracle gave a value of no member of the union')
  return found
}

function isOfShape(shape: Shape, value: unknown): boolean {
  const isMapLike =
    typeof value === 'object' &&
    value !== null &&
    (value instanceof Map || Object.getPrototypeOf(value) === Object.prototype)
  switch (shape.kind) {
    case 'reference':
      return isOfShape(TYPES[shape.type]!.shape, value)
    case 'union':
      return shape.members.some((member) => isOfShape(member, value))
    case 'literal':
      return isScalar(value) && String(shape.value) === String(value)
    case 'number':
    case 'bigint':
      return typeof value === 'number' || typeof value === 'bigint'
    case 'null':
      return value === null
    case 'bytes':
      return value instanceof Uint8Array
    case 'date':
      return value instanceof Date
    case 'array':
    case 'tuple':
      return Array.isArray(value)
    case 'set':
      return value instanceof Set
    case 'object':
      return isMapLike && hasLiterals(shape.members, value)
    case 'record':
    case 'map':
      return isMapLike
    default:
      return typeof value === shape.kind
  }
}

function hasLiterals(members: Extract<Shape, { kind: 'object' }>['members'], value: object): boolean {
  return members.every(({ name, shape, optional }) => {
    if (optional || !['literal', 'null', 'boolean', 'union'].includes(shape.kind)) return true
    const item: unknown = value instanceof Map ? value.get(name) : (value as Record<string, unknown>)[name]
    return isOfShape(shape, item)
  })
}

function isScalar(value: unknown): value is string | number | bigint | boolean {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value)
}
