/** Time that moves only when it is told to, and everything that is to happen in it, in one order that a seed repeats. */

import type { Clock, Timer } from '../base/clock.ts'

/** Later than this Node's own timers do not count, and fire at once. */
const DELAY_MAX_MS = 2 ** 31 - 1

/** Timers come before what the network brings, as in Node's event loop. */
export type EventKind = 'timer' | 'delivery'

interface SimulatedEvent {
  atMs: number
  /** Order among events of one moment: first by kind, then as they were asked for. */
  order: number
  readonly kind: EventKind
  readonly process: SimulatedProcess | undefined
  readonly call: () => void
  done: boolean
}

/** The timeline of a simulation. It is a clock itself; `createProcess` makes clocks of programs that can stand still. */
export class SimulatedClock implements Clock {
  readonly #events: SimulatedEvent[] = []
  #nowMs = 0
  #count = 0
  #pending = 0

  /** Things that are still to happen. */
  get pending(): number {
    return this.#pending
  }

  /** Those of them that are timers: what a program has asked for, and not what is on its way to it. */
  get timers(): number {
    return this.#events.filter(({ kind, done }) => kind === 'timer' && !done).length
  }

  /** When the next of them happens; undefined where nothing is to come. */
  get nextMs(): number | undefined {
    return this.#first()?.atMs
  }

  now(): number {
    return this.#nowMs
  }

  after(delayMs: number, call: () => void): Timer {
    return this.schedule(delayMs, 'timer', undefined, call)
  }

  createProcess(): SimulatedProcess {
    return new SimulatedProcess(this)
  }

  /** @throws Error for a delay that no real timer keeps. */
  schedule(delayMs: number, kind: EventKind, process: SimulatedProcess | undefined, call: () => void): Timer {
    if (!(delayMs >= 0 && delayMs <= DELAY_MAX_MS)) throw new Error(`no timer waits for ${delayMs} ms`)
    const atMs = this.#nowMs + (kind === 'timer' ? Math.max(1, delayMs) : delayMs)
    const event = { atMs, order: this.#count++, kind, process, call, done: false }
    this.#insert(event)
    this.#pending++
    return {
      cancel: () => {
        if (event.done) return
        event.done = true
        this.#pending--
      },
    }
  }

  /** Lets the next thing happen, if it is not later than `untilMs`, and moves time to it. False where there is none. */
  step(untilMs: number = Number.POSITIVE_INFINITY): boolean {
    for (let event = this.#first(); event !== undefined && event.atMs <= untilMs; event = this.#first()) {
      this.#events.shift()
      const wakesMs = event.process?.stalledUntilMs ?? 0
      if (wakesMs > event.atMs) {
        event.atMs = wakesMs
        event.order = this.#count++
        this.#insert(event)
        continue
      }
      this.#nowMs = event.atMs
      event.done = true
      this.#pending--
      event.call()
      return true
    }
    return false
  }

  /** Time alone, when nothing happens before. */
  moveTo(ms: number): void {
    this.#nowMs = Math.max(this.#nowMs, ms)
  }

  #first(): SimulatedEvent | undefined {
    while (this.#events[0]?.done === true) this.#events.shift()
    return this.#events[0]
  }

  /** Keeps the list in order. Lists are short: a few timers for each link, and what is on its way. */
  #insert(event: SimulatedEvent): void {
    let low = 0
    let high = this.#events.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isBefore(this.#events[middle]!, event)) low = middle + 1
      else high = middle
    }
    this.#events.splice(low, 0, event)
  }
}

function isBefore(left: SimulatedEvent, right: SimulatedEvent): boolean {
  if (left.atMs !== right.atMs) return left.atMs < right.atMs
  if (left.kind !== right.kind) return left.kind === 'timer'
  return left.order < right.order
}

/** The clock of one program. While it stalls nothing of it runs; afterwards what was due comes at once, timers first. */
export class SimulatedProcess implements Clock {
  readonly #clock: SimulatedClock
  /** Set by `stall`; in the past while the program runs. */
  stalledUntilMs = 0

  constructor(clock: SimulatedClock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.now()
  }

  after(delayMs: number, call: () => void): Timer {
    return this.#clock.schedule(delayMs, 'timer', this, call)
  }

  /** For what comes from outside. */
  deliver(delayMs: number, call: () => void): Timer {
    return this.#clock.schedule(delayMs, 'delivery', this, call)
  }

  /** Stands still from now on, as under a long computation or a suspended machine. */
  stall(ms: number): void {
    this.stalledUntilMs = this.#clock.now() + ms
  }
}
