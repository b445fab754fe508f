/** A service that hangs on demand: an endless loop whose function has a name. */
import type { AtomicU32, Service } from '../../../src/reactor/index.ts'

function spinWithoutEnd(): never {
  for (;;);
}

export const service: Service<{ readonly hung: AtomicU32; readonly mains: AtomicU32 }> = {
  main: async ({ hung, mains }, ctx) => {
    mains.add(1)
    if (hung.add(1) === 0) spinWithoutEnd()
    await ctx.sleep(60_000)
  },
}
