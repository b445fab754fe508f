import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'

import { connect, listen, SteerError, type Link, type Listener, type ListenOptions } from 'coxswain'

import { Echo, Pump, type Item } from '../protocols/session.gen.ts'
import { HELLO, openFrame, RawPeer, WINDOW } from './raw-peer.ts'

const item: Item = { n: 1, text: 'a' }
const echo = Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })

async function listenForTest(options: Partial<ListenOptions> = {}): Promise<Listener> {
  const server = await listen({ port: 0, security: 'none', serve: [echo], ...options } as ListenOptions)
  onTestFinished(() => server.close({ deadlineMs: 0 }))
  return server
}

async function dial(port: number | undefined): Promise<Link> {
  const link = await connect({ port: port ?? 0, security: 'none' })
  onTestFinished(() => link.close({ deadlineMs: 0 }))
  return link
}

const ask = (link: Link): Promise<{ outcome: string }> =>
  Echo.peer.handle(link, { start: (turn) => turn.send.ask(item) })

describe('listening', () => {
  it('tells the real port, its links, and each link as it opens', async () => {
    const opened: Link[] = []
    const server = await listenForTest({ onLink: (link) => opened.push(link) })
    expect(server.address).toEqual({ host: '127.0.0.1', port: server.port })
    const link = await dial(server.port)
    await ask(link)
    expect([...server.links]).toEqual(opened)
    expect(opened[0]?.remoteAddress).toMatch(/^127\.0\.0\.1:\d+$/)
    await link.close()
    await opened[0]?.closed
    expect(server.links.size).toBe(0)
  })

  it('works over a unix socket, also without allowInsecure', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'coxswain-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const path = join(folder, 'socket')
    const server = await listenForTest({ path, port: undefined })
    expect(server.port).toBeUndefined()
    const link = await connect({ path, security: 'none' })
    expect(await ask(link)).toMatchObject({ outcome: 'reply' })
    await link.close()
  })

  it('rejects with unavailable and the cause when the address is taken', async () => {
    const server = await listenForTest()
    await expect(listen({ port: server.port ?? 0, security: 'none' })).rejects.toMatchObject({
      code: 'unavailable',
      cause: { code: 'EADDRINUSE' },
    })
  })

  it.each([
    ['a port out of range', { port: 70_000 }],
    ['a port that is no number', { port: '80' }],
    ['no address', {}],
    ['a path and a port', { path: '/tmp/x', port: 1 }],
    ['an unknown limit', { port: 0, limits: { sessions: 1 } }],
    ['what P.with did not make', { port: 0, serve: [{ protocol: 'echo', role: 'master' }] }],
    ['one protocol and role twice', { port: 0, serve: [echo, echo] }],
  ])('refuses %s with misuse', async (_, options) => {
    await expect(listen({ security: 'none', ...options } as never)).rejects.toMatchObject({ code: 'misuse' })
  })

  it('serves more protocols on a link that is open, for that link alone', async () => {
    const server = await listenForTest({ onLink: (link) => link.serve([Pump.master.with({ item: () => undefined })]) })
    const link = await dial(server.port)
    await expect(
      Pump.peer.handle(link, { start: (turn) => turn.send.done(), 'sent.item': (turn) => turn.send.done() }),
    ).resolves.toMatchObject({ outcome: 'done' })
    expect(() => [...server.links][0]?.serve([echo])).toThrow(/served twice/)
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('a secret')
      },
    ],
    ['rejects', () => Promise.reject(new Error('a secret'))],
  ])('closes a link whose onLink %s, and does not say why', async (_, onLink) => {
    // oxlint-disable-next-line typescript/no-misused-promises -- programs do it, and must not crash for it
    const server = await listenForTest({ onLink })
    const link = await dial(server.port)
    const { error } = await link.closed
    expect(error).toMatchObject({ code: 'aborted', message: expect.not.stringContaining('secret') })
  })

  it('closes every link gracefully, and takes no new connection', async () => {
    const server = await listenForTest()
    const links = await Promise.all([dial(server.port), dial(server.port)])
    await Promise.all([server.close(), server.close()])
    for (const link of links) expect(await link.closed).toEqual({})
    await expect(connect({ port: server.port ?? 0, security: 'none' })).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('caps the links of all addresses and of one', async () => {
    for (const limits of [{ linksMax: 1 }, { linksPerAddressMax: 1 }]) {
      const server = await listenForTest({ limits })
      const first = await dial(server.port)
      const second = await dial(server.port)
      expect((await second.closed).error).toMatchObject({ code: 'resource_exhausted' })
      expect(await ask(first)).toMatchObject({ outcome: 'reply' })
      await first.close()
      await [...server.links][0]?.closed
      expect(await ask(await dial(server.port))).toMatchObject({ outcome: 'reply' })
    }
  })

  it('caps silent connections of one address, and serves an honest link meanwhile', async () => {
    const server = await listenForTest({ limits: { openingPerAddressMax: 2 } })
    const silent = [await RawPeer.dial(server.port ?? 0), await RawPeer.dial(server.port ?? 0)]
    const link = await dial(server.port)
    expect((await silent[0]?.rest())?.length).toBe(0)
    expect(await ask(link)).toMatchObject({ outcome: 'reply' })
  })
})

describe('dialling', () => {
  /** A port where nobody listens now: one that was just given back. */
  async function findFreePort(): Promise<number> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    await new Promise((resolve) => server.close(resolve))
    return port
  }

  it('rejects with unavailable and the cause when nobody listens', async () => {
    const port = await findFreePort()
    await expect(connect({ port, security: 'none' })).rejects.toMatchObject({
      code: 'unavailable',
      cause: { code: 'ECONNREFUSED' },
    })
  })

  it('tries again by option until somebody listens, telling every failure', async () => {
    const port = await findFreePort()
    const failures: number[] = []
    let server: Listener | undefined
    const link = await connect({
      port,
      security: 'none',
      retry: {
        minMs: 1,
        maxMs: 5,
        onFailedAttempt: ({ attempt, error }) => {
          expect(SteerError.is(error)).toBe(true)
          failures.push(attempt)
          if (attempt === 2) void listenForTest({ port }).then((listening) => (server = listening))
        },
      },
    })
    onTestFinished(() => link.close({ deadlineMs: 0 }))
    expect(server?.port).toBe(port)
    expect(failures.slice(0, 2)).toEqual([1, 2])
    expect(await ask(link)).toMatchObject({ outcome: 'reply' })
  })

  it('gives up after the attempts it was given', async () => {
    const port = await findFreePort()
    let failures = 0
    const retry = { retries: 2, minMs: 1, maxMs: 1, onFailedAttempt: () => failures++ }
    await expect(connect({ port, security: 'none', retry })).rejects.toMatchObject({ code: 'unavailable' })
    expect(failures).toBe(3)
  })

  it('does not try again when somebody else answers', async () => {
    const server = createServer((socket) => socket.end('220 smtp ready\r\n'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    let failures = 0
    const retry = { minMs: 1, maxMs: 1, onFailedAttempt: () => failures++ }
    const { port } = server.address() as { port: number }
    await expect(connect({ port, security: 'none', retry })).rejects.toMatchObject({ code: 'handshake_failed' })
    expect(failures).toBe(1)
  })

  it('stops trying when its signal aborts', async () => {
    const port = await findFreePort()
    const controller = new AbortController()
    const reason = new Error('enough')
    const retry = {
      retries: Infinity,
      minMs: 1,
      maxMs: 1,
      onFailedAttempt: ({ attempt }: { attempt: number }) => attempt === 3 && controller.abort(reason),
    }
    await expect(connect({ port, security: 'none', retry: retry, signal: controller.signal })).rejects.toBe(reason)
  })

  it.each([{ retries: -1 }, { retries: 1.5 }, { minMs: 0 }, { maxMs: 2 ** 31 }, { minMs: 10, maxMs: 5 }])(
    'refuses retries of %j with misuse',
    async (retry) => {
      await expect(connect({ port: 1, security: 'none', retry })).rejects.toMatchObject({ code: 'misuse' })
    },
  )

  it('refuses a deadline for closing that is no time', async () => {
    const server = await listenForTest()
    const link = await dial(server.port)
    for (const deadlineMs of [-1, Number.NaN, 2 ** 31]) {
      await expect(link.close({ deadlineMs })).rejects.toMatchObject({ code: 'misuse' })
    }
  })

  it('refuses a protocol call on what is no link', async () => {
    await expect(Echo.peer.open(Promise.resolve() as never)).rejects.toMatchObject({ code: 'misuse' })
    await expect(Echo.peer.handle(undefined as never, {} as never)).rejects.toMatchObject({ code: 'misuse' })
  })
})

describe('a fast sender and a reader that does not read', () => {
  it('ends in slow_peer on that link, within bounded memory, while others are served', async () => {
    const opened: Link[] = []
    const big: Item = { n: 1, text: 'x'.repeat(60_000) }
    let made = 0
    const pump = Pump.peer.with({
      start: (turn) => turn.send.item(big),
      'sent.item': (turn) => {
        made++
        return turn.send.item(big)
      },
    })
    const limits = { outboundMaxBytes: 256 * 1024, writeStallMs: 50 }
    const server = await listenForTest({ limits, serve: [echo, pump], onLink: (link) => opened.push(link) })
    const honest = await dial(server.port)
    const slow = await RawPeer.dial(server.port ?? 0)
    slow.socket.pause()
    // Windows as large as they come, so that only the bound of the link is left to protect the sender.
    slow.send(HELLO.replace(WINDOW, '0000ffff 04000000'))
    slow.send(openFrame(1, 'master', 'pump', Pump.fingerprint))
    while (opened.length < 2) await new Promise((resolve) => setImmediate(resolve))
    expect((await opened[1]?.closed)?.error).toMatchObject({ code: 'slow_peer' })
    expect(made).toBeLessThan(200)
    expect(await ask(honest)).toMatchObject({ outcome: 'reply' })
  })
})
