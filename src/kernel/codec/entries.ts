/**
 * Maps, records and sets. Keys are written in the bytewise order of their encodings (RFC 8949 §4.2.1) and must differ; the
 * elements of a set keep the order of insertion, and must differ too.
 */

import * as types from 'node:util/types'

import { Output } from './output.ts'
import { refuseDuplicate, refuseValue } from './refusal.ts'
import type { Input } from './input.ts'

/** Up to so many keys are sorted by insertion, for which nothing has to be set up. */
const INSERTION_MAX_COUNT = 16

/** Up to this length a loop over bytes is faster than a native call. */
const LOOP_MAX_BYTES = 64

// To call a method of the prototype and see whether it throws would say the same, for 10 µs where it does: each record is
// asked whether it is a map.

/** True for a real `Map`, also one of another realm. */
export function isMap(value: unknown): value is Map<unknown, unknown> {
  return types.isMap(value)
}

/** True for a real `Set`, also one of another realm. */
export function isSet(value: unknown): value is Set<unknown> {
  return types.isSet(value)
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

/**
 * The keys of a record, to be written in this order. Arrays, maps and the like are refused, since nothing of them would be
 * written.
 */
export function keysOf(output: Output, value: Readonly<Record<string, unknown>>): string[] {
  if (!isObject(value)) refuseValue(output, value, 'an object')
  if (isMap(value) || isSet(value)) refuseValue(output, value, 'an object')
  return sortedKeys(value)
}

/**
 * Own keys in the order of their encodings where all are ASCII: shorter first. Others are brought into order by `sortEntries`,
 * which costs more, since it moves what was written.
 */
export function sortedKeys(value: object): string[] {
  const keys = Object.keys(value)
  const count = keys.length
  if (count > INSERTION_MAX_COUNT) return keys.sort((left, right) => (isBefore(left, right) ? -1 : 1))
  for (let index = 1; index < count; index++) {
    const key = keys[index]!
    let at = index
    while (at > 0 && isBefore(key, keys[at - 1]!)) keys[at] = keys[--at]!
    keys[at] = key
  }
  return keys
}

function isBefore(left: string, right: string): boolean {
  return left.length === right.length ? left < right : left.length < right.length
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
  const order: number[] = []
  for (let entry = 0; entry < count; entry++) order.push(entry)
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
  const { bytes, frameStart, position } = output
  const first = frameStart + offsets[0]!
  const copy = new Uint8Array(position - first)
  copy.set(bytes.subarray(first, position))
  let at = first
  for (const entry of order) {
    const start = frameStart + offsets[entry * 2]! - first
    const end = frameStart + (offsets[entry * 2 + 2] ?? position - frameStart) - first
    if (end - start > LOOP_MAX_BYTES) bytes.set(copy.subarray(start, end), at)
    else for (let index = start; index < end; index++) bytes[at + index - start] = copy[index]!
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
