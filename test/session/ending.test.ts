import { describe, expect, it } from 'vitest'

import { Echo, Pump, Ticker, type Item } from '../protocols/session.gen.ts'
import { createGate, createPair, settle } from './pairs.ts'

const item = (n: number): Item => ({ n, text: `item ${n}` })

describe('a cancel', () => {
  it('is a value on both sides, from a state where it is the other side that moves', async () => {
    const ends: unknown[] = []
    const gate = createGate()
    const serve = Echo.master.with(
      {
        ask: async (turn) => {
          await gate.opened
          return turn.send.reply(turn.message)
        },
      },
      { onSessionEnd: (end) => ends.push(end) },
    )
    const { near } = await createPair([serve])
    const start = await Echo.peer.open(near)
    const waiting = start.send.ask(item(1))
    await settle()
    start.session.cancel('changed my mind')
    expect(await waiting).toMatchObject({ at: 'end', outcome: 'cancelled', by: 'peer', reason: 'changed my mind' })
    await settle()
    expect(ends).toMatchObject([{ result: { outcome: 'cancelled', by: 'peer', reason: 'changed my mind' } }])
    gate.open()
    await settle()
    expect(ends).toHaveLength(1)
  })

  it('aborts the signal of the session, so that a handler can stop', async () => {
    const stopped = createGate()
    const serve = Ticker.peer.with({
      tick: (turn) => {
        turn.signal.addEventListener('abort', () => stopped.open())
        return new Promise<never>(() => undefined)
      },
    })
    const { near } = await createPair([serve])
    const start = await Ticker.master.open(near)
    const waiting = start.send.tick(item(1))
    await settle()
    start.session.cancel()
    await stopped.opened
    expect(await waiting).toMatchObject({ outcome: 'cancelled', by: 'master' })
  })

  it('leaves the link and its other sessions alone, also when both sides cancel at once', async () => {
    let far: { cancel(): void } | undefined
    const serve = Pump.master.with({
      item: (turn) => {
        far = turn.session
      },
    })
    const { near } = await createPair([serve, Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })])
    const start = await Pump.peer.open(near)
    const sent = await start.send.item(item(1))
    await settle()
    far?.cancel()
    start.session.cancel()
    await settle()
    if (sent.at === 'end') throw new Error('too early')
    expect(await sent.send.done()).toMatchObject({ outcome: 'cancelled' })
    await expect(Echo.peer.handle(near, { start: (turn) => turn.send.ask(item(1)) })).resolves.toMatchObject({
      outcome: 'reply',
    })
  })

  it('cuts a long reason at a character', async () => {
    const ends: { result?: unknown }[] = []
    const { near } = await createPair([
      Pump.master.with({ item: () => undefined }, { onSessionEnd: (end) => ends.push(end) }),
    ])
    const start = await Pump.peer.open(near)
    start.session.cancel('é'.repeat(100))
    await settle()
    expect(ends).toMatchObject([{ result: { reason: 'é'.repeat(60) } }])
  })
})

describe('the end of a link', () => {
  it('lets running sessions finish on a graceful close, and takes no new ones', async () => {
    const gate = createGate()
    const serve = Echo.master.with({
      ask: async (turn) => {
        await gate.opened
        return turn.send.reply(turn.message)
      },
    })
    const { near, far } = await createPair([serve])
    const running = Echo.peer.handle(near, { start: (turn) => turn.send.ask(item(1)) })
    await settle()
    const closing = far.close()
    await settle()
    await expect(Echo.peer.open(near)).rejects.toMatchObject({ code: 'unavailable' })
    gate.open()
    await expect(running).resolves.toMatchObject({ outcome: 'reply' })
    await closing
    expect(await near.closed).toEqual({})
  })

  it('cuts off what still runs at the deadline with unavailable', async () => {
    const { near } = await createPair([Echo.master.with({ ask: () => new Promise<never>(() => undefined) })])
    const running = Echo.peer.handle(near, { start: (turn) => turn.send.ask(item(1)) })
    const refused = expect(running).rejects.toMatchObject({ code: 'unavailable' })
    await settle()
    await near.close({ deadlineMs: 0 })
    await refused
  })

  it('closes twice as well as once, and rejects sessions afterwards', async () => {
    const { near } = await createPair([])
    await Promise.all([near.close(), near.close()])
    await near.close()
    expect(near.signal.aborted).toBe(true)
    await expect(Echo.peer.open(near)).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('lets a session come to its end that has everything it needs from the other side', async () => {
    const gate = createGate()
    const ends: unknown[] = []
    const serve = Echo.peer.with(
      { start: (turn) => turn.send.ask(item(1)), reply: () => gate.opened },
      { onSessionEnd: (end) => ends.push(end.result) },
    )
    const { near, far } = await createPair([serve])
    await Echo.master.handle(near, { ask: (turn) => turn.send.reply(turn.message) })
    await near.close()
    await far.closed
    expect(ends).toEqual([])
    gate.open()
    await settle()
    expect(ends).toMatchObject([{ outcome: 'reply' }])
  })
})

describe('pacing', () => {
  it('keeps a sender that only sends at the pace of its reader, in bounded memory', async () => {
    let taken = 0
    const gate = createGate()
    const serve = Pump.master.with({
      item: async () => {
        taken++
        if (taken === 1) await gate.opened
      },
    })
    const { near } = await createPair([serve], { windowMessages: 16 })
    let sent = 0
    const next = (): boolean => ++sent <= 1000
    const done = Pump.peer.handle(near, {
      start: (turn) => turn.send.item(item(sent)),
      'sent.item': (turn) => (next() ? turn.send.item(item(sent)) : turn.send.done()),
    })
    await settle()
    // Sixteen are out; the seventeenth is made and waits for credit.
    expect(sent).toBe(16)
    gate.open()
    await expect(done).resolves.toMatchObject({ outcome: 'done' })
    expect(taken).toBe(1001)
  })

  it('counts the bytes of messages that are larger than the buffers they are written to', async () => {
    const gate = createGate()
    const serve = Pump.master.with({ item: () => gate.opened })
    const { near } = await createPair([serve], { windowBytes: 256 * 1024 })
    let sent = 0
    const big: Item = { n: 1, text: 'x'.repeat(60_000) }
    const done = Pump.peer.handle(near, {
      start: (turn) => turn.send.item(big),
      'sent.item': (turn) => (++sent < 50 ? turn.send.item(big) : turn.send.done()),
    })
    await settle()
    expect(sent).toBe(5)
    gate.open()
    await expect(done).resolves.toMatchObject({ outcome: 'done' })
  })

  it('counts bytes as well as messages', async () => {
    const gate = createGate()
    const serve = Pump.master.with({ item: () => gate.opened })
    const { near } = await createPair([serve], { windowBytes: 1024 })
    let sent = 0
    const big: Item = { n: 1, text: 'x'.repeat(500) }
    const done = Pump.peer.handle(near, {
      start: (turn) => turn.send.item(big),
      'sent.item': (turn) => (++sent < 50 ? turn.send.item(big) : turn.send.done()),
    })
    await settle()
    expect(sent).toBe(3)
    gate.open()
    await expect(done).resolves.toMatchObject({ outcome: 'done' })
  })
})
