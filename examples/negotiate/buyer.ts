/**
 * The buyer: peer of `Negotiate`. It goes up in steps to its budget.
 *
 *     npx tsx examples/negotiate/buyer.ts --port 7272 --offer 40 --budget 75
 */

import { parseArgs } from 'node:util'

import { connect } from 'coxswain'

import { Negotiate, type Price } from './negotiate.gen.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '7272' },
    offer: { type: 'string', default: '40' },
    budget: { type: 'string', default: '75' },
  },
})
const budget = Number(values.budget)
let offer = Number(values.offer)

/** What to offer against a price that is too high. */
function raise({ amount, currency }: Price): Price {
  offer = Math.min(budget, Math.floor((offer + amount) / 2))
  return { amount: offer, currency }
}

const link = await connect({ port: Number(values.port), security: 'none' })
const { outcome, message } = await Negotiate.peer.handle(
  link,
  {
    ask: (turn) =>
      turn.message.amount <= budget ? turn.send.accept() : turn.send.counter({ ...turn.message, amount: offer }),
    counter: (turn) => {
      console.log(`asked for ${turn.message.amount} ${turn.message.currency}`)
      if (turn.message.amount <= budget) return turn.send.accept()
      return offer < budget ? turn.send.counter(raise(turn.message)) : turn.send.reject()
    },
    accept: (turn) => turn.send.confirm(),
  },
  { closeLink: true },
)
console.log(`${outcome}${message === undefined ? '' : `, last price ${message.amount} ${message.currency}`}`)
