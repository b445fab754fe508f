import { describe, expect, it } from 'vitest'

import { Echo, Menu, Pump, type Item } from '../protocols/session.gen.ts'
import { collect } from './collect.ts'
import { createGate, createPair, settle } from './pairs.ts'
import { strayErrors } from './strays.ts'

const item = (n: number): Item => ({ n, text: `item ${n}` })
const guest = Menu.peer.with({
  order: (turn) => (turn.message.n > 2 ? turn.send.sold_out() : turn.send.served(turn.message)),
  joke: (turn) => turn.send.laugh(),
})

/** Sends items for as long as somebody listens. */
const talker = Pump.peer.with({
  start: (turn) => turn.send.item(item(0)),
  'sent.item': async (turn) => {
    await settle()
    return turn.send.item(item(1))
  },
})

describe('a loop over turns', () => {
  it('is not taken for lost while its rounds only listen, and hold nothing of their turns', async () => {
    const strays = strayErrors()
    const { near } = await createPair([talker])
    let rounds = 0
    for await (const turn of Pump.master.turns(near)) {
      if (turn.at !== 'item' || ++rounds === 40) break
      await settle()
      collect()
    }
    expect(rounds).toBe(40)
    await settle()
    expect(strays).toEqual([])
  })

  it('that waits for what nobody can give any more is lost, and its session ends on both sides', async () => {
    const strays = strayErrors()
    const ends: unknown[] = []
    const serve = Echo.peer.with(
      { start: (turn) => turn.send.ask(item(1)) },
      { onSessionEnd: (end) => ends.push(end.error) },
    )
    const { near } = await createPair([serve])
    const lose = async (): Promise<void> => {
      for await (const turn of Echo.master.turns(near)) {
        await new Promise(() => undefined)
        await turn.send.reply(turn.message)
      }
    }
    void lose()
    for (let round = 0; round < 50 && ends.length === 0; round++) {
      await settle()
      collect()
    }
    expect(ends).toMatchObject([{ code: 'aborted' }])
    expect(strays).toMatchObject([{ error: { code: 'misuse' } }])
  })
})

describe('the turns form', () => {
  it('walks through loops, one move a round, to the outcome', async () => {
    const { near } = await createPair([guest])
    const seen: string[] = []
    const turns = Menu.master.turns(near)
    let orders = 0
    for await (const turn of turns) {
      seen.push(turn.at)
      switch (turn.at) {
        case 'ready':
          await (turn.via === 'sold_out' ? turn.send.leave() : turn.send.order(item(++orders)))
          break
        case 'sent.talk':
          await turn.send.joke(item(0))
          break
        case 'sent.leave':
          await turn.send.goodbye()
          break
        default:
          turn satisfies never
      }
    }
    expect(seen).toEqual(['ready', 'ready', 'ready', 'ready', 'sent.leave'])
    expect(await turns.result).toMatchObject({ outcome: 'goodbye', message: item(2) })
  })

  it('shows a final arrival, and runs the automatic steps behind it when the round is over', async () => {
    let handled = false
    const inTheLoop = createGate()
    const serve = Pump.peer.with(
      { start: (turn) => turn.send.done(), 'sent.item': (turn) => turn.send.done() },
      { onSessionEnd: () => (handled = true) },
    )
    const { near } = await createPair([serve])
    const seen: string[] = []
    for await (const turn of Pump.master.turns(near)) {
      seen.push(turn.at)
      await settle()
      expect(handled).toBe(false)
      inTheLoop.open()
    }
    await inTheLoop.opened
    await settle()
    expect(seen).toEqual(['done'])
    expect(handled).toBe(true)
  })

  it('cancels the session when the loop is left early', async () => {
    const ends: unknown[] = []
    const { near } = await createPair([
      Pump.master.with({ item: () => undefined }, { onSessionEnd: (end) => ends.push(end.result) }),
    ])
    const turns = Pump.peer.turns(near)
    for await (const turn of turns) {
      await turn.send.item(item(1))
      break
    }
    await settle()
    expect(ends).toEqual([{ outcome: 'cancelled', by: 'peer', reason: undefined }])
    expect(await turns.result).toEqual({ outcome: 'cancelled', by: 'peer', reason: undefined })
  })

  it('does not cancel when the loop is left at a final arrival', async () => {
    const ends: unknown[] = []
    const serve = Echo.master.with(
      { ask: (turn) => turn.send.reply(turn.message) },
      { onSessionEnd: (end) => ends.push(end.result) },
    )
    const { near } = await createPair([serve])
    const turns = Echo.peer.turns(near)
    for await (const turn of turns) {
      if (turn.at === 'reply') break
      await turn.send.ask(item(1))
    }
    expect(await turns.result).toMatchObject({ outcome: 'reply', message: item(1) })
    expect(ends).toMatchObject([{ outcome: 'reply' }])
  })

  it('ends the loop when the other side cancels, and result tells who and why', async () => {
    const serve = Pump.master.with({
      item: (turn) => {
        turn.session.cancel('no more room')
      },
    })
    const { near } = await createPair([serve])
    const turns = Pump.peer.turns(near)
    let rounds = 0
    for await (const turn of turns) {
      rounds++
      await turn.send.item(item(rounds))
      await settle()
    }
    expect(rounds).toBeLessThan(4)
    expect(await turns.result).toEqual({ outcome: 'cancelled', by: 'master', reason: 'no more room' })
  })

  it('has a result for a loop that never began', async () => {
    const { near } = await createPair([guest])
    const turns = Menu.master.turns(near)
    await turns[Symbol.asyncIterator]().return?.()
    expect(await turns.result).toEqual({ outcome: 'cancelled', by: 'master', reason: undefined })
  })

  it('is misuse to make no move in a round where one is due', async () => {
    const { near } = await createPair([guest])
    const turns = Menu.master.turns(near)
    const run = async (): Promise<void> => {
      for await (const turn of turns) expect(turn.at).toBe('ready')
    }
    await expect(run()).rejects.toMatchObject({ code: 'misuse', rawMessage: expect.stringContaining('made no move') })
    await expect(turns.result).rejects.toMatchObject({ code: 'misuse' })
  })

  it('throws in the loop what ends the session', async () => {
    const { near } = await createPair([
      Echo.master.with({
        ask: () => {
          throw new Error('no')
        },
      }),
    ])
    const run = async (): Promise<void> => {
      for await (const turn of Echo.peer.turns(near))
        if (turn.at === 'start') void turn.send.ask(item(1)).catch(() => undefined)
    }
    await expect(run()).rejects.toMatchObject({ code: 'aborted' })
  })
})
