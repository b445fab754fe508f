/** Throws everything that there is, one with each main. */

import type { Service } from '../../../src/reactor/index.ts'
import { THROWABLES } from '../throwables.ts'

export const service: Service = {
  main: (_, ctx) => {
    const throwable = THROWABLES[ctx.cycle - 1]
    if (throwable === undefined) return ctx.sleep(60_000)
    throw throwable[1]
  },
}
