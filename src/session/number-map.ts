/** Values by numbers of sessions, which come and go all the time. */

import { createSeed } from '../base/random.ts'

/** Slots of a map that has just been made; a power of two, as all later counts. */
const FIRST_SLOTS = 8

/** In a slot without an entry. No session has this number. */
const NONE = 0

/** Further from its own slot no number is looked for, as long as those that are here rise by two, as they mostly do. */
const FAR_SLOTS = 32

/** Unknown to the other side, which chooses the numbers of its sessions: it cannot choose them so that they meet. */
const SEED = createSeed()

/**
 * What `Map` does, for numbers above 0. Where V8 gives a `Map` a larger table, or one without what was deleted, the old table
 * points to the new one. Once a single old table has been promoted, all that follow it, and every session that any of them ever
 * held, outlive the collections of the young generation: with a session for each of 100 calls at a time, half of the CPU of a
 * call, and scavenges of 10 ms in place of 1.
 *
 * Open addressing with linear probing, at most half full; what is deleted leaves no mark, since those behind it move up (Knuth,
 * The Art of Computer Programming 3, § 6.4, algorithm R). Numbers that rise stand side by side, so that sessions that are heard
 * of one after the other share lines of the cache. Once numbers get in each other's way, as they can be chosen to, all are
 * scattered until the map is empty.
 */
export class NumberMap<Value> {
  #numbers: number[] = createSlots(FIRST_SLOTS, NONE)
  #values: (Value | undefined)[] = createSlots(FIRST_SLOTS, undefined)
  #size = 0
  #isScattered = false

  get size(): number {
    return this.#size
  }

  get(number: number): Value | undefined {
    const slot = this.#find(number)
    return this.#numbers[slot] === number ? this.#values[slot] : undefined
  }

  set(number: number, value: Value): void {
    let slot = this.#find(number)
    if (this.#numbers[slot] !== number) {
      if ((this.#size + 1) * 2 > this.#numbers.length) {
        this.#rebuild(this.#numbers.length * 2)
        slot = this.#find(number)
      }
      if (this.#isFar(number, slot)) {
        this.#isScattered = true
        this.#rebuild(this.#numbers.length)
        slot = this.#find(number)
      }
      this.#size++
      this.#numbers[slot] = number
    }
    this.#values[slot] = value
  }

  /** False where there was none. */
  delete(number: number): boolean {
    const slot = this.#find(number)
    if (number === NONE || this.#numbers[slot] !== number) return false
    this.#size--
    this.#close(slot)
    if (this.#numbers.length > FIRST_SLOTS && this.#size * 8 < this.#numbers.length)
      this.#rebuild(this.#numbers.length / 2)
    if (this.#size === 0) this.#isScattered = false
    return true
  }

  /** In no order that means anything. */
  values(): Value[] {
    return this.#values.filter((value) => value !== undefined)
  }

  /** The slot of that number, or the empty one where it would be, or one that is too far. */
  #find(number: number): number {
    const numbers = this.#numbers
    const mask = numbers.length - 1
    let slot = this.#home(number) & mask
    // Numbers of both sides that rise fill one run of slots, however long: it is not gone through to its end.
    let left = this.#isScattered ? Infinity : FAR_SLOTS + 1
    while (numbers[slot] !== number && numbers[slot] !== NONE && left > 0) {
      slot = (slot + 1) & mask
      left--
    }
    return slot
  }

  /** Moves up those behind an entry that is gone which it had pushed there. */
  #close(gone: number): void {
    const [numbers, values] = [this.#numbers, this.#values]
    const mask = numbers.length - 1
    let hole = gone
    for (let slot = (gone + 1) & mask; numbers[slot] !== NONE; slot = (slot + 1) & mask) {
      // None that stands here can have been pushed that far.
      if (!this.#isScattered && ((slot - hole) & mask) > FAR_SLOTS) break
      const home = this.#home(numbers[slot]!)
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue
      numbers[hole] = numbers[slot]!
      values[hole] = values[slot]
      hole = slot
    }
    numbers[hole] = NONE
    values[hole] = undefined
  }

  /** Before the mask is taken of it. */
  #home(number: number): number {
    return this.#isScattered ? mix(number) : number
  }

  #isFar(number: number, slot: number): boolean {
    return !this.#isScattered && ((slot - number) & (this.#numbers.length - 1)) > FAR_SLOTS
  }

  #rebuild(slots: number): void {
    const [numbers, values] = [this.#numbers, this.#values]
    this.#numbers = createSlots(slots, NONE)
    this.#values = createSlots(slots, undefined)
    for (const [slot, number] of numbers.entries()) {
      if (number === NONE) continue
      const place = this.#find(number)
      if (this.#isFar(number, place)) {
        ;[this.#numbers, this.#values, this.#isScattered] = [numbers, values, true]
        this.#rebuild(slots)
        return
      }
      this.#numbers[place] = number
      this.#values[place] = values[slot]
    }
    // They may be old by now, and hold on to what is young.
    values.fill(undefined)
  }
}

function createSlots<Content>(count: number, content: Content): Content[] {
  return new Array<Content>(count).fill(content)
}

/** The finalizer of MurmurHash3: every bit of the number moves half of the bits of the result. */
function mix(number: number): number {
  let bits = ((number ^ SEED) + Math.imul(number / 2 ** 32, 0x9e3779b1)) | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
