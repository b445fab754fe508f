import { describe, expect, it } from 'vitest'

import { Program } from './processes.ts'

describe('examples/negotiate', { timeout: 60_000 }, () => {
  it.each([
    ['meets in the middle', ['--offer', '40', '--budget', '75'], /master\.confirm|peer\.confirm/],
    ['takes a price at once that is within the budget', ['--budget', '200'], /master\.confirm, last price 100 EUR/],
    ['breaks off when the budget is too small', ['--offer', '10', '--budget', '20'], /reject/],
  ])('%s', async (_, args, outcome) => {
    const seller = new Program('negotiate/seller.ts', ['--port', '0'])
    const [, port = ''] = await seller.prints(/selling on port (\d+)/)
    const buyer = new Program('negotiate/buyer.ts', ['--port', port, ...args])
    expect(await buyer.exit).toBe(0)
    expect(buyer.output).toMatch(outcome)
    await seller.prints(/ended: (master|peer)\.(confirm|reject)/)
  })
})
