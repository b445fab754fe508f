import { describe, expect, it } from 'vitest'
import { runSeeds, type Tally } from './run-seeds.ts'
import { drawNarrow } from './scenario.ts'

describe('random protocols with the smallest of windows and buffers', () => {
  const tallies: Tally[] = []

  it.each([6, 7, 8, 9])(
    'end on both sides as the interpreter says (part %i)',
    async (part) => {
      tallies.push(await runSeeds({ file: 'narrow.test.ts', draw: drawNarrow, part, count: 100 }))
    },
    60_000,
  )

  it.skipIf(process.env['SIMULATION_SEED'] !== undefined)('come to every end that these scenarios have', () => {
    const seen = new Set(tallies.flatMap((tally) => [...tally.keys()]))
    expect([...seen]).toEqual(expect.arrayContaining(['outcome', 'cancelled']))
  })
})
