import { expect, it } from 'vitest'

import { soakWithFaults } from './faults.ts'
import { leftBehind } from './readings.ts'

it('leaves nothing behind after ten seconds of links that break', { timeout: 60_000 }, async () => {
  const seed = Number(process.env['FAST_CHECK_SEED'])
  const { counts, defects, before, after } = await soakWithFaults({ seconds: 10, seed })
  expect(defects).toEqual([])
  // In ten seconds most of what grows is what the engine compiles, and counts where coverage is measured.
  expect(leftBehind(before, after, 16 * 1024 * 1024)).toEqual([])
  // Something was broken, something came through, and something was cancelled.
  expect(Math.min(counts.faults, counts.broken, counts.cancels)).toBeGreaterThan(10)
  expect(counts.sessions - counts.broken).toBeGreaterThan(50)
})
