/**
 * Maps, records and sets. Keys are written in the bytewise order of their encodings (RFC 8949 §4.2.1) and must differ; the
 * elements of a set keep the order of insertion, and must differ too.
 */

import { getterOf, type Getter } from './getter.ts'
import { Output } from './output.ts'
import { refuseDuplicate, refuseValue } from './refusal.ts'
import type { Input } from './input.ts'

const mapSize = getterOf(Map.prototype, 'size')
const setSize = getterOf(Set.prototype, 'size')

/** True for a real `Map`, also one of another realm. */
export function isMap(value: unknown): value is Map<unknown, unknown> {
  return hasSize(mapSize, value)
}

/** True for a real `Set`, also one of another realm. */
export function isSet(value: unknown): value is Set<unknown> {
  return hasSize(setSize, value)
}

function hasSize(size: Getter, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  try {
    size.call(value)
    return true
  } catch {
    return false
  }
}

/** The entries of a `Map`, taken before anything is written, so that their number cannot change underneath. */
export function entriesOf<K, V>(output: Output, value: ReadonlyMap<K, V>): [K, V][] {
  if (!isMap(value)) refuseValue(output, value, 'a Map')
  const entries: [K, V][] = []
  Map.prototype.forEach.call(value, (item, key) => entries.push([key as K, item as V]))
  return entries
}

/** The elements of a `Set`, taken before anything is written. */
export function elementsOf<T>(output: Output, value: ReadonlySet<T>): T[] {
  if (!isSet(value)) refuseValue(output, value, 'a Set')
  const elements: T[] = []
  Set.prototype.forEach.call(value, (element) => elements.push(element as T))
  return elements
}

/** True for what may be an object with members: no array. */
export function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The keys of a record. Arrays, maps and the like are refused, since nothing of them would be written. */
export function keysOf(output: Output, value: Readonly<Record<string, unknown>>): string[] {
  if (!isObject(value)) refuseValue(output, value, 'an object')
  if (isMap(value) || isSet(value)) refuseValue(output, value, 'an object')
  return Object.keys(value)
}

/** Sets `key` as an own property whatever its name: `record.__proto__ = x` would set the prototype instead. */
export function setEntry<T>(record: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true })
  } else {
    record[key] = value
  }
}

/** Refuses a key at offset `at` that `record` already has. */
export function checkKey(input: Input, record: object, key: string, at: number): void {
  if (Object.hasOwn(record, key)) refuseDuplicate(input, at)
}

/** Where the encoder stands, counted from the frame: the buffer may be another one by the time the offset is used. */
export function offsetOf(output: Output): number {
  return output.position - output.frameStart
}

/**
 * Brings the entries that were just written into order. `offsets` holds, for each of them, where its key and where its value
 * begins. Refuses two equal keys.
 */
export function sortEntries(output: Output, offsets: readonly number[]): void {
  const count = offsets.length / 2
  let isSorted = true
  for (let entry = 1; entry < count && isSorted; entry++) {
    isSorted = compareKeys(output, offsets, entry - 1, entry) < 0
  }
  if (isSorted) return
  const order = Array.from({ length: count }, (_, entry) => entry)
  order.sort((left, right) => compareKeys(output, offsets, left, right) || left - right)
  for (let index = 1; index < count; index++) {
    if (compareKeys(output, offsets, order[index - 1]!, order[index]!) === 0) {
      output.position = output.frameStart + offsets[order[index]! * 2]!
      refuseValue(output, undefined, 'each key once', 'one that has come before')
    }
  }
  permute(output, offsets, order)
}

function permute(output: Output, offsets: readonly number[], order: readonly number[]): void {
  const base = output.frameStart
  const first = base + offsets[0]!
  const copy = Uint8Array.prototype.slice.call(output.bytes, first, output.position)
  let at = first
  for (const entry of order) {
    const start = offsets[entry * 2]!
    const end = offsets[entry * 2 + 2] ?? output.position - base
    output.bytes.set(copy.subarray(start - offsets[0]!, end - offsets[0]!), at)
    at += end - start
  }
}

function compareKeys(output: Output, offsets: readonly number[], left: number, right: number): number {
  const { bytes, frameStart } = output
  const leftStart = frameStart + offsets[left * 2]!
  const rightStart = frameStart + offsets[right * 2]!
  const leftLength = frameStart + offsets[left * 2 + 1]! - leftStart
  const rightLength = frameStart + offsets[right * 2 + 1]! - rightStart
  const shared = Math.min(leftLength, rightLength)
  for (let index = 0; index < shared; index++) {
    const difference = bytes[leftStart + index]! - bytes[rightStart + index]!
    if (difference !== 0) return difference
  }
  return leftLength - rightLength
}

/**
 * Finds equal values among those that `Map` and `Set` tell apart by identity (objects, arrays, dates, bytes): two are equal
 * when they encode alike.
 */
export class DistinctValues<T> {
  private readonly seen = new Set<string>()
  private readonly scratch = new Output({ firstBytes: 256 })
  private readonly encode: (output: Output, value: T) => void

  constructor(encode: (output: Output, value: T) => void) {
    this.encode = encode
  }

  /** Writes an element. False if it is equal to an earlier one. */
  add(output: Output, value: T): boolean {
    const offset = offsetOf(output)
    this.encode(output, value)
    return this.isNew(output, output.frameStart + offset)
  }

  /** False for a value that is equal to an earlier one. */
  check(value: T): boolean {
    const scratch = this.scratch
    scratch.position = 0
    scratch.frameStart = 0
    scratch.depth = 0
    this.encode(scratch, value)
    return this.isNew(scratch, 0)
  }

  private isNew(output: Output, start: number): boolean {
    const key = (output.bytes as Buffer).toString('latin1', start, output.position)
    if (this.seen.has(key)) return false
    this.seen.add(key)
    return true
  }
}
