import { describe, expect, it } from 'vitest'

import { Menu } from '../protocols/session.gen.ts'
import type { Disposable, Link, ServeEntry } from '../../src/kernel/index.ts'
import { protocol, type ProtocolInfo } from '../../src/kernel/index.ts'
import { createGate, createPair, settle } from './pairs.ts'

const serve = Menu.master.with({
  ready: (turn) => turn.send.leave(),
  'sent.talk': (turn) => turn.send.joke({ n: 0, text: '' }),
  'sent.leave': (turn) => turn.send.goodbye(),
})

interface Side {
  open(link: Link): Promise<Disposable>
  with(handlers: object, options?: object): ServeEntry
}

/** `steer('farewell', send('bye'), master('hold'), txKeepalive())` */
const Farewell = protocol<ProtocolInfo & { readonly master: Side; readonly peer: Side }>({
  name: 'farewell',
  fingerprint: '00'.repeat(32),
  memoryBound: 0,
  points: [
    { from: 'master', moves: { bye: { next: 1, at: 'bye', outcome: 'bye' } } },
    { side: 'master', local: 'hold', next: 2 },
    { from: 'master', signal: 'keepalive', next: 3 },
    { end: true },
  ],
})

describe('a session that is left by await using', () => {
  it('is over even where everything that was still to be read has arrived', async () => {
    const { near } = await createPair([serve])
    const state = await Menu.peer.open(near)
    expect(state.at).toBe('leave')
    await settle()
    await state[Symbol.asyncDispose]()
    expect(state.signal.aborted).toBe(true)
  })

  it('is left alone at a final arrival', async () => {
    const { near } = await createPair([serve])
    const state = await Menu.peer.open(near)
    if (state.at !== 'leave') throw new Error(state.at)
    const last = await state.next()
    await last[Symbol.asyncDispose]()
    expect(last.signal.aborted).toBe(false)
  })

  it('is left alone at a final arrival whose automatic steps are still to come', async () => {
    const ends: unknown[] = []
    const held = createGate()
    const farewell = Farewell.master.with(
      { start: (turn: { send: { bye(): unknown } }) => turn.send.bye() },
      { hooks: { hold: () => held.opened }, onSessionEnd: (end: { result: unknown }) => ends.push(end.result) },
    )
    const { near } = await createPair([farewell])
    const last = await Farewell.peer.open(near)
    await last[Symbol.asyncDispose]()
    await settle()
    held.open()
    await settle()
    expect(ends).toMatchObject([{ outcome: 'bye' }])
  })
})
