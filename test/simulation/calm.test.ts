import { describe, expect, it } from 'vitest'
import { runSeeds, type Tally } from './run-seeds.ts'
import { drawCalm } from './scenario.ts'

describe('random protocols over a network that holds', () => {
  const tallies: Tally[] = []

  it.each([0, 1, 2, 3, 4, 5])(
    'end on both sides as the interpreter says (part %i)',
    async (part) => {
      tallies.push(await runSeeds({ file: 'calm.test.ts', draw: drawCalm, part, count: 100 }))
    },
    60_000,
  )

  it.skipIf(process.env['SIMULATION_SEED'] !== undefined)('come to every end that these scenarios have', () => {
    const seen = new Set(tallies.flatMap((tally) => [...tally.keys()]))
    expect([...seen]).toEqual(expect.arrayContaining(['outcome', 'cancelled']))
  })
})
