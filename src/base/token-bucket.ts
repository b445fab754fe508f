/** A bound on how often something may happen: bursts up to a size, then a steady rate. */

export class TokenBucket {
  readonly #burst: number
  readonly #perSecond: number
  #tokens: number
  #filledAt: number

  /** @param nowMs the monotonic time, as for `take`. */
  constructor(burst: number, perSecond: number, nowMs: number) {
    this.#burst = burst
    this.#perSecond = perSecond
    this.#tokens = burst
    this.#filledAt = nowMs
  }

  /** Takes one token; false when there is none. */
  take(nowMs: number): boolean {
    // Time that goes backwards gives nothing and takes nothing.
    const elapsedMs = Math.max(0, nowMs - this.#filledAt)
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsedMs * this.#perSecond) / 1000)
    this.#filledAt = nowMs
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}
