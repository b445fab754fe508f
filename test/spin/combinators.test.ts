import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'

import { checkProtocol } from '../../codegen/check/index.ts'
import { writePromela } from '../../codegen/model/index.ts'
import type { Step } from '../../src/ir/declaration.ts'
import { protocol } from '../ir/declare.ts'
import { COMBINATORS, makeMistake, streamOf } from './combinators.ts'
import { expectProved } from './proved.ts'
import { ask, needSpin, totals } from './spin.ts'

const CAPACITIES = [1, 2, 3, 4]
/** Nothing here waits for the clock; the machine may be slow, and each model is compiled. */
const PATIENCE = { timeout: 240_000 }

const LANES = readFileSync(new URL('lanes.pml', import.meta.url), 'utf8')

function modelOf(steps: readonly Step[]): string {
  const { model, diagnostics } = checkProtocol(protocol(...steps), [])
  if (model === undefined) throw new Error(JSON.stringify(diagnostics))
  return writePromela(model, { capacity: 2, window: 2 })
}

afterAll(() => {
  console.log(`SPIN, combinators: ${totals.models} models, ${totals.states} states`)
})

describe.concurrent('SPIN proves at capacities 1 to 4', PATIENCE, () => {
  test.for(COMBINATORS)('$name: safety and progress', async ({ steps, settings }, context) => {
    needSpin(context)
    const model = modelOf(steps)
    const runs = CAPACITIES.map(async (CAPACITY) => {
      await expectProved(model, { ...settings, CAPACITY })
    })
    await Promise.all(runs)
  })

  test.for([
    ['a stream of window 1', 1, {}],
    ['a stream of window 3', 3, {}],
    ['a stream of a session that the master opens', 2, { OPENER: 'MASTER' }],
  ] as const)('%s', async ([, WINDOW_MAX, settings], context) => {
    needSpin(context)
    const model = modelOf(COMBINATORS[0]!.steps)
    await expectProved(model, { ...COMBINATORS[0]!.settings, ...settings, WINDOW_MAX })
  })

  test('streams in two sessions at once, one each way', async (context) => {
    needSpin(context)
    for (const CAPACITY of CAPACITIES) {
      expect(await ask(LANES, 'safety', { CAPACITY })).toMatchObject({ errors: 0, found: undefined })
      expect(await ask(LANES, 'progress', { CAPACITY })).toMatchObject({ errors: 0, found: undefined })
    }
  })

  test('all of it at once, and comes to every statement of the model but the unspecified reception', async (context) => {
    needSpin(context)
    const model = modelOf([streamOf('peer', 'up', 2), streamOf('master', 'down', 2)])
    const { errors, unreached } = await ask(model, 'safety', { CAPACITY: 1 })
    expect({ errors, unreached: unreached.map((line) => line.replace(/^\d+ /, '')) }).toEqual({
      errors: 0,
      unreached: ['assert(0)'],
    })
  })
})

describe.concurrent('SPIN finds the mistake', PATIENCE, () => {
  const mistakes = COMBINATORS.flatMap(({ name, steps, settings, mistakes }) =>
    mistakes.map((mistake) => ({ of: name, mistake: mistake.name, steps, settings, made: mistake })),
  )
  test.for(mistakes)('in $of: $mistake', async ({ steps, settings, made }, context) => {
    needSpin(context)
    const model = makeMistake(modelOf(steps), made.edits)
    const question = made.found === 'non-progress cycle' ? 'progress' : 'safety'
    const verdict = await ask(model, question, { ...settings, CAPACITY: 2, ...made.settings })
    expect(verdict).toMatchObject({ errors: 1, found: made.found })
  })

  test.for(CAPACITIES)(
    'in streams both ways: credit waits behind data of its own lane (capacity %i)',
    async (CAPACITY, context) => {
      needSpin(context)
      const broken = makeMistake(LANES, [
        ['#define CREDIT_MAY_GO (nfull(out))', '#define CREDIT_MAY_GO (nfull(out) && credit > 0)'],
      ])
      expect(await ask(broken, 'safety', { CAPACITY })).toMatchObject({ errors: 1, found: 'invalid end state' })
    },
  )
})
