/**
 * The metadata on its way into an isolate. It is cloned as the structured clone algorithm does, which keeps data and loses
 * methods; shared atomics arrive as what they are. What cannot be cloned is refused with its path, when the reactor is made.
 */

import { types } from 'node:util'
import { SteerError } from '../../base/errors.ts'
import { AtomicI64, AtomicU32, SharedCell } from '../shared.ts'

/** Takes the place of an atomic. */
const MARK = '\u0000coxswain:shared'

export interface Packed {
  readonly value: unknown
  /** To be told when a thread ends that may have written to them. */
  readonly cells: readonly SharedCell<unknown>[]
}

/** @throws SteerError `misuse` that names the path of what cannot go there. */
export function pack(metadata: unknown, isolate: 'thread' | 'process'): Packed {
  const packing = { isolate, copies: new Map<object, unknown>(), cells: [] as SharedCell<unknown>[] }
  return { value: packValue(metadata, 'metadata', packing), cells: packing.cells }
}

interface Packing {
  readonly isolate: 'thread' | 'process'
  /** What was met before: metadata may share parts and hold itself. */
  readonly copies: Map<object, unknown>
  readonly cells: SharedCell<unknown>[]
}

function packValue(value: unknown, path: string, packing: Packing): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') throw refuse(path, `a ${typeof value}`, packing)
  if (typeof value !== 'object' || value === null) return value
  if (packing.copies.has(value)) return packing.copies.get(value)
  const shared = packShared(value, path, packing)
  if (shared !== undefined) return shared
  if (Array.isArray(value)) {
    const copy: unknown[] = []
    copy.length = value.length
    packing.copies.set(value, copy)
    value.forEach((element, index) => (copy[index] = packValue(element, `${path}[${index}]`, packing)))
    return copy
  }
  if (value instanceof Map) return packMap(value, path, packing)
  if (value instanceof Set) {
    const copy = new Set()
    packing.copies.set(value, copy)
    for (const element of value) copy.add(packValue(element, `${path}(element)`, packing))
    return copy
  }
  if (packing.isolate === 'process' && ArrayBuffer.isView(value) && value.buffer instanceof SharedArrayBuffer) {
    throw refuse(path, 'a view of shared memory', packing)
  }
  return isCloned(value) ? value : packMembers(value, path, packing)
}

function packMap(map: ReadonlyMap<unknown, unknown>, path: string, packing: Packing): unknown {
  const copy = new Map()
  packing.copies.set(map, copy)
  for (const [key, element] of map) {
    const name = typeof key === 'string' || typeof key === 'number' ? JSON.stringify(key) : 'key'
    copy.set(packValue(key, `${path}(key)`, packing), packValue(element, `${path}(${name})`, packing))
  }
  return copy
}

function packMembers(value: object, path: string, packing: Packing): unknown {
  if (isRefused(value)) throw refuse(path, `a ${value.constructor.name}`, packing)
  const copy: Record<string, unknown> = {}
  packing.copies.set(value, copy)
  for (const [key, member] of Object.entries(value))
    define(copy, key, packValue(member, memberPath(path, key), packing))
  return copy
}

/** As an own member, whatever it is called: an assignment to `__proto__` would be none. */
function define(record: object, key: string, value: unknown): void {
  Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true })
}

function read(record: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(record, key)?.value
}

function packShared(value: object, path: string, packing: Packing): unknown {
  const kind =
    value instanceof AtomicU32
      ? 'AtomicU32'
      : value instanceof AtomicI64
        ? 'AtomicI64'
        : value instanceof SharedCell
          ? 'SharedCell'
          : undefined
  if (kind === undefined && !(value instanceof SharedArrayBuffer)) return undefined
  if (packing.isolate === 'process')
    throw refuse(path, `${kind ?? 'SharedArrayBuffer'}, which is shared memory`, packing)
  if (kind === undefined) return value
  if (value instanceof SharedCell) packing.cells.push(value)
  const { buffer, maxBytes } = value as { readonly buffer: SharedArrayBuffer; readonly maxBytes?: number }
  const copy = { [MARK]: kind, buffer, maxBytes }
  packing.copies.set(value, copy)
  return copy
}

/** Goes over whole. */
function isCloned(value: object): boolean {
  return (
    value instanceof Date ||
    value instanceof RegExp ||
    value instanceof ArrayBuffer ||
    value instanceof Error ||
    ArrayBuffer.isView(value) ||
    types.isBoxedPrimitive(value)
  )
}

function isRefused(value: object): boolean {
  return (
    value instanceof Promise ||
    value instanceof WeakMap ||
    value instanceof WeakSet ||
    value instanceof WeakRef ||
    types.isProxy(value) ||
    types.isExternal(value) ||
    types.isGeneratorObject(value)
  )
}

function refuse(path: string, what: string, { isolate }: Packing): SteerError {
  return new SteerError('misuse', `${path} is ${what}, and cannot be given to a ${isolate}`)
}

function memberPath(path: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`
}

/** The other side of `pack`: atomics in the place of their marks. Changes what it is given. */
export function unpack(value: unknown, seen: Map<object, unknown> = new Map<object, unknown>()): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (seen.has(value)) return seen.get(value)
  const atomic = unpackShared(value)
  seen.set(value, atomic ?? value)
  if (atomic !== undefined) return atomic
  if (Array.isArray(value)) value.forEach((element, index) => (value[index] = unpack(element, seen)))
  else if (value instanceof Map) {
    const entries = [...value].map(([key, element]): [unknown, unknown] => [unpack(key, seen), unpack(element, seen)])
    value.clear()
    for (const [key, element] of entries) value.set(key, element)
  } else if (value instanceof Set) {
    const elements = [...value].map((element) => unpack(element, seen))
    value.clear()
    for (const element of elements) value.add(element)
  } else if (Object.getPrototypeOf(value) === Object.prototype) {
    const record = value as Record<string, unknown>
    for (const key of Object.keys(record)) define(record, key, unpack(read(record, key), seen))
  }
  return value
}

function unpackShared(value: object): unknown {
  if (!Object.hasOwn(value, MARK)) return undefined
  const { [MARK]: kind, buffer, maxBytes } = value as { [MARK]: string; buffer: SharedArrayBuffer; maxBytes?: number }
  if (kind === 'AtomicU32') return new AtomicU32(buffer)
  if (kind === 'AtomicI64') return new AtomicI64(buffer)
  return new SharedCell<unknown>(undefined, { maxBytes }, buffer)
}
