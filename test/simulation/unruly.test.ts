import { describe, it } from 'vitest'
import { runSeeds } from './run.ts'
import { drawUnruly } from './scenario.ts'

describe('random protocols', () => {
  it('work', () => runSeeds(drawUnruly, 1000, 1000), 120_000)
})
