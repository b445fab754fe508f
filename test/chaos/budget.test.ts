import { once } from 'node:events'
import { connect as connectSocket, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'

import { connect, listen, type Limits, type Link, type Listener, type Security } from 'coxswain'

import { Echo } from '../protocols/session.gen.ts'
import { IDENTITIES, KEY } from '../secure/pairs.ts'
import { faultOf, frame, listenRaw, openFrame, RawPeer } from '../session/raw-peer.ts'
import { SealedPeer } from './sealed-peer.ts'
import { codeOf } from './talk.ts'

const KEYED: Security = { key: KEY }
const NAMED: Security = { identity: IDENTITIES.listener, remoteIdentity: IDENTITIES.dialler.publicKey }
const PREAMBLE = '4358534e 01 01 01 00'

interface Started {
  readonly server: Listener
  readonly links: readonly Link[]
}

async function start(limits: Partial<Limits> = {}, security: Security | 'none' = KEYED): Promise<Started> {
  const links: Link[] = []
  const server = await listen({
    port: 0,
    security,
    limits,
    serve: [Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })],
    onLink: (link) => links.push(link),
  })
  onTestFinished(() => server.close({ deadlineMs: 0 }))
  return { server, links }
}

async function dial({ server }: Started, limits: Partial<Limits> = {}): Promise<Link> {
  const link = await connect({ port: server.port!, security: KEYED, limits })
  onTestFinished(() => link.close({ deadlineMs: 0 }))
  return link
}

async function isServed(link: Link): Promise<boolean> {
  const { outcome } = await Echo.peer.handle(link, { start: (turn) => turn.send.ask({ n: 1, text: 'a' }) })
  return outcome === 'reply'
}

/** Connections that say nothing, each from the address that it is given. */
async function crowd(port: number, addresses: readonly string[]): Promise<readonly Socket[]> {
  const sockets = await Promise.all(
    addresses.map(async (localAddress) => {
      const socket = connectSocket({ port, host: '127.0.0.1', localAddress })
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      return socket
    }),
  )
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  return sockets
}

/** Those that the listener has not hung up on. It has seen each of them when it answers one that came later. */
async function borne(started: Started, sockets: readonly Socket[]): Promise<number[]> {
  await dial(started)
  for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve))
  for (const socket of sockets) socket.resume()
  for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve))
  return sockets.flatMap((socket, index) => (socket.destroyed || socket.readableEnded ? [] : [index]))
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe('before a link is open', { timeout: 60_000 }, () => {
  it.each([
    ['a key', KEYED, PREAMBLE],
    ['an identity', NAMED, PREAMBLE.replace('01 01 01', '01 02 01')],
  ] as const)('the time is absolute, however slowly bytes come: %s', async (_name, security, preamble) => {
    const { server, links } = await start({ openMaxMs: 400 }, security)
    const began = performance.now()
    const peer = await RawPeer.dial(server.port!)
    peer.send(preamble, '0100')
    // Each byte is good until the message is whole, which it never is.
    const drip = setInterval(() => peer.socket.write(Buffer.of(0)), 20)
    onTestFinished(() => clearInterval(drip))
    await new Promise((resolve) => peer.socket.once('close', resolve))
    const elapsedMs = performance.now() - began
    expect(elapsedMs).toBeGreaterThan(390)
    expect(elapsedMs).toBeLessThan(3000)
    expect((await peer.rest()).length).toBe(0)
    expect(links).toEqual([])
  })

  it('the time is absolute for whoever dials too', async () => {
    const { port, accepted } = await listenRaw()
    const began = performance.now()
    const dialled = connect({ port, security: KEYED, limits: { openMaxMs: 400 } }).then(() => 'a link', codeOf)
    const peer = await accepted
    peer.send('0100')
    const drip = setInterval(() => peer.socket.write(Buffer.of(0)), 20)
    onTestFinished(() => clearInterval(drip))
    expect(await dialled).toBe('deadline_exceeded')
    expect(performance.now() - began).toBeLessThan(3000)
  })

  it('a message that would go over 512 bytes is not waited for', async () => {
    const { server } = await start({ openMaxMs: 60_000 })
    const peer = await RawPeer.dial(server.port!)
    peer.send(PREAMBLE, '01f7')
    expect((await peer.rest()).length).toBe(0)
  })

  it('connections from one address leave 16 places', async () => {
    const started = await start({ openMaxMs: 60_000 })
    const sockets = await crowd(
      started.server.port!,
      upTo(50).map(() => '127.0.0.2'),
    )
    expect(await borne(started, sockets)).toHaveLength(16)
  })

  it('a thousand silent connections leave 128 places, and honest links open and are served meanwhile', async () => {
    const started = await start({ openMaxMs: 60_000 })
    const early = await dial(started)
    const addresses = upTo(1000).map((index) => `127.0.${1 + (index % 100)}.1`)
    const sockets: Socket[] = []
    for (let at = 0; at < addresses.length; at += 200) {
      sockets.push(...(await crowd(started.server.port!, addresses.slice(at, at + 200))))
      expect(await isServed(early)).toBe(true)
      expect(await isServed(await dial(started))).toBe(true)
    }
    const left = await borne(started, sockets)
    expect(left.length).toBeLessThanOrEqual(128)
    expect(left.length).toBeGreaterThan(120)
    expect(await isServed(early)).toBe(true)
    // Those that were open count as no half-open ones, and nobody else has become a link.
    expect(started.links).toHaveLength(7)
  })

  it('those that are served take nothing from the places of those that are not', async () => {
    const started = await start({ openingMax: 2, openingPerAddressMax: 2 })
    const links = await Promise.all(upTo(2).map(() => dial(started)))
    const [silent] = await crowd(started.server.port!, ['127.0.0.2'])
    links.push(await dial(started))
    expect(await Promise.all(links.map(isServed))).toEqual([true, true, true])
    expect(silent?.destroyed).toBe(false)
  })
})

describe('whoever holds the key and abuses it', { timeout: 60_000 }, () => {
  const opening = openFrame(1, 'peer', 'echo', Echo.fingerprint).subarray(6)
  const open = (n: number): Buffer => frameOf(1, 2 * n + 1, opening)
  const cancel = (n: number): Buffer => frame(6, 2 * n + 1)
  const ping = frame(0x10, 0)

  it.each([
    ['opens', { opensBurst: 50, opensPerSecond: 1 }, open, 'resource_exhausted'],
    [
      'opens that are cancelled at once',
      { discardsBurst: 20, discardsPerSecond: 1 },
      (n: number) => Buffer.concat([open(n), cancel(n)]),
      'resource_exhausted',
    ],
    [
      'frames for a session that is over',
      { discardsBurst: 20, discardsPerSecond: 1 },
      (n: number) => (n === 0 ? Buffer.concat([open(0), cancel(0)]) : frame(7, 1, '01 01')),
      'resource_exhausted',
    ],
    ['pings', {}, () => ping, 'too_many_pings'],
    ['frames without a header', {}, () => Buffer.alloc(4), 'channel_corrupt'],
    ['a length over the limit', { frameMaxBytes: 1024 }, () => Buffer.from('00010000', 'hex'), 'frame_too_large'],
  ] as const)('is told why and cut off, on both sides, while others are served: %s', async (_, limits, make, code) => {
    const started = await start(limits)
    const honest = await dial(started)
    const peer = await SealedPeer.dial(started.server.port!, KEYED)
    peer.send(...upTo(60).map(make))
    const last = (await peer.frames()).at(-1)
    expect(last?.kind).toBe(0x13)
    expect(faultOf(last?.body ?? Buffer.alloc(0)).code).toBe(code)
    expect((await started.links[1]?.closed)?.error).toMatchObject({ code })
    expect(await isServed(honest)).toBe(true)
  })

  it('is cut off with slow_peer when it asks and does not read, and others do not notice', async () => {
    const started = await start({ outboundMaxBytes: 64 * 1024, writeStallMs: 300 })
    const honest = await dial(started)
    const peer = await SealedPeer.dial(started.server.port!, KEYED)
    peer.raw.socket.pause()
    const text = Buffer.alloc(60_000, 'x')
    const item = Buffer.concat([Buffer.from('00a2616e0164746578747a0000ea60', 'hex'), text])
    const began = performance.now()
    // More than the kernel takes on both sides.
    for (let n = 0; n < 150; n++) {
      peer.send(Buffer.concat([open(n), frameOf(3, 2 * n + 1, item)]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect((await started.links[1]?.closed)?.error).toMatchObject({ code: 'slow_peer' })
    expect(performance.now() - began).toBeLessThan(8000)
    expect(await isServed(honest)).toBe(true)
  })
})

/** A frame for any session below 2^14. */
function frameOf(kind: number, session: number, body: Uint8Array): Buffer {
  const number = session < 128 ? Buffer.of(session) : Buffer.of((session & 0x7f) | 0x80, session >> 7)
  const head = Buffer.alloc(5)
  head.writeUInt32BE(1 + number.length + body.length)
  head[4] = kind
  return Buffer.concat([head, number, body])
}
