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
  // Each is made when it is charged for the first time: until then it would be full.
  #opens: TokenBucket | undefined
  #discards: TokenBucket | undefined
  #pings: TokenBucket | undefined

  constructor(limits: Limits, clock: Clock) {
    this.#clock = clock
    this.#limits = limits
  }

  /** @throws SteerError `resource_exhausted` */
  chargeOpen(): void {
    const { opensBurst, opensPerSecond } = this.#limits
    const now = this.#clock.now()
    this.#opens ??= new TokenBucket(opensBurst, opensPerSecond, now)
    if (this.#opens.take(now)) return
    throw new SteerError(
      'resource_exhausted',
      `limits.opensBurst is ${opensBurst}, limits.opensPerSecond ${opensPerSecond}`,
    )
  }

  /** For cancels, resets and frames for sessions that are over. @throws SteerError `resource_exhausted` */
  chargeDiscard(): void {
    const { discardsBurst, discardsPerSecond } = this.#limits
    const now = this.#clock.now()
    this.#discards ??= new TokenBucket(discardsBurst, discardsPerSecond, now)
    if (this.#discards.take(now)) return
    const text = `limits.discardsBurst is ${discardsBurst}, limits.discardsPerSecond ${discardsPerSecond}`
    throw new SteerError('resource_exhausted', text)
  }

  /** @throws SteerError `too_many_pings` */
  chargePing(): void {
    const { pingFloorMs } = this.#limits
    const now = this.#clock.now()
    this.#pings ??= new TokenBucket(PING_BURST, 1000 / pingFloorMs, now)
    if (this.#pings.take(now)) return
    throw new SteerError('too_many_pings', `pings come faster than limits.pingFloorMs, ${pingFloorMs} ms`)
  }
}
