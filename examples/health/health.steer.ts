import { receive, rxHandshake, steer, txKeepalive, type Match } from 'coxswain/steer'

/** How a worker is. */
export interface Status {
  /** The worker's name. It will be printed, so it may not hold what moves a cursor. */
  service: Match<'[A-Za-z0-9._-]{1,40}'>
  status: 'available' | 'busy'
  /** Share of one processor that it uses, 0 to 1. */
  load: number
  /** Memory in use, in bytes. */
  rssBytes: number
  /** Mean delay of its event loop, in ms. */
  loopDelayMs: number
}

/** A worker tells the balancer how busy it is. */
export const Health = steer('health', rxHandshake(), receive<Status>('status'), txKeepalive())
