import { describe, it } from 'vitest'
import { runSeeds } from './run.ts'
import { drawBroken } from './scenario.ts'

describe('random protocols', () => {
  it('work', () => runSeeds(drawBroken, 1000, 1000), 120_000)
})
