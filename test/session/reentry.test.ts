/** What runs while a link writes, of the program's or of the other side, must not end up in the midst of it. */

import { duplexPair } from 'node:stream'
import { describe, expect, it } from 'vitest'

import { attach } from 'coxswain'

import { Echo, Pump, type Item } from '../protocols/session.gen.ts'
import { createPair } from './pairs.ts'

/** An item whose text is asked for in the middle of the frame that carries it. */
function itemThat(does: () => unknown): Item {
  return {
    n: 1,
    get text() {
      does()
      return 'asked for'
    },
  }
}

describe('a getter of a payload', () => {
  it('may not cancel another session of the link, and both sessions and the link go on', async () => {
    const arrived: Item[] = []
    const { near } = await createPair([Pump.master.with({ item: (turn) => void arrived.push(turn.message) })])
    const first = await Pump.peer.open(near)
    const second = await Pump.peer.open(near)
    let thrown: unknown
    const state = await second.send.item(
      itemThat(() => {
        try {
          first.session.cancel()
        } catch (error) {
          thrown = error
        }
      }),
    )
    expect(thrown).toMatchObject({ code: 'misuse' })
    expect(first.session.signal.aborted).toBe(false)
    expect(await first.send.done()).toMatchObject({ at: 'end', outcome: 'done' })
    if (state.at === 'end') throw new Error('the session is over')
    expect(await state.send.done()).toMatchObject({ at: 'end', outcome: 'done' })
    expect(arrived).toEqual([{ n: 1, text: 'asked for' }])
  })

  it('ends its own session where it lets that error through', async () => {
    const { near } = await createPair([Pump.master.with({ item: () => undefined })])
    const first = await Pump.peer.open(near)
    const second = await Pump.peer.open(near)
    const sent = second.send.item(itemThat(() => first.session.cancel()))
    await expect(sent).rejects.toMatchObject({ code: 'invalid_payload' })
    expect(await first.send.done()).toMatchObject({ at: 'end', outcome: 'done' })
  })
})

describe('streams that hand on at once what is written to them', () => {
  it.each(['none', 'encrypted'])(
    'never call back into the side that writes, however much it does: %s',
    async (kind) => {
      const [left, right] = duplexPair({ highWaterMark: 1024 * 1024 })
      const security = kind === 'none' ? 'none' : { key: new Uint8Array(32).fill(1) }
      const serve = [Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })]
      const [near, far] = await Promise.all([
        attach(left, { initiator: true, security }),
        attach(right, { initiator: false, security, serve }),
      ])
      // More than is handed over in one piece, so that some goes out in the midst of a move.
      const text = 'x'.repeat(3000)
      const asked = Array.from({ length: 100 }, (_, n) =>
        Echo.peer.handle(near, { start: (turn) => turn.send.ask({ n, text }) }),
      )
      const replies = (await Promise.all(asked)).map((result) => result.outcome === 'reply' && result.message.n)
      expect(replies).toEqual(asked.map((_, n) => n))
      await near.close()
      expect(await far.closed).toEqual({})
    },
  )
})
