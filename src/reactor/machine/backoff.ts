/** How long to wait after a failure: exponential, bounded, with full jitter. */

import type { Random } from '../../base/random.ts'

/** What is waited for between a failed main and the next one. */
export interface Backoff {
  /** Longest wait after the first failure, in ms. Default 100, at least 1. */
  readonly minMs: number
  /** Longest wait after any number of failures, in ms. Default 30 000. */
  readonly maxMs: number
  /** What each further failure multiplies the longest wait by. Default 2, from 1 to 100. */
  readonly factor: number
  /** Time without a failure, from the start of a main on, after which counting starts over, in ms. Default 60 000. */
  readonly resetAfterMs: number
}

/** The longest that the wait after so many failures in a row can be. */
function backoffCapMs(backoff: Backoff, failures: number): number {
  // Beyond some exponent this is Infinity, and the cap holds all the same.
  return Math.min(backoff.maxMs, backoff.minMs * backoff.factor ** Math.max(0, failures - 1))
}

/** Anything from 1 ms to the cap, all equally likely: services that failed together do not come back together. */
export function backoffMs(backoff: Backoff, failures: number, random: Random): number {
  return random.integer(1, Math.max(1, Math.floor(backoffCapMs(backoff, failures))))
}
