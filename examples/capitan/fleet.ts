/** The metadata: one object, which the reactor hands to its services and each side of the conversation to its handlers. */

import { AtomicU32 } from 'coxswain/reactor'

import type { LoadEvent } from './balance.gen.ts'

const BUSY_FROM = 50

export class Fleet {
  readonly load: AtomicU32 = new AtomicU32(0)
  /** Where the balancer listens. */
  port = 0
}

/** Makes the event that fits the load. */
export function createEvent({ load }: Fleet): LoadEvent {
  return load.load() < BUSY_FROM ? 'available' : 'busy'
}

/** The response: a service that is available gets work, one that is busy is given time. Returns the load after it. */
export function respond(event: LoadEvent, { load }: Fleet): number {
  if (event === 'available') return load.add(20) + 20
  return load.sub(40) - 40
}
