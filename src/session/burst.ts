/** When what waits to be written goes out in the midst of a burst, which is all that one tick makes this side write. */

import type { Clock } from '../base/clock.ts'

/**
 * What has waited so long, in ms, goes out with the next frame at which the clock is looked at, so that the other side works
 * meanwhile, and an answer waits for a few handlers of other sessions, not for all. One more write takes some 4 % of this.
 */
const HELD_MAX_MS = 0.25

/** Shorter parts are not worth a write of their own. */
const PART_MIN_MS = 0.025
/** Nor is the clock looked at once more for a burst of fewer frames. */
const FRAMES_MIN = 16

/**
 * Two sides that answer each other's bursts may fall into step: one works while the other waits, though each could work all
 * the time. A side that has waited for longer than half of what its last burst took hands the next one over in halves: the
 * other side begins with the first while this one goes on with the second, and both stay busy. Where nobody waits, nothing is
 * taken apart: each write costs both sides.
 */
export class Burst {
  readonly #clock: Clock
  /** Frames that wait, and since when the first of them has. */
  #held = 0
  #heldSince = 0
  #heldMaxMs = HELD_MAX_MS
  /** Frames of this burst that have gone out, and when it began. */
  #gone = 0
  #beganAt = 0
  /** How long the last burst took, 0 where that was not looked at, and when it ended. */
  #lastMs = 0
  #lastEndedAt = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * A frame has been queued. True where what waits should go out now. The clock is looked at for the first frame, the second,
   * the fourth and each eighth: so seldom that it costs nothing.
   */
  queued(): boolean {
    const held = ++this.#held
    if (held === 1) this.#heldSince = this.#gone === 0 ? this.#begin() : this.#clock.now()
    else if ((held & (held - 1)) === 0 || (held & 7) === 0)
      return this.#clock.now() - this.#heldSince >= this.#heldMaxMs
    return false
  }

  /** All that was queued has gone out; more may come. */
  handedOver(): void {
    this.#gone += this.#held
    this.#held = 0
  }

  /** All that came in has been handled, and what came of it has gone out. */
  ended(): void {
    if (this.#gone >= FRAMES_MIN) {
      this.#lastEndedAt = this.#clock.now()
      this.#lastMs = this.#lastEndedAt - this.#beganAt
    } else this.#lastMs = 0
    this.#gone = 0
  }

  #begin(): number {
    const now = this.#clock.now()
    const half = this.#lastMs / 2
    const waited = now - this.#lastEndedAt
    this.#heldMaxMs = half >= PART_MIN_MS && waited > half ? Math.min(half, HELD_MAX_MS) : HELD_MAX_MS
    this.#beganAt = now
    return now
  }
}
