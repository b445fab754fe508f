import { expect, it } from 'vitest'

import { soakWithFaults } from './faults.ts'
import { leftBehind } from './readings.ts'

it('leaves nothing behind after ten seconds of links that break', { timeout: 60_000 }, async () => {
  const seed = Number(process.env['FAST_CHECK_SEED'])
  const { counts, defects, before, after } = await soakWithFaults({ seconds: 10, seed })
  expect(defects).toEqual([])
  expect(leftBehind(before, after)).toEqual([])
  // Something was broken, something came through, and something was cancelled.
  expect(Math.min(counts.faults, counts.broken, counts.cancels)).toBeGreaterThan(10)
  expect(counts.sessions - counts.broken).toBeGreaterThan(50)
})
