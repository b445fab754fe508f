/** Threads that write to what they share, as fast as they can, until they are told to end. */

import type { AtomicI64, AtomicU32, Service, SharedCell } from '../../../src/reactor/index.ts'

export interface Shared {
  readonly u32: AtomicU32
  readonly i64: AtomicI64
  readonly cell: SharedCell<{ readonly count: number; readonly text: string }>
  readonly writes: number
  readonly begun: AtomicU32
  readonly finished: AtomicU32
}

export const service: Service<Shared> = {
  main: async ({ u32, i64, cell, writes, begun, finished }, ctx) => {
    begun.add(1)
    for (let n = 0; n < writes; n++) {
      u32.add(1)
      i64.sub(1n)
      cell.update(({ count }) => ({ count: count + 1, text: String(count + 1) }))
    }
    finished.add(1)
    await ctx.sleep(60_000)
  },
}
