import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it, onTestFinished } from 'vitest'

import { Echo, Job, Mirror, Pump, Ticker, type Item } from '../protocols/session.gen.ts'
import { collect } from './collect.ts'
import { createGate, createPair, settle } from './pairs.ts'

const item = (n: number): Item => ({ n, text: `item ${n}` })
const echo = Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })

describe('the direct form', () => {
  it('resolves each move to the next state, and the last to the outcome', async () => {
    const { near } = await createPair([echo])
    const start = await Echo.peer.open(near)
    expect(start.at).toBe('start')
    const reply = await start.send.ask(item(3))
    if (reply.at !== 'reply') throw new Error(`unexpected end: ${reply.outcome}`)
    expect(reply.message).toEqual(item(3))
    expect(reply.outcome).toBe('reply')
    expect(reply).not.toHaveProperty('send')
    expect(reply).not.toHaveProperty('next')
  })

  it('offers exactly the moves that are due, and nothing else', async () => {
    const { near } = await createPair([Pump.master.with({ item: () => undefined })])
    const start = await Pump.peer.open(near)
    expect(Object.keys(start.send).sort()).toEqual(['done', 'item'])
    const inherited = Object.getPrototypeOf(start.send) as object
    expect(Reflect.ownKeys(inherited)).toEqual([])
    expect(Object.getPrototypeOf(inherited)).toBeNull()
    await start.send.done()
  })

  it('resolves the last move only when the keepalive behind it is in', async () => {
    const gate = createGate()
    const { near } = await createPair([Pump.master.with({ item: () => undefined, done: () => gate.opened })])
    const start = await Pump.peer.open(near)
    let handled = false
    const done = start.send.done().then((end) => {
      handled = true
      return end
    })
    await settle()
    expect(handled).toBe(false)
    gate.open()
    expect(await done).toMatchObject({ at: 'end', outcome: 'done' })
  })

  it('goes on with next() where it is not this side that moves', async () => {
    const { near } = await createPair([
      Mirror.master.with({
        ask: (turn) => turn.send.reply(turn.message),
        'sent.reply': (turn) => turn.send.ask(item(2)),
      }),
    ])
    const start = await Mirror.peer.open(near)
    const reply = await start.send.ask(item(1))
    if (reply.at !== 'reply') throw new Error('cancelled')
    const ask = await reply.next()
    if (ask.at !== 'ask') throw new Error('cancelled')
    expect(ask.message).toEqual(item(2))
    expect(await ask.send.reply(item(2))).toMatchObject({ at: 'end', outcome: 'reply' })
  })

  it('is misuse to use a state twice, and says which moves', async () => {
    const { near } = await createPair([Pump.master.with({ item: () => undefined })])
    const start = await Pump.peer.open(near)
    await start.send.item(item(1))
    await expect(start.send.done()).rejects.toMatchObject({
      code: 'misuse',
      rawMessage: 'the state "start" is used up: "item" was its move, "done" comes too late',
    })
  })

  it('names both call sites under debug', async () => {
    const { near } = await createPair([Pump.master.with({ item: () => undefined })])
    const start = await Pump.peer.open(near, { debug: true })
    await start.send.item(item(1))
    const sites = expect.stringMatching(/first use:[^]*direct\.test\.ts[^]*second use:[^]*direct\.test\.ts/) as unknown
    await expect(start.send.done()).rejects.toMatchObject({ rawMessage: sites })
  })

  it('cancels a session that is left before its end by await using', async () => {
    const ends: unknown[] = []
    const { near } = await createPair([
      Pump.master.with({ item: () => undefined }, { onSessionEnd: (end) => ends.push(end.result) }),
    ])
    {
      await using start = await Pump.peer.open(near)
      await start.send.item(item(1))
    }
    await settle()
    expect(ends).toEqual([{ outcome: 'cancelled', by: 'peer', reason: undefined }])
  })

  it('leaves a session that has ended alone when its state is disposed of', async () => {
    const ends: unknown[] = []
    const { near } = await createPair([
      Echo.master.with(
        { ask: (turn) => turn.send.reply(turn.message) },
        { onSessionEnd: (end) => ends.push(end.result) },
      ),
    ])
    {
      await using start = await Echo.peer.open(near)
      await start.send.ask(item(1))
    }
    await settle()
    expect(ends).toMatchObject([{ outcome: 'reply' }])
  })

  it('runs hooks with their metadata', async () => {
    const seen: string[] = []
    const serve = Job.master.with(
      { job: (turn) => turn.send.receipt() },
      { hooks: { store: () => undefined, audit: () => undefined } },
    )
    const { near } = await createPair([serve])
    const hooks = {
      stored: ({ metadata, name }: { metadata: string[]; name: string }) => void metadata.push(name),
      audit: ({ metadata, name }: { metadata: string[]; name: string }) => void metadata.push(name),
    }
    const start = await Job.peer.open(near, { metadata: seen, hooks })
    const receipt = await start.send.job(item(1))
    expect(receipt).toMatchObject({ at: 'receipt', outcome: 'receipt' })
    expect(seen).toEqual(['stored', 'audit'])
  })

  it('rejects with the reason of a signal that aborts, and cancels on the other side', async () => {
    const ends: unknown[] = []
    const gate = createGate()
    const serve = Ticker.peer.with(
      {
        tick: async (turn) => {
          await gate.opened
          return turn.send.reply(turn.message)
        },
      },
      { onSessionEnd: (end) => ends.push(end.result) },
    )
    const { near } = await createPair([serve])
    const controller = new AbortController()
    const start = await Ticker.master.open(near, { signal: controller.signal })
    const waiting = start.send.tick(item(1))
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    await settle()
    expect(ends).toEqual([{ outcome: 'cancelled', by: 'master', reason: undefined }])
    await expect(Ticker.master.open(near, { signal: controller.signal })).rejects.toBe(reason)
  })
})

describe('a session that the program loses', () => {
  it('is ended on both sides once its state is collected, and published as misuse', async () => {
    const stray: unknown[] = []
    const onStray = (event: unknown): void => void stray.push(event)
    subscribe('coxswain:stray-error', onStray)
    onTestFinished(() => void unsubscribe('coxswain:stray-error', onStray))
    const ends: unknown[] = []
    const serve = Pump.master.with({ item: () => undefined }, { onSessionEnd: (end) => ends.push(end.error) })
    const { near } = await createPair([serve])
    const lose = async (): Promise<void> => {
      const start = await Pump.peer.open(near)
      await start.send.item(item(1))
    }
    await lose()
    for (let round = 0; round < 50 && ends.length === 0; round++) {
      collect()
      await settle()
    }
    expect(ends).toMatchObject([{ code: 'aborted' }])
    expect(stray).toMatchObject([
      { error: { code: 'misuse', rawMessage: expect.stringContaining('dropped without a move') } },
    ])
  })

  it('is not lost while a move is under way that nobody looks at', async () => {
    const gate = createGate()
    const ends: unknown[] = []
    const serve = Echo.master.with(
      { ask: (turn) => gate.opened.then(() => turn.send.reply(turn.message)) },
      { onSessionEnd: (end) => ends.push(end.result) },
    )
    const { near } = await createPair([serve])
    const ask = async (): Promise<void> => {
      const start = await Echo.peer.open(near)
      void start.send.ask(item(1))
    }
    await ask()
    for (let round = 0; round < 5; round++) {
      collect()
      await settle()
    }
    gate.open()
    await settle()
    expect(ends).toMatchObject([{ outcome: 'reply' }])
  })

  it('is held by nothing of the library when it came to its end while a move was under way', async () => {
    const { near } = await createPair([echo, Pump.master.with({ item: () => undefined })])
    const finish = async (): Promise<WeakRef<object>> => {
      const start = await Pump.peer.open(near)
      await start.send.done()
      return new WeakRef(start.session)
    }
    const cancel = async (): Promise<WeakRef<object>> => {
      const start = await Echo.peer.open(near)
      const asking = start.send.ask(item(1))
      start.session.cancel()
      await asking
      return new WeakRef(start.session)
    }
    const sessions: WeakRef<object>[] = []
    for (let count = 0; count < 5; count++) sessions.push(await finish(), await cancel())
    const held = (): number => sessions.filter((session) => session.deref() !== undefined).length
    for (let round = 0; round < 50 && held() > 0; round++) {
      // In a later turn than `deref`, which keeps what it gives out to the end of its own.
      await settle()
      collect()
    }
    expect(held()).toBe(0)
  })
})
