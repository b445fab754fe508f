import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { DEFAULT_LIMITS } from '../../src/base/limits.ts'
import { LinkWatch, SWEEPS_PER_TURN } from '../../src/session/link-watch.ts'

describe('the watch of a link', () => {
  it('sweeps as often as the longest turn asks for, however late its ticks come', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 60_000 }),
        fc.array(fc.double({ min: 0, max: 0.4, noNaN: true }), { minLength: 1, maxLength: 20 }),
        (turnMaxMs, lateness) => {
          const limits = { ...DEFAULT_LIMITS, turnMaxMs }
          const watch = new LinkWatch(limits, 0, 0)
          const everyMs = turnMaxMs / SWEEPS_PER_TURN
          let nowMs = 0
          let sweeps = 0
          let ticks = 0
          while (nowMs < 100 * everyMs) {
            const late = lateness[ticks++ % lateness.length]!
            nowMs = Math.floor(nowMs + watch.tickMs * (1 + late))
            watch.heard()
            if (watch.tick(nowMs, 0, 0).includes('sweep')) sweeps++
          }
          // Never more than are due; and none is left out but where a tick that was due has not come.
          expect(sweeps).toBeLessThanOrEqual(Math.floor(nowMs / everyMs) + 1)
          expect(sweeps).toBeGreaterThanOrEqual(Math.min(ticks, Math.floor(nowMs / everyMs) / 1.4) - 2)
        },
      ),
    )
  })
})
