import { describe, expect, it } from 'vitest'

import { createRandom } from '../../src/base/random.ts'
import { SETUPS } from '../secure/pairs.ts'
import { strayErrors } from '../session/strays.ts'
import { drawTrials, everywhere, measureTalk } from './draw.ts'
import { UNIT_FAULTS, type Fault } from './faults.ts'
import { MEDIUM } from './talk.ts'
import { judge, judgePlain, QUICK, runTrials, type Ends, type TrialResult } from './trial.ts'

// `npm run chaos` goes through every byte and every bit; here each run takes a part of them that its seed chooses.
const SEED = Number(process.env['FAST_CHECK_SEED'])
const SIDES = ['initiator', 'responder'] as const
const KEYED: Ends = SETUPS[0]!
const PLAIN: Ends = { initiator: 'none', responder: 'none' }

const on = (ends: Ends, faults: Iterable<Fault>): { readonly ends: Ends; readonly fault: Fault }[] =>
  Array.from(faults, (fault) => ({ ends, fault }))

/** One of so many, from a place on that the seed chooses. */
const oneOf = (many: number, faults: Iterable<Fault>): Fault[] =>
  [...faults].filter((_, index) => (index + SEED) % many === 0)

describe('a secure link over a network that does what it likes', { timeout: 90_000 }, () => {
  it('talks through a proxy that only passes on, over every kind of security', async () => {
    await runTrials(SETUPS.map((ends) => ({ ends, size: MEDIUM })))
  })

  it('talks one byte at a time, and where every chunk waits', async () => {
    const faults = (['slice', 'delay'] as const).flatMap((kind) => SIDES.map((side) => ({ kind, side, at: 0 })))
    await runTrials(on(KEYED, faults).map((trial) => ({ ...trial, size: MEDIUM })))
  })

  it('is truncated by a FIN or an RST at any byte, and loses, doubles and alters nothing', async () => {
    const bytes = await measureTalk(KEYED)
    const tally = await runTrials(on(KEYED, oneOf(4, everywhere(['fin', 'rst'], bytes))))
    // How many records there are varies with what falls into one tick.
    expect(tally.fired).toBeGreaterThan(tally.trials * 0.9)
  })

  it('finds a bit that is another, and a byte too many or too few', async () => {
    const bytes = await measureTalk(KEYED)
    const tally = await runTrials(on(KEYED, oneOf(9, everywhere(['flip', 'insert', 'lose'], bytes))))
    expect(tally.fired).toBeGreaterThan(tally.trials * 0.9)
  })

  it('finds at once every unit that is dropped, doubled, swapped, replayed, reflected or shortened', async () => {
    const tally = await runTrials(on(KEYED, everywhere(UNIT_FAULTS, { initiator: 12, responder: 10 })), (result) => [
      ...judge(result),
      ...judgeUnits(result),
    ])
    expect(tally.fired).toBeGreaterThan(80)
  })

  it('notices within its limits that the other side is not heard any more, or has gone', async () => {
    const random = createRandom(SEED)
    const faults = Array.from({ length: 32 }, (_, index) => ({
      kind: index % 2 === 0 ? ('mute' as const) : ('vanish' as const),
      side: SIDES[(index >> 1) % 2]!,
      at: random.integer(0, 450),
    }))
    const tally = await runTrials(on(KEYED, faults), judge, 32)
    expect(tally.fired).toBeGreaterThan(20)
  })

  it('ends as promised for faults drawn over every kind of security', async () => {
    const strays = strayErrors()
    await runTrials(drawTrials(SEED, 60))
    expect(strays).toEqual([])
  })
})

describe('a plain link over the same network', { timeout: 90_000 }, () => {
  it('is truncated by a FIN or an RST at any byte', async () => {
    await runTrials(on(PLAIN, oneOf(4, everywhere(['fin', 'rst'], await measureTalk(PLAIN)))))
  })

  it('cannot tell what is altered, and still ends in listed errors, in time', async () => {
    const altered = oneOf(12, everywhere(['flip', 'insert', 'lose'], await measureTalk(PLAIN)))
    const units = oneOf(2, everywhere(UNIT_FAULTS, { initiator: 20, responder: 20 }))
    // A message that is gone leaves a session that waits for its turn to end, so that most of these only wait.
    const limits = { ...QUICK, turnMaxMs: 800 }
    const trials = on(PLAIN, [...altered, ...units]).map((trial) => ({ ...trial, limits }))
    await runTrials(trials, judgePlain, 64)
  })
})

/** A record that is not the next is found when it comes, without waiting for a ping. */
function judgeUnits(result: TrialResult): readonly string[] {
  const { fault, initiator, responder } = result
  // A byte too few makes a length of what follows it, for which the receiver may have to wait.
  if (fault === undefined || fault.kind === 'shorten' || !result.fired || initiator === 'none' || responder === 'none')
    return []
  const receiver = fault.kind === 'reflect' ? fault.side : fault.side === 'initiator' ? 'responder' : 'initiator'
  const ending = result[receiver]
  return ['channel_corrupt', 'clean', 'truncated'].includes(ending) ? [] : [`the ${receiver} ended with ${ending}`]
}
