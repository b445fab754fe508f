/** One seed for all properties of a run. A failing property prints it; FAST_CHECK_SEED repeats the run. */

import { configureGlobal, readConfigureGlobal } from 'fast-check'

const seed = Number(process.env['FAST_CHECK_SEED'])
if (!Number.isInteger(seed))
  throw new Error(`FAST_CHECK_SEED is not an integer: ${String(process.env['FAST_CHECK_SEED'])}`)

const runs = process.env['FAST_CHECK_RUNS']
configureGlobal({ ...readConfigureGlobal(), seed, ...(runs === undefined ? {} : { numRuns: Number(runs) }) })
