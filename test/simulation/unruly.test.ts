import { describe, expect, it } from 'vitest'
import { runSeeds, type Tally } from './run-seeds.ts'
import { drawUnruly } from './scenario.ts'

describe('random protocols with programs that cancel, abort, fail and close their links', () => {
  const tallies: Tally[] = []

  it.each([10, 11, 12, 13, 14])(
    'end on both sides in a way that is documented, and leave nothing (part %i)',
    async (part) => {
      tallies.push(await runSeeds({ file: 'unruly.test.ts', draw: drawUnruly, part, count: 100 }))
    },
    60_000,
  )

  it.skipIf(process.env['SIMULATION_SEED'] !== undefined)('come to every end that these scenarios have', () => {
    const seen = new Set(tallies.flatMap((tally) => [...tally.keys()]))
    expect([...seen]).toEqual(expect.arrayContaining(['outcome', 'cancelled', 'aborted', 'unavailable', 'Error']))
  })
})
