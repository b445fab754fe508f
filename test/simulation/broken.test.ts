import { describe, expect, it } from 'vitest'
import { runSeeds, type Tally } from './run-seeds.ts'
import { drawBroken } from './scenario.ts'

describe('random protocols over a network that breaks', () => {
  const tallies: Tally[] = []

  it.each([15, 16, 17, 18, 19])(
    'end on both sides in a way that is documented, in the time that is promised, and leave nothing (part %i)',
    async (part) => {
      tallies.push(await runSeeds({ file: 'broken.test.ts', draw: drawBroken, part, count: 100 }))
    },
    60_000,
  )

  it.skipIf(process.env['SIMULATION_SEED'] !== undefined)('come to every end that these scenarios have', () => {
    const seen = new Set(tallies.flatMap((tally) => [...tally.keys()]))
    expect([...seen]).toEqual(
      expect.arrayContaining(['outcome', 'cancelled', 'truncated', 'unavailable', 'slow_peer', 'deadline_exceeded']),
    )
  })
})
