/**
 * The long form of what `npm test` does in seconds: every byte and every bit once, then drawn faults until the time is up.
 * `npm run chaos -- --seed 7 --trials 1` repeats the trial of that seed. Exits with 1 at the first trial that is not as promised.
 */

import { parseArgs } from 'node:util'

import { SETUPS } from '../secure/pairs.ts'
import { drawTrial, everywhere, measureTalk } from './draw.ts'
import { describeFault, UNIT_FAULTS } from './faults.ts'
import { judge, runTrial, Tally, type TrialOptions } from './trial.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    trials: { type: 'string', default: 'Infinity' },
  },
})
const minutes = Number(values.minutes)
const seed = values.seed === undefined ? undefined : Number(values.seed)
const most = Number(values.trials)
if (!(minutes > 0) || !(most > 0) || (seed !== undefined && !Number.isInteger(seed))) {
  console.error('usage: npm run chaos -- [--minutes N] [--seed N] [--trials N]')
  process.exit(2)
}

const AT_ONCE = 16
const until = performance.now() + minutes * 60_000
const tally = new Tally()
let said = performance.now()
let failed = 0

/** With a seed, only what is drawn from it on; without, everything that can be counted through comes first, with a key. */
async function* plan(): AsyncGenerator<{ readonly name: string; readonly trial: TrialOptions }> {
  if (seed === undefined) {
    const [ends] = SETUPS
    const bytes = await measureTalk(ends!)
    const units = everywhere(UNIT_FAULTS, { initiator: 14, responder: 14 })
    const altered = everywhere(['fin', 'rst', 'flip', 'insert', 'lose'], bytes, 'all')
    for (const fault of [...units, ...altered]) yield { name: ends!.name, trial: { ends: ends!, fault } }
  }
  const first = seed ?? Math.floor(performance.timeOrigin) % 2 ** 31
  for (let index = 0; index < most; index++) {
    const trial = drawTrial(first + index)
    yield { name: `--seed ${first + index} --trials 1: ${trial.name}`, trial }
  }
}

async function work(trials: AsyncGenerator<{ readonly name: string; readonly trial: TrialOptions }>): Promise<void> {
  for await (const { name, trial } of trials) {
    const result = await runTrial(trial)
    tally.add(result)
    const wrong = judge(result)
    if (wrong.length > 0) {
      failed++
      console.error(`${name}, ${trial.fault === undefined ? '' : describeFault(trial.fault)}: ${wrong.join('; ')}`)
    }
    if (performance.now() > said + 10_000) {
      said = performance.now()
      console.log(`${tally.trials} trials, ${tally.fired} faults, at ${name}`)
    }
    if (performance.now() > until || failed > 20) return
  }
}

const trials = plan()
// A worker that ends must not end the plan for the others.
const shared = { [Symbol.asyncIterator]: () => ({ next: () => trials.next() }) } as AsyncGenerator<{
  readonly name: string
  readonly trial: TrialOptions
}>
await Promise.all(Array.from({ length: AT_ONCE }, () => work(shared)))
for (const line of tally.lines) console.log(line)
const slowest = Math.round(tally.slowestMs)
console.log(`${tally.trials} trials, ${tally.fired} faults, the slowest ${slowest} ms, ${failed} not as promised`)
process.exitCode = failed === 0 && tally.fired > 0 ? 0 : 1
