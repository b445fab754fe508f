import { describe, expect, test } from 'vitest'

import { checkProtocol } from '../../../codegen/check/index.ts'
import { exploreProduct } from '../../../codegen/check/product.ts'
import { readSide } from '../../../codegen/check/side-machine.ts'
import type { ProtocolModel } from '../../../src/ir/model.ts'
import { createLongProtocol } from './long-protocol.ts'

function modelOf(points: number): ProtocolModel {
  const { model } = checkProtocol(createLongProtocol(points), [])
  if (model === undefined) throw new Error('not proved')
  return model
}

function explore({ table, machine }: ProtocolModel): void {
  expect(exploreProduct(readSide(table, 'master', machine), readSide(table, 'peer', machine))).toBeUndefined()
}

/** The least of several runs for each: what else the machine does can only add to a run. They take turns, so that it adds to all. */
function leastTimes(runs: readonly (() => void)[], rounds: number): number[] {
  const least = runs.map(() => Infinity)
  for (let round = 0; round < rounds; round++) {
    runs.forEach((run, index) => {
      const start = performance.now()
      run()
      least[index] = Math.min(least[index]!, performance.now() - start)
    })
  }
  return least
}

describe('the cost of a proof', { timeout: 60_000 }, () => {
  const [small, large] = [2500, 10_000]

  test('of the product for each state is about the same at 10,000 states as at 2,500', () => {
    const models = [modelOf(small), modelOf(large)] as const
    expect(models[1].table.points.length).toBeGreaterThanOrEqual(10_000)
    const [few, many] = leastTimes([() => explore(models[0]), () => explore(models[1])], 9)
    const ratio = many! / models[1].table.points.length / (few! / models[0].table.points.length)
    expect(ratio).toBeLessThan(3)
  })

  test('of all checks together does not grow faster than the protocol either', () => {
    const [first, second] = [createLongProtocol(small), createLongProtocol(large)]
    const [few, many] = leastTimes([() => void checkProtocol(first, []), () => void checkProtocol(second, [])], 3)
    expect(many! / large / (few! / small)).toBeLessThan(3)
  })
})
