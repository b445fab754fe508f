/**
 * What it costs to prove a protocol, by the number of its states: the product of the two sides as they are emitted, and all
 * checks together, per state. A linear cost is one figure all the way down.
 */

import { checkProtocol } from '../../codegen/check/index.ts'
import { exploreProduct } from '../../codegen/check/product.ts'
import { readSide } from '../../codegen/check/side-machine.ts'
import { createLongProtocol } from '../../test/codegen/check/long-protocol.ts'
import type { Bench } from '../runner/bench.ts'
import type { Figures } from '../runner/series.ts'

const SIZES = [1000, 2000, 4000, 10_000]

export const CHECK: Bench = {
  name: 'check',
  isSlow: true,
  about: 'proving a protocol, µs for each of its states',
  async run({ rounds }) {
    const subjects = SIZES.map(createSubject)
    // The first round warms the compiler up.
    for (let round = -1; round < rounds; round++) {
      for (const { runs, figures } of subjects) {
        const measured = runs.map(microseconds)
        if (round >= 0) measured.forEach((us, index) => figures[index]!.push({ us }))
      }
    }
    return subjects.flatMap(({ states, figures }) => [
      { bench: 'check', contestant: `${states} states, product`, rounds: figures[0] },
      { bench: 'check', contestant: `${states} states, all checks`, rounds: figures[1] },
    ])

    function createSubject(size: number): {
      readonly states: number
      readonly runs: readonly { readonly states: number; readonly run: () => void }[]
      readonly figures: readonly [Figures[], Figures[]]
    } {
      const declaration = createLongProtocol(size)
      const { model } = checkProtocol(declaration, [])
      if (model === undefined) throw new Error('the protocol is not proved')
      const states = model.table.points.length
      const product = (): void => {
        const { table, machine } = model
        if (exploreProduct(readSide(table, 'master', machine), readSide(table, 'peer', machine)) !== undefined) {
          throw new Error('the protocol is not safe')
        }
      }
      const whole = (): void => void checkProtocol(declaration, [])
      return { states, runs: [product, whole].map((run) => ({ states, run })), figures: [[], []] }
    }
  },
}

function microseconds({ states, run }: { readonly states: number; readonly run: () => void }): number {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / states
}
