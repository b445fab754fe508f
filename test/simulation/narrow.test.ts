import { describe, it } from 'vitest'
import { runSeeds } from './run.ts'
import { drawNarrow } from './scenario.ts'

describe('random protocols', () => {
  it('work', () => runSeeds(drawNarrow, 1, 600), 120_000)
})
