import { describe, it } from 'vitest'
import { runSeeds } from './run.ts'
import { drawCalm } from './scenario.ts'

describe('random protocols over a network that holds', () => {
  it('end as the interpreter says', () => runSeeds(drawCalm, 1, 600), 120_000)
})
