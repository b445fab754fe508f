/**
 * Prints what it costs to prove a protocol, by the number of its states: the product of the two sides as they are emitted, and all
 * checks together. Each figure is the median of interleaved rounds, per state; a linear cost is one figure all the way down.
 * `npx tsx bench/check.ts`
 */

import { checkProtocol } from '../codegen/check/index.ts'
import { exploreProduct } from '../codegen/check/product.ts'
import { readSide } from '../codegen/check/side-machine.ts'
import { createLongProtocol } from '../test/codegen/check/long-protocol.ts'

const SIZES = [1000, 2000, 4000, 10_000]
const ROUNDS = 5

function median(times: readonly number[]): number {
  return [...times].sort((left, right) => left - right)[Math.floor(times.length / 2)] ?? NaN
}

function milliseconds(run: () => void): number {
  const start = performance.now()
  run()
  return performance.now() - start
}

const subjects = SIZES.map((size) => {
  const declaration = createLongProtocol(size)
  const { model } = checkProtocol(declaration, [])
  if (model === undefined) throw new Error('the protocol is not proved')
  const product = (): void => {
    const { table, machine } = model
    if (exploreProduct(readSide(table, 'master', machine), readSide(table, 'peer', machine)) !== undefined) {
      throw new Error('the protocol is not safe')
    }
  }
  const whole = (): void => void checkProtocol(declaration, [])
  return { states: model.table.points.length, product, whole, products: [] as number[], wholes: [] as number[] }
})

for (let round = 0; round <= ROUNDS; round++) {
  for (const { product, whole, products, wholes } of subjects) {
    const times = [milliseconds(product), milliseconds(whole)] as const
    // The first round warms the compiler up.
    if (round === 0) continue
    products.push(times[0])
    wholes.push(times[1])
  }
}

for (const { states, products, wholes } of subjects) {
  const [product, whole] = [median(products), median(wholes)]
  const perState = (time: number): string => `${((time * 1000) / states).toFixed(2)} µs`
  console.log(
    `${String(states).padStart(6)} states: product ${product.toFixed(1).padStart(6)} ms, ${perState(product)} per state; ` +
      `all checks ${whole.toFixed(0).padStart(5)} ms, ${perState(whole)} per state`,
  )
}
