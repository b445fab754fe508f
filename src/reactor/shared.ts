/**
 * Numbers and values that a reactor and its threads share, instead of clones. They may stand anywhere in the metadata. A process
 * has memory of its own and is refused them.
 */

import { deserialize, serialize } from 'node:v8'
import { threadId } from 'node:worker_threads'
import { SteerError } from '../base/errors.ts'

/** A whole number from 0 to 2^32 - 1 that wraps around. Every operation is atomic, and reads what was before it. */
export class AtomicU32 {
  readonly #cell: Uint32Array

  /** @param initial the number, or the memory of another. */
  constructor(initial: number | SharedArrayBuffer = 0) {
    this.#cell = new Uint32Array(typeof initial === 'number' ? new SharedArrayBuffer(4) : initial)
    if (typeof initial === 'number') Atomics.store(this.#cell, 0, initial)
  }

  get buffer(): SharedArrayBuffer {
    return sharedBuffer(this.#cell.buffer)
  }

  load(): number {
    return Atomics.load(this.#cell, 0)
  }

  store(value: number): void {
    Atomics.store(this.#cell, 0, value)
  }

  add(value: number): number {
    return Atomics.add(this.#cell, 0, value)
  }

  sub(value: number): number {
    return Atomics.sub(this.#cell, 0, value)
  }

  exchange(value: number): number {
    return Atomics.exchange(this.#cell, 0, value)
  }

  /** Stores `value` if `expected` is there. Either way it returns what was. */
  compareExchange(expected: number, value: number): number {
    return Atomics.compareExchange(this.#cell, 0, expected, value)
  }
}

/** A whole number from -2^63 to 2^63 - 1 that wraps around. Every operation is atomic, and reads what was before it. */
export class AtomicI64 {
  readonly #cell: BigInt64Array

  /** @param initial the number, or the memory of another. */
  constructor(initial: bigint | SharedArrayBuffer = 0n) {
    this.#cell = new BigInt64Array(typeof initial === 'bigint' ? new SharedArrayBuffer(8) : initial)
    if (typeof initial === 'bigint') Atomics.store(this.#cell, 0, initial)
  }

  get buffer(): SharedArrayBuffer {
    return sharedBuffer(this.#cell.buffer)
  }

  load(): bigint {
    return Atomics.load(this.#cell, 0)
  }

  store(value: bigint): void {
    Atomics.store(this.#cell, 0, value)
  }

  add(value: bigint): bigint {
    return Atomics.add(this.#cell, 0, value)
  }

  sub(value: bigint): bigint {
    return Atomics.sub(this.#cell, 0, value)
  }

  exchange(value: bigint): bigint {
    return Atomics.exchange(this.#cell, 0, value)
  }

  /** Stores `value` if `expected` is there. Either way it returns what was. */
  compareExchange(expected: bigint, value: bigint): bigint {
    return Atomics.compareExchange(this.#cell, 0, expected, value)
  }
}

/** Slots of a cell: one is current, the others are for those who write. A power of two, since it shares a word with the version. */
const SLOTS = 16
const SLOT_BITS = 4
/** Words before the slots: the current slot with its version, then who writes to each slot, then how long each is. */
const CURRENT = 0
const WRITERS = 1
const LENGTHS = WRITERS + SLOTS
const HEADER_BYTES = (LENGTHS + SLOTS) * 4
/** Tries before a cell is taken for stuck. Each is a race lost to somebody who got on, so that this is never reached in earnest. */
const TRIES_MAX = 1_000_000

export interface SharedCellOptions {
  /** Longest value, encoded. Default 4096, from 16 to 1 048 576. The cell takes sixteen times as much. */
  readonly maxBytes?: number | undefined
}

/**
 * A value that threads share: what the structured clone algorithm takes. No thread ever waits for another, so that one which is
 * killed while it writes stops nobody: a writer fills a slot of its own and then makes it the current one in a single step.
 */
export class SharedCell<T> {
  readonly #words: Int32Array
  readonly #bytes: Uint8Array
  readonly #maxBytes: number

  /** @param memory of another cell; then `initial` is not looked at. */
  constructor(initial: T, options: SharedCellOptions = {}, memory?: SharedArrayBuffer) {
    const { maxBytes = 4096 } = options
    if (!Number.isInteger(maxBytes) || maxBytes < 16 || maxBytes > 1_048_576) {
      throw new SteerError('misuse', `maxBytes of a SharedCell must be an integer from 16 to 1048576, not ${maxBytes}`)
    }
    this.#maxBytes = maxBytes
    const buffer = memory ?? new SharedArrayBuffer(HEADER_BYTES + SLOTS * maxBytes)
    this.#words = new Int32Array(buffer, 0, LENGTHS + SLOTS)
    this.#bytes = new Uint8Array(buffer, HEADER_BYTES)
    if (memory === undefined) this.store(initial)
  }

  get buffer(): SharedArrayBuffer {
    return sharedBuffer(this.#words.buffer)
  }

  get maxBytes(): number {
    return this.#maxBytes
  }

  load(): T {
    return this.#read().value
  }

  /** @throws SteerError `resource_exhausted` for a value longer than `maxBytes`, `misuse` for one that cannot be cloned. */
  store(value: T): void {
    const slot = this.#fill(value)
    let seen = Atomics.load(this.#words, CURRENT)
    for (;;) {
      const was = Atomics.compareExchange(this.#words, CURRENT, seen, following(seen, slot))
      if (was === seen) break
      seen = was
    }
    Atomics.store(this.#words, WRITERS + slot, 0)
  }

  /**
   * Puts what `change` makes of the value in its place, and returns it. `change` is called again where another was faster.
   *
   * @throws SteerError as `store` does, and what `change` throws.
   */
  update(change: (value: T) => T): T {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const { value, seen } = this.#read()
      const next = change(value)
      const slot = this.#fill(next)
      const done = Atomics.compareExchange(this.#words, CURRENT, seen, following(seen, slot)) === seen
      Atomics.store(this.#words, WRITERS + slot, 0)
      if (done) return next
    }
    throw stuck()
  }

  /** Gives back the slots of a thread that ended while it wrote. */
  forget(thread: number): void {
    for (let slot = 0; slot < SLOTS; slot++) Atomics.compareExchange(this.#words, WRITERS + slot, thread + 1, 0)
  }

  /** A copy is good if its slot was current all the while. */
  #read(): { readonly value: T; readonly seen: number } {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const seen = Atomics.load(this.#words, CURRENT)
      const slot = slotOf(seen)
      const length = Math.min(Atomics.load(this.#words, LENGTHS + slot), this.#maxBytes)
      const copy = this.#bytes.slice(slot * this.#maxBytes, slot * this.#maxBytes + length)
      // Adding nothing is a write too, which no processor moves before the copy.
      if (Atomics.add(this.#words, CURRENT, 0) !== seen) continue
      return { value: deserialize(copy) as T, seen }
    }
    throw stuck()
  }

  /** Writes to a slot that nobody reads or writes. */
  #fill(value: T): number {
    const bytes = encode(value)
    if (bytes.length > this.#maxBytes) {
      throw new SteerError(
        'resource_exhausted',
        `a value of ${bytes.length} bytes is longer than maxBytes ${this.#maxBytes}`,
      )
    }
    const slot = this.#claim()
    this.#bytes.set(bytes, slot * this.#maxBytes)
    Atomics.store(this.#words, LENGTHS + slot, bytes.length)
    return slot
  }

  #claim(): number {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const slot = tries % SLOTS
      if (slot === slotOf(Atomics.load(this.#words, CURRENT))) continue
      if (Atomics.compareExchange(this.#words, WRITERS + slot, 0, threadId + 1) !== 0) continue
      // It may have become the current one between the two steps; from here on it cannot, since only its writer can make it so.
      if (slot !== slotOf(Atomics.load(this.#words, CURRENT))) return slot
      Atomics.store(this.#words, WRITERS + slot, 0)
    }
    throw stuck()
  }
}

function slotOf(current: number): number {
  return current & (SLOTS - 1)
}

/** The next version, in another slot. It wraps around after 2^28 writes, which no reader sleeps through between two steps. */
function following(seen: number, slot: number): number {
  return (((seen >>> SLOT_BITS) + 1) << SLOT_BITS) | slot
}

function encode(value: unknown): Uint8Array {
  try {
    return serialize(value)
  } catch (error) {
    throw new SteerError('misuse', 'a value of a SharedCell cannot be cloned', { cause: error })
  }
}

function stuck(): SteerError {
  return new SteerError('internal', 'a SharedCell is stuck')
}

function sharedBuffer(buffer: ArrayBufferLike): SharedArrayBuffer {
  if (buffer instanceof SharedArrayBuffer) return buffer
  throw new SteerError('misuse', 'the memory of an atomic must be shared')
}
