/** Time, and turns of the event loop. The only file that reads a clock or sets a timer, so that tests can replace both. */

/** Monotonic time and timers. */
export interface Clock {
  /** Milliseconds from an arbitrary start; never goes back, whatever happens to the wall clock. */
  now(): number
  /** Calls once after `delayMs` (1 to 2^31 - 1). Does not keep the process alive. */
  after(delayMs: number, call: () => void): Timer
}

export interface Timer {
  /** The call does not happen any more. Idempotent. */
  cancel(): void
}

/** The process's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (delayMs, call) => new SystemTimer(delayMs, call),
}

/** A class, not a literal with a closure: each idle link has one. */
class SystemTimer implements Timer {
  readonly #handle: NodeJS.Timeout

  constructor(delayMs: number, call: () => void) {
    this.#handle = setTimeout(call, delayMs)
    this.#handle.unref()
  }

  cancel(): void {
    clearTimeout(this.#handle)
  }
}

/**
 * Calls after the running macrotask and all microtasks that it and they queue. Node drains its next-tick queue before the
 * microtasks of a macrotask and again after them, so the tick is asked for from within a microtask.
 */
export function afterMicrotasks(call: () => void): void {
  // A reaction of a promise costs a fraction of `queueMicrotask`, which makes an async resource for each call.
  void RESOLVED.then(() => {
    process.nextTick(call)
  })
}

const RESOLVED = Promise.resolve()

/**
 * Calls again and again until it answers false, each time in a macrotask of its own: between two calls every tick and every
 * microtask has run. What a call throws ends it.
 */
export function runTurns(turn: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = (): void => {
      try {
        if (turn()) setImmediate(call)
        else resolve()
      } catch (error) {
        reject(error)
      }
    }
    setImmediate(call)
  })
}
