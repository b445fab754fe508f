/**
 * The seller: master of `Negotiate`. It asks, and comes down in steps to the least it will take.
 *
 *     npx tsx examples/negotiate/seller.ts --port 7272 --ask 100 --least 60
 */

import { parseArgs } from 'node:util'

import { listen } from 'coxswain'

import { Negotiate, type NegotiateMasterHandlers } from './negotiate.gen.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '7272' },
    ask: { type: 'string', default: '100' },
    least: { type: 'string', default: '60' },
  },
})
const least = Number(values.least)

/** Each conversation has a price of its own. */
function sell(): NegotiateMasterHandlers {
  let price = Number(values.ask)
  return {
    start: (turn) => turn.send.ask({ amount: price, currency: 'EUR' }),
    accept: (turn) => turn.send.confirm(),
    counter: (turn) => {
      const { amount, currency } = turn.message
      if (amount >= price || (price === least && amount >= least)) return turn.send.accept()
      if (price === least) return turn.send.reject()
      price = Math.max(least, Math.ceil((price + amount) / 2))
      return turn.send.counter({ amount: price, currency })
    },
  }
}

const server = await listen({
  port: Number(values.port),
  security: 'none',
  serve: [
    Negotiate.master.with(sell, {
      onSessionEnd: ({ result, error }) => {
        console.log(error === undefined ? `ended: ${result?.outcome}` : error)
      },
    }),
  ],
})
console.log(`selling on port ${server.port}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.close({ deadlineMs: 1000 }))
}
