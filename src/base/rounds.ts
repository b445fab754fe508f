/** One timer for many that are looked at again and again: a timer of its own costs each of them 300 bytes. */

import type { Clock, Timer } from './clock.ts'

/** Something that is looked at once a period. */
export interface Watched {
  look(): void
}

/** A period has so many parts at most, so that not all are looked at in one go. */
const PARTS_MAX = 64

/** The rounds under way, by clock and period. */
const underWay = new WeakMap<Clock, Map<number, Rounds>>()

/**
 * Has something looked at once in each period, give or take one 64th of it; the first time may come early.
 *
 * @param periodMs whole ms, from 1.
 */
export function joinRounds(clock: Clock, periodMs: number, watched: Watched): RoundPlace {
  let byPeriod = underWay.get(clock)
  if (byPeriod === undefined) {
    byPeriod = new Map()
    underWay.set(clock, byPeriod)
  }
  let rounds = byPeriod.get(periodMs)
  if (rounds === undefined) {
    rounds = new Rounds(clock, periodMs)
    byPeriod.set(periodMs, rounds)
  }
  return rounds.join(watched)
}

/** Those that are looked at in one go. */
export class RoundPlace {
  readonly members: Set<Watched> = new Set<Watched>()
  readonly #rounds: Rounds

  constructor(rounds: Rounds) {
    this.#rounds = rounds
  }

  /** It is not looked at any more. Idempotent. */
  leave(watched: Watched): void {
    if (this.members.delete(watched)) this.#rounds.left()
  }
}

class Rounds {
  readonly #clock: Clock
  readonly #periodMs: number
  readonly #parts: number
  readonly #partMs: number
  /** By the part in which they are looked at; made for the first there. */
  readonly #places = new Map<number, RoundPlace>()
  #size = 0
  /** Parts are counted from the clock's zero. Up to this one, all have been gone through. */
  #gone: number
  #timer: Timer | undefined

  constructor(clock: Clock, periodMs: number) {
    this.#clock = clock
    this.#periodMs = periodMs
    this.#parts = Math.min(periodMs, PARTS_MAX)
    this.#partMs = periodMs / this.#parts
    this.#gone = this.#now()
  }

  join(watched: Watched): RoundPlace {
    const number = this.#now() % this.#parts
    const place = this.#places.get(number) ?? new RoundPlace(this)
    this.#places.set(number, place)
    if (!place.members.has(watched)) this.#size++
    place.members.add(watched)
    if (this.#timer === undefined) this.#schedule()
    return place
  }

  /** One has left its place; with the last, the rounds end. */
  left(): void {
    if (--this.#size > 0) return
    this.#timer?.cancel()
    underWay.get(this.#clock)?.delete(this.#periodMs)
  }

  #now(): number {
    return Math.floor(this.#clock.now() / this.#partMs)
  }

  #membersOf(part: number): ReadonlySet<Watched> | undefined {
    return this.#places.get(part % this.#parts)?.members
  }

  /** Goes on when the next part begins that has somebody. */
  #schedule(): void {
    let part = this.#gone + 1
    while ((this.#membersOf(part)?.size ?? 0) === 0) part++
    const delayMs = Math.ceil(part * this.#partMs - this.#clock.now())
    this.#timer = this.#clock.after(Math.max(1, delayMs), () => {
      this.#go()
    })
  }

  #go(): void {
    const now = this.#now()
    // However late it is, nobody is looked at twice.
    const first = Math.max(this.#gone + 1, now - this.#parts + 1)
    this.#gone = now
    this.#schedule()
    const errors: unknown[] = []
    for (let part = first; part <= now; part++) {
      for (const watched of this.#membersOf(part) ?? []) {
        try {
          watched.look()
        } catch (error) {
          errors.push(error)
        }
      }
    }
    if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors)
  }
}
