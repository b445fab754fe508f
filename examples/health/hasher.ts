/** The work of a worker, a service in a thread of its own. It can be told to misbehave, to see that nothing else suffers. */

import { createHash } from 'node:crypto'

import type { AtomicU32, Service } from 'coxswain/reactor'

export const HANG = 1
export const STARVE = 2

/** The metadata. The thread has it too: an atomic is shared, not cloned. */
export interface Work {
  /** HANG or STARVE; taken once. */
  readonly order: AtomicU32
}

const PIECE = new Uint8Array(65_536)
const PIECES_PER_ROUND = 10
const REST_MS = 50

export const service: Service<Work> = {
  main: async ({ order }, ctx) => {
    for (;;) {
      const told = order.exchange(0)
      if (told === HANG) hashForEver()
      if (told === STARVE) keepEverything()
      for (let piece = 0; piece < PIECES_PER_ROUND; piece++) createHash('sha256').update(PIECE).digest()
      await ctx.sleep(REST_MS)
    }
  },
}

function hashForEver(): never {
  for (;;) createHash('sha256').update(PIECE).digest()
}

function keepEverything(): never {
  const kept: unknown[] = []
  for (;;) kept.push(new Array(10_000).fill(kept.length))
}
