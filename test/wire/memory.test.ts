import { once } from 'node:events'
import { Duplex, PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'

import { attach, type Link } from 'coxswain'

import { createMemoryPair } from '../../src/wire/memory.ts'
import type { TransportSink } from '../../src/wire/transport.ts'
import { Echo } from '../protocols/session.gen.ts'

function recordingSink(): TransportSink & { readonly events: string[]; readonly done: Promise<void> } {
  const events: string[] = []
  let finish!: () => void
  const done = new Promise<void>((resolve) => {
    finish = resolve
  })
  return {
    events,
    done,
    data: (chunk) => events.push(Buffer.from(chunk).toString()),
    // How often is the transport's own business.
    drained: () => undefined,
    ended: () => events.push('ended'),
    transportClosed: (error) => {
      events.push(error === undefined ? 'closed' : 'failed')
      finish()
    },
  }
}

describe('a pair in memory', () => {
  it('delivers in order, then the end, also what was written before the other end started', async () => {
    const [first, second] = createMemoryPair()
    const near = recordingSink()
    const far = recordingSink()
    first.start(near)
    first.write(Buffer.from('a'))
    first.write(Buffer.from('b'))
    expect(first.pendingBytes).toBe(2)
    second.start(far)
    first.end()
    second.end()
    await Promise.all([near.done, far.done])
    expect(far.events).toEqual(['a', 'b', 'ended', 'closed'])
    expect(near.events).toEqual(['ended', 'closed'])
    expect(first.pendingBytes).toBe(0)
  })

  it('tells the other end when one is destroyed', async () => {
    const [first, second] = createMemoryPair()
    const near = recordingSink()
    const far = recordingSink()
    first.start(near)
    second.start(far)
    first.destroy()
    await Promise.all([near.done, far.done])
    expect(near.events).toEqual(['closed'])
    expect(far.events).toEqual(['failed'])
    expect(first.write(Buffer.from('x'))).toBe(false)
  })
})

/** Two duplexes joined crosswise. */
function joinedDuplexes(): readonly [Duplex, Duplex] {
  const there = new PassThrough()
  const back = new PassThrough()
  return [Duplex.from({ writable: there, readable: back }), Duplex.from({ writable: back, readable: there })]
}

describe('a link over any duplex', () => {
  it('opens, talks and closes', async () => {
    const [one, other] = joinedDuplexes()
    const serve = [Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })]
    const [near, far] = await Promise.all([
      attach(one, { initiator: true, security: 'none' }),
      attach(other, { initiator: false, security: 'none', serve }),
    ])
    const result = await Echo.peer.handle(near, { start: (turn) => turn.send.ask({ n: 1, text: 'x' }) })
    expect(result.outcome).toBe('reply')
    await near.close()
    expect(await far.closed).toEqual({})
    expect(one.destroyed || one.writableEnded).toBe(true)
  })

  it('refuses a stream of strings with misuse', async () => {
    const stream = new PassThrough({ encoding: 'utf8' })
    const opening = attach(stream, { initiator: false, security: 'none' })
    stream.write('hello')
    await expect(opening).rejects.toMatchObject({
      code: 'misuse',
      rawMessage: expect.stringContaining('must carry bytes'),
    })
  })

  it('notices a stream that was closed before', async () => {
    const stream = new PassThrough()
    stream.destroy()
    await once(stream, 'close')
    await expect(attach(stream, { initiator: true, security: 'none' })).rejects.toMatchObject({
      code: 'handshake_failed',
    })
  })

  it.each(['none', { key: new Uint8Array(32).fill(1) }] as const)(
    'finds why a stream has failed before the link begins, with security %o',
    async (security) => {
      const stream = new PassThrough()
      const opening = attach(stream, { initiator: true, security })
      const cause = new Error('pulled out')
      stream.destroy(cause)
      await expect(opening).rejects.toMatchObject({ code: 'handshake_failed', cause })
      expect(stream.listenerCount('error')).toBe(1)
    },
  )

  it.each(['none', { key: new Uint8Array(32).fill(1) }] as const)(
    'takes a stream over from somebody who has read the beginning of it, with security %o',
    async (security) => {
      const [one, other] = joinedDuplexes()
      const links = new Promise<[Promise<Link>, Promise<Link>]>((resolve) => {
        other.once('data', () => {
          resolve([attach(one, { initiator: true, security }), attach(other, { initiator: false, security })])
        })
      })
      one.write('a line of another protocol')
      const [near, far] = await Promise.all(await links)
      await near.close()
      expect(await far.closed).toEqual({})
    },
  )

  it('takes over a stream that was paused', async () => {
    const [one, other] = joinedDuplexes()
    other.pause()
    const near = attach(one, { initiator: true, security: 'none' })
    const far = await attach(other, { initiator: false, security: 'none' })
    await (await near).close()
    expect(await far.closed).toEqual({})
  })

  it.each(['none', { key: new Uint8Array(32).fill(1) }] as const)(
    'notices that the other side had ended before the link began, with security %o',
    async (security) => {
      const stream = new Duplex({ read: () => undefined, write: (_, __, done) => done() })
      stream.resume()
      stream.push(null)
      await once(stream, 'end')
      await expect(attach(stream, { initiator: true, security })).rejects.toMatchObject({ code: 'handshake_failed' })
    },
  )

  it('keeps to the options as they were given', async () => {
    const [one, other] = joinedDuplexes()
    const options = { initiator: true, security: 'none' as const }
    const near = attach(one, options)
    options.initiator = false
    const far = attach(other, options)
    await (await near).close()
    expect(await (await far).closed).toEqual({})
  })

  it('lets a signal give up the opening', async () => {
    const reason = new Error('stop')
    const controller = new AbortController()
    const opening = attach(new PassThrough(), { initiator: false, security: 'none', signal: controller.signal })
    controller.abort(reason)
    await expect(opening).rejects.toBe(reason)
    await expect(
      attach(new PassThrough(), { initiator: false, security: 'none', signal: controller.signal }),
    ).rejects.toBe(reason)
  })
})
