import { describe, expect, it, vi } from 'vitest'

import type { SessionEnd } from 'coxswain'

import {
  Echo,
  Job,
  Menu,
  Mirror,
  Pump,
  type EchoMasterResult,
  type JobMasterResult,
  type Item,
} from '../protocols/session.gen.ts'
import { createGate, createPair, settle } from './pairs.ts'

const item = (n: number): Item => ({ n, text: `item ${n}` })

describe('the handler form', () => {
  it('answers a session that the other side opens, and reports its end on both sides', async () => {
    const ends: SessionEnd<EchoMasterResult>[] = []
    const serve = Echo.master.with(
      { ask: (turn) => turn.send.reply({ n: turn.message.n + 1, text: turn.message.text }) },
      { onSessionEnd: (end) => ends.push(end) },
    )
    const { near } = await createPair([serve])
    const result = await Echo.peer.handle(near, { start: (turn) => turn.send.ask(item(1)) })
    expect(result).toMatchObject({ outcome: 'reply', message: { n: 2, text: 'item 1' } })
    expect(ends).toHaveLength(1)
    expect(ends[0]?.result).toMatchObject({ outcome: 'reply', message: item(1) })
    expect(ends[0]?.session.protocol).toBe('echo')
  })

  it('makes a set of handlers for each session where a function is given', async () => {
    const counts: number[] = []
    const serve = Pump.master.with(() => {
      let count = 0
      return {
        item: () => {
          count++
        },
        done: () => {
          counts.push(count)
        },
      }
    })
    const { near } = await createPair([serve])
    for (const total of [3, 5]) {
      let sent = 0
      const next = (): boolean => ++sent <= total
      await Pump.peer.handle(near, {
        start: (turn) => (next() ? turn.send.item(item(sent)) : turn.send.done()),
        'sent.item': (turn) => (next() ? turn.send.item(item(sent)) : turn.send.done()),
      })
    }
    expect(counts).toEqual([3, 5])
  })

  it('hands the metadata to handlers and hooks as it is', async () => {
    const metadata = { seen: new Map<number, string>(), audits: 0 }
    const serve = Job.master.with(
      {
        job: (turn) => {
          turn.metadata.seen.set(turn.message.n, turn.message.text)
          return turn.send.receipt()
        },
      },
      {
        metadata,
        hooks: {
          store: (context) => void context.metadata.seen.set(-1, context.name),
          audit: ({ metadata: given }) => {
            given.audits++
          },
        },
      },
    )
    const { near } = await createPair([serve])
    const local: string[] = []
    const hooks = { stored: () => void local.push('stored'), audit: () => void local.push('audit') }
    const result = await Job.peer.handle(near, { start: (turn) => turn.send.job(item(7)) }, { hooks })
    expect(result.outcome).toBe('receipt')
    await settle()
    expect([...metadata.seen]).toEqual([
      [7, 'item 7'],
      [-1, 'store'],
    ])
    expect(metadata.audits).toBe(1)
    expect(local).toEqual(['stored', 'audit'])
  })

  it('sends no keepalive before the handler and the hook in front of it have settled', async () => {
    const handler = createGate()
    const hook = createGate()
    const serve = Job.master.with(
      { job: (turn) => handler.opened.then(() => turn.send.receipt()) },
      { hooks: { store: () => hook.opened, audit: () => undefined } },
    )
    const { near } = await createPair([serve])
    const stored = vi.fn()
    const done = Job.peer.handle(
      near,
      { start: (turn) => turn.send.job(item(1)) },
      { hooks: { stored, audit: () => undefined } },
    )
    await settle()
    expect(stored).not.toHaveBeenCalled()
    handler.open()
    await settle()
    expect(stored).not.toHaveBeenCalled()
    hook.open()
    await done
    expect(stored).toHaveBeenCalledOnce()
  })

  it('calls one handler for all arrivals at a point, and tells them apart by via', async () => {
    const vias: string[] = []
    const serve = Menu.peer.with({
      order: (turn) => (turn.message.n > 1 ? turn.send.sold_out() : turn.send.served(turn.message)),
      joke: (turn) => turn.send.laugh(),
    })
    const { near } = await createPair([serve])
    const result = await Menu.master.handle(near, {
      ready: (turn) => {
        vias.push(turn.via)
        switch (turn.via) {
          case 'start':
            return turn.send.order(item(1))
          case 'served':
            return turn.send.order(item(turn.message.n + 1))
          case 'sold_out':
            return turn.send.talk()
          case 'laugh':
            return turn.send.leave()
          default:
            return turn satisfies never
        }
      },
      'sent.talk': (turn) => turn.send.joke(item(9)),
      'sent.leave': (turn) => turn.send.goodbye(),
    })
    expect(vias).toEqual(['start', 'served', 'sold_out', 'laugh'])
    expect(result.outcome).toBe('goodbye')
  })

  it('lets either side of a flipped inclusion speak first in its half', async () => {
    const serve = Mirror.master.with({
      ask: (turn) => turn.send.reply(turn.message),
      'sent.reply': (turn) => turn.send.ask(item(2)),
    })
    const { near } = await createPair([serve])
    const result = await Mirror.peer.handle(near, {
      start: (turn) => turn.send.ask(item(1)),
      reply: () => undefined,
      ask: (turn) => turn.send.reply(turn.message),
    })
    expect(result).toMatchObject({ outcome: 'reply', message: item(2) })
  })

  it('returns what the last handler returned where no move was due', async () => {
    const { near } = await createPair([Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })])
    const result = await Echo.peer.handle(near, {
      start: (turn) => turn.send.ask(item(4)),
      reply: (turn) => `got ${turn.message.n}`,
    })
    expect(result).toEqual({ outcome: 'reply', message: item(4), result: 'got 4' })
  })

  it('closes the link afterwards when asked to', async () => {
    const { near, far } = await createPair([Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })])
    await Echo.peer.handle(near, { start: (turn) => turn.send.ask(item(1)) }, { closeLink: true })
    expect(await near.closed).toEqual({})
    expect(await far.closed).toEqual({})
  })

  it('runs many sessions at once on one link, opened by both sides', async () => {
    const serve = Echo.master.with({ ask: async (turn) => turn.send.reply(await Promise.resolve(turn.message)) })
    const { near, far } = await createPair([serve])
    near.serve([serve])
    const asked = Array.from({ length: 200 }, (_, n) =>
      Echo.peer.handle(n % 2 === 0 ? near : far, { start: (turn) => turn.send.ask(item(n)) }),
    )
    const results = await Promise.all(asked)
    expect(results.map((result) => (result.outcome === 'reply' ? result.message.n : undefined))).toEqual(
      Array.from({ length: 200 }, (_, n) => n),
    )
  })
})

describe('a handler that breaks the rules', () => {
  const ask = (turn: { send: { ask: (message: Item) => never } }): never => turn.send.ask(item(1))

  it('ends its session when it throws: its own error here, aborted there, and the link lives', async () => {
    const ends: SessionEnd<EchoMasterResult>[] = []
    const thrown = new Error('disk is full')
    let first = true
    const serve = Echo.master.with(
      {
        ask: (turn) => {
          if (!first) return turn.send.reply(turn.message)
          first = false
          throw thrown
        },
      },
      { onSessionEnd: (end) => ends.push(end) },
    )
    const { near } = await createPair([serve])
    const failed = Echo.peer.handle(near, { start: (turn) => turn.send.ask(item(1)) })
    await expect(failed).rejects.toMatchObject({
      code: 'aborted',
      rawMessage: expect.stringContaining('the master failed at "ask"'),
    })
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('disk') })
    expect(ends[0]?.error).toBe(thrown)
    await expect(Echo.peer.handle(near, { start: (turn) => turn.send.ask(item(1)) })).resolves.toMatchObject({
      outcome: 'reply',
    })
  })

  it.each([
    [
      'throws undefined',
      () => {
        // oxlint-disable-next-line typescript/only-throw-error -- programs do it, and nobody may hang for it
        throw undefined
      },
    ],
    ['rejects', () => Promise.reject(new Error('late'))],
    [
      'returns what throws when it is waited for',
      () => ({
        then: () => {
          throw new Error('bad then')
        },
      }),
    ],
  ])('ends its session when it %s', async (_, handler) => {
    const { near } = await createPair([Echo.master.with({ ask: handler })])
    const failed = Echo.peer.handle(near, { start: (turn) => turn.send.ask(item(1)) })
    await expect(failed).rejects.toMatchObject({
      code: 'aborted',
      rawMessage: 'the other side reports: the master failed at "ask"',
    })
    expect(near.signal.aborted).toBe(false)
  })

  it.each([
    ['returns no move where one is due', () => undefined, /returned no move; due is turn.send.reply/],
    ['returns a move of another state', () => ask as never, /returned no move/],
  ])('is misuse when it %s', async (_, handler, text) => {
    const ends: SessionEnd<EchoMasterResult>[] = []
    const { near } = await createPair([
      Echo.master.with({ ask: handler as never }, { onSessionEnd: (end) => ends.push(end) }),
    ])
    await expect(Echo.peer.handle(near, { start: (turn) => turn.send.ask(item(1)) })).rejects.toMatchObject({
      code: 'aborted',
    })
    expect(ends[0]?.error).toMatchObject({ code: 'misuse', rawMessage: expect.stringMatching(text) })
  })

  it('is misuse when it returns a move of another place of the protocol', async () => {
    let stolen: unknown
    const serve = Menu.peer.with({ order: (turn) => turn.send.served(turn.message), joke: (turn) => turn.send.laugh() })
    const { near } = await createPair([serve])
    const failed = Menu.master.handle(near, {
      ready: (turn) => {
        stolen ??= turn.send.order(item(1))
        return turn.send.leave()
      },
      'sent.talk': () => stolen as never,
      'sent.leave': () => stolen as never,
    })
    await expect(failed).rejects.toMatchObject({
      code: 'misuse',
      rawMessage: expect.stringContaining('of another state'),
    })
  })

  it.each([
    ['a missing handler', {}, /"ask".*missing/],
    [
      'a handler for a state that does not exist',
      { ask: () => undefined, nonsense: () => undefined },
      /no state "nonsense"/,
    ],
    ['a handler that is no function', { ask: 5 }, /must be a function/],
    ['no object at all', null, /must be an object/],
  ])('refuses %s before anything is served', async (_, handlers, text) => {
    await expect(createPair([Echo.master.with(handlers as never)])).rejects.toMatchObject({
      code: 'misuse',
      rawMessage: expect.stringMatching(text),
    })
  })

  it('refuses missing and superfluous hooks', async () => {
    const { near } = await createPair([])
    const start = { start: () => undefined } as never
    await expect(Job.peer.handle(near, start, {} as never)).rejects.toMatchObject({
      rawMessage: expect.stringContaining('hook "stored"'),
    })
    const hooks = { stored: () => undefined, audit: () => undefined, other: () => undefined }
    await expect(Job.peer.handle(near, start, { hooks } as never)).rejects.toMatchObject({
      rawMessage: expect.stringContaining('no local step "other"'),
    })
  })

  it('ends the session when a hook throws', async () => {
    const ends: SessionEnd<JobMasterResult>[] = []
    const thrown = new Error('no space')
    const hooks = { store: () => Promise.reject(thrown), audit: () => undefined }
    const serve = Job.master.with(
      { job: (turn) => turn.send.receipt() },
      { hooks, onSessionEnd: (end) => ends.push(end) },
    )
    const { near } = await createPair([serve])
    const peerHooks = { stored: () => undefined, audit: () => undefined }
    await expect(
      Job.peer.handle(near, { start: (turn) => turn.send.job(item(1)) }, { hooks: peerHooks }),
    ).rejects.toMatchObject({
      code: 'aborted',
    })
    expect(ends[0]?.error).toBe(thrown)
  })

  it('refuses a payload that is not of its type, and names the path', async () => {
    const { near } = await createPair([Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })])
    const failed = Echo.peer.handle(near, { start: (turn) => turn.send.ask({ n: 1, text: 5 } as never) })
    await expect(failed).rejects.toMatchObject({ code: 'invalid_payload', rawMessage: expect.stringContaining('text') })
  })

  it('never begins a session that the function for its handlers has cancelled', async () => {
    const ends: unknown[] = []
    const asked = vi.fn()
    const serve = Echo.peer.with(
      (session) => {
        session.cancel('not now')
        return { start: asked as never }
      },
      { onSessionEnd: (end) => ends.push(end.result) },
    )
    const { near } = await createPair([serve])
    const result = await Echo.master.handle(near, { ask: (turn) => turn.send.reply(turn.message) })
    expect(result).toEqual({ outcome: 'cancelled', by: 'peer', reason: 'not now' })
    expect(ends).toEqual([{ outcome: 'cancelled', by: 'peer', reason: 'not now' }])
    expect(asked).not.toHaveBeenCalled()
  })
})
