/** Payloads run user code while they are written: what that code does to the link must not end up inside of their frame. */

import { describe, expect, it } from 'vitest'

import { Pump, type Item } from '../protocols/session.gen.ts'
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
