/** Runs of many seeds. One that fails is made simpler by fast-check, printed, and repeated by SIMULATION_SEED. */

import fc from 'fast-check'
import { SteerError } from 'coxswain'
import type { Random } from '../../src/base/random.ts'
import type { Ending } from './conversation.ts'
import { provedArbitrary } from './proved-protocol.ts'
import { Run } from './run.ts'
import type { Scenario } from './scenario.ts'

const PROTOCOLS = fc.noBias(fc.array(provedArbitrary, { minLength: 1, maxLength: 3 }))
/** How long fast-check may look for a simpler protocol that fails as well, in real ms. */
const SIMPLIFY_MS = 15_000

/** How often sessions ended in which way, over many runs: a test that looks at it knows that its faults bite. */
export type Tally = Map<string, number>

export interface SeedsOptions {
  /** The test file, to be named in the report. */
  readonly file: string
  readonly draw: (random: Random) => Scenario
  /** Part of the whole: runs of different parts have different seeds. */
  readonly part: number
  readonly count: number
}

export async function runSeeds({ file, draw, part, count }: SeedsOptions): Promise<Tally> {
  const tally: Tally = new Map()
  for (const seed of seedsOf(part, count)) {
    const property = fc.asyncProperty(PROTOCOLS, async (protocols) => {
      const run = new Run(seed, draw, protocols)
      await run.play()
      for (const { openerEnd, serverEnd } of run.conversations) [openerEnd, serverEnd].forEach((end) => add(tally, end))
    })
    try {
      await fc.assert(property, {
        seed,
        numRuns: 1,
        // oxlint-disable-next-line typescript/no-deprecated -- its successor counts a first run that takes as long as a success
        interruptAfterTimeLimit: SIMPLIFY_MS,
      })
    } catch (error) {
      throw new Error(`SIMULATION_SEED=${seed} npx vitest run test/simulation/${file} repeats it`, { cause: error })
    }
  }
  return tally
}

/** Other seeds in each run of the tests, from the one seed of all properties. */
function seedsOf(part: number, count: number): number[] {
  const only = process.env['SIMULATION_SEED']
  if (only !== undefined) return [Number(only)]
  const first = ((Number(process.env['FAST_CHECK_SEED']) >>> 0) % 1_000_000) * 2000 + part * 100
  return Array.from({ length: count }, (_, index) => first + index)
}

function add(tally: Tally, ending: Ending | undefined): void {
  const key =
    ending === undefined ? 'none' : 'result' in ending ? outcomeKey(ending.result.outcome) : errorKey(ending.error)
  tally.set(key, (tally.get(key) ?? 0) + 1)
}

function outcomeKey(outcome: string): string {
  return outcome === 'cancelled' ? outcome : 'outcome'
}

function errorKey(error: unknown): string {
  return SteerError.is(error) ? error.code : (error as Error).name
}
