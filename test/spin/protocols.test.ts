import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'

import { checkFile, checkProtocol } from '../../codegen/check/index.ts'
import { findDeclarations } from '../../codegen/find-declarations.ts'
import { writePromela } from '../../codegen/model/index.ts'
import { readDeclarations } from '../../codegen/read/index.ts'
import type { ProtocolModel } from '../../src/ir/model.ts'
import { withStreams } from '../codegen/check/with-streams.ts'
import { TYPES } from '../simulation/payload-palette.ts'
import { provedArbitrary } from '../simulation/proved-protocol.ts'
import { expectProved } from './proved.ts'
import { needSpin, totals } from './spin.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const SEED = Number(process.env['FAST_CHECK_SEED'])
const GENERATED = 4
const PATIENCE = { timeout: 240_000 }
/** Pings have a model of their own, and multiply the states of every other. */
const SETTINGS = { PINGS: 0, CAPACITY: 2 }

function exampleModels(): readonly ProtocolModel[] {
  const { declarations } = findDeclarations(ROOT, ['examples'])
  const { files } = readDeclarations({ root: ROOT, files: declarations })
  return files.flatMap((file) => checkFile(file).models)
}

/** Random protocols that end, with streams among their messages; small ones, so that they are explored in seconds. */
function generatedModels(): readonly ProtocolModel[] {
  const models = fc
    .sample(provedArbitrary, { seed: SEED, numRuns: GENERATED * 10 })
    .map((declaration) => checkProtocol(withStreams(declaration), TYPES).model)
  const isFit = (model: ProtocolModel | undefined): model is ProtocolModel => {
    const points = model?.table.points ?? []
    return points.length >= 5 && points.length <= 12 && points.some(({ kind }) => kind === 'end')
  }
  return models.filter(isFit).slice(0, GENERATED)
}

const generated = generatedModels()

afterAll(() => {
  console.log(`SPIN, protocols: ${totals.models} models, ${totals.states} states, seed ${SEED}`)
})

describe.concurrent('SPIN proves, with cancel, reset and close at any point,', PATIENCE, () => {
  test.for(exampleModels().map((model) => ({ name: model.declaration.name, model })))(
    '$name of the examples',
    async ({ model }, context) => {
      needSpin(context)
      await expectProved(writePromela(model, { capacity: 2, window: 2 }), SETTINGS)
    },
  )

  test.for(generated.map((model, number) => ({ number: number + 1, model })))(
    'random protocol $number',
    async ({ model }, context) => {
      needSpin(context)
      await expectProved(writePromela(model, { capacity: 2, window: 2 }), { ...SETTINGS, CAPACITY: 1 })
    },
  )

  test('as many random protocols as were asked for', () => {
    expect(generated).toHaveLength(GENERATED)
  })
})
