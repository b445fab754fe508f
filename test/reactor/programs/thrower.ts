/** Throws everything that there is, one with each main: `service` in the main, `late` where nobody waits for it. */

import type { Service } from '../../../src/reactor/index.ts'
import { AWKWARD, THROWABLES } from '../throwables.ts'

export const service: Service = {
  main: (_, ctx) => {
    const throwable = THROWABLES[ctx.cycle - 1]
    if (throwable === undefined) return ctx.sleep(60_000)
    throw throwable[1]
  },
}

export const late: Service = {
  main: (_, ctx) => {
    const throwable = AWKWARD[ctx.cycle - 1]
    if (throwable !== undefined) {
      setTimeout(() => {
        throw throwable[1]
      })
    }
    return ctx.sleep(60_000)
  },
}
