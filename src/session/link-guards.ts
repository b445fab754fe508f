/** How often the other side may do what costs this side work. Charged to the sender, also where the work is thrown away. */

import type { Clock } from '../base/clock.ts'
import { SteerError } from '../base/errors.ts'
import type { Limits } from '../base/limits.ts'
import { TokenBucket } from '../base/token-bucket.ts'

/** Pings that may come faster than the floor, one after another: the network may have held them up. */
const PING_BURST = 3

export class LinkGuards {
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #opens: TokenBucket
  readonly #discards: TokenBucket
  readonly #pings: TokenBucket

  constructor(limits: Limits, clock: Clock) {
    const now = clock.now()
    this.#clock = clock
    this.#limits = limits
    this.#opens = new TokenBucket(limits.opensBurst, limits.opensPerSecond, now)
    this.#discards = new TokenBucket(limits.discardsBurst, limits.discardsPerSecond, now)
    this.#pings = new TokenBucket(PING_BURST, 1000 / limits.pingFloorMs, now)
  }

  /** @throws SteerError `resource_exhausted` */
  chargeOpen(): void {
    if (this.#opens.take(this.#clock.now())) return
    const { opensBurst, opensPerSecond } = this.#limits
    throw new SteerError(
      'resource_exhausted',
      `limits.opensBurst is ${opensBurst}, limits.opensPerSecond ${opensPerSecond}`,
    )
  }

  /** For cancels, resets and frames for sessions that are over. @throws SteerError `resource_exhausted` */
  chargeDiscard(): void {
    if (this.#discards.take(this.#clock.now())) return
    const { discardsBurst, discardsPerSecond } = this.#limits
    const text = `limits.discardsBurst is ${discardsBurst}, limits.discardsPerSecond ${discardsPerSecond}`
    throw new SteerError('resource_exhausted', text)
  }

  /** @throws SteerError `too_many_pings` */
  chargePing(): void {
    if (this.#pings.take(this.#clock.now())) return
    throw new SteerError('too_many_pings', `pings come faster than limits.pingFloorMs, ${this.#limits.pingFloorMs} ms`)
  }
}
