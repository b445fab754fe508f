import { describe, expect, it } from 'vitest'
import { Echo, Pump, type Item } from '../protocols/session.gen.ts'
import { ask, echo, ITEM, openScene, watch } from './scenes.ts'

const LARGE: Item = { n: 1, text: 'x'.repeat(30_000) }

describe('a peer that does not read', () => {
  it('is cut with slow_peer after writeStallMs, and another link of the same program does not notice', async () => {
    const limits = { writeStallMs: 1000, outboundMaxBytes: 64 * 1024 * 1024 }
    const scene = await openScene({ limits, network: { bufferBytes: 1024 } })
    const { simulation } = scene
    const other = await simulation.openLinks({ serveSecond: [echo], limits })
    scene.connection.pauseReader('second')
    const beganMs = simulation.clock.now()
    const asked = watch(Echo.peer.handle(scene.first, { start: (turn) => turn.send.ask(LARGE) }))
    const alsoAsked = watch(Echo.peer.handle(scene.first, { start: (turn) => turn.send.ask(LARGE) }))
    for (let count = 0; count < 8; count++) {
      expect(await simulation.until(ask(other.first), 100)).toMatchObject({ outcome: 'reply' })
      await simulation.advance(100)
    }
    const end = await simulation.until(scene.first.closed)
    expect(end).toMatchObject({ error: { code: 'slow_peer' } })
    expect([asked(), alsoAsked()]).toEqual(['slow_peer', 'slow_peer'])
    // Noticed at the tick after, a quarter of the limit; then the transport has a second to close.
    expect(simulation.clock.now() - beganMs).toBeLessThanOrEqual(1000 + 2 * 250 + 1000)
    expect(await simulation.until(ask(other.first))).toMatchObject({ outcome: 'reply' })
  })

  it('holds no more than outboundMaxBytes here, however many sessions send to it', async () => {
    const limits = { outboundMaxBytes: 128 * 1024, writeStallMs: 60_000, pingAnswerMs: 60_000 }
    const scene = await openScene({ limits, network: { bufferBytes: 1024 } })
    scene.connection.pauseReader('second')
    const asked = Array.from({ length: 50 }, () =>
      watch(Echo.peer.handle(scene.first, { start: (turn) => turn.send.ask(LARGE) })),
    )
    let mostBytes = 0
    for (let count = 0; count < 100; count++) {
      await scene.simulation.advance(10)
      mostBytes = Math.max(mostBytes, scene.connection.first.pendingBytes)
    }
    // The bound is looked at before a message is written, so that one may go over it.
    expect(mostBytes).toBeLessThanOrEqual(128 * 1024 + 31_000)
    expect(new Set(asked.map((state) => state()))).toEqual(
      scene.first.signal.aborted ? new Set(['slow_peer']) : new Set(['pending']),
    )
  })

  it('is forgiven once it reads again in time', async () => {
    const scene = await openScene({ limits: { writeStallMs: 1000 }, network: { bufferBytes: 1024 } })
    scene.connection.pauseReader('second')
    const asked = Echo.peer.handle(scene.first, { start: (turn) => turn.send.ask(LARGE) })
    await scene.simulation.advance(700)
    scene.connection.resumeReader('second')
    expect(await scene.simulation.until(asked)).toMatchObject({ outcome: 'reply', message: LARGE })
    await scene.simulation.advance(5000)
    expect(scene.first.signal.aborted).toBe(false)
  })
})

describe('a loop in which one side sends and sends', () => {
  it('runs at the pace of its reader, never further ahead than the window', async () => {
    let sent = 0
    let taken = 0
    let furthest = 0
    const slow = Pump.master.with({
      item: () =>
        new Promise<void>((resolve) => {
          scene.processes.second.after(10, () => {
            taken++
            resolve()
          })
        }),
    })
    const scene = await openScene({ serve: [slow], limits: { windowMessages: 4 } })
    const next = <Move>(turn: { readonly send: { item(item: Item): Move } }): Move => {
      sent++
      furthest = Math.max(furthest, sent - taken)
      return turn.send.item(ITEM)
    }
    const pumped = Pump.peer.handle(scene.first, { start: next, 'sent.item': next })
    await scene.simulation.advance(10_000)
    expect(taken).toBeGreaterThan(400)
    // Four in the window, one that the reader holds, and one that is decided on and waits for credit.
    expect(furthest).toBeLessThanOrEqual(4 + 2)
    const ended = watch(pumped)
    await scene.simulation.until(scene.first.close({ deadlineMs: 0 }))
    expect(ended()).toBe('unavailable')
  })

  it('does not keep the other sessions of the link waiting', async () => {
    const held = Pump.master.with({ item: () => new Promise<void>(() => undefined) })
    const { simulation, first } = await openScene({ serve: [held, echo], limits: { windowMessages: 4 } })
    const next = <Move>(turn: { readonly send: { item(item: Item): Move } }): Move => turn.send.item(ITEM)
    const pumped = watch(Pump.peer.handle(first, { start: next, 'sent.item': next }))
    await simulation.advance(100)
    for (let count = 0; count < 50; count++) await simulation.until(ask(first), 100)
    expect(pumped()).toBe('pending')
    await simulation.until(first.close({ deadlineMs: 0 }))
  })
})
