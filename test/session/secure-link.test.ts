import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'

import {
  connect,
  generateIdentity,
  keyFromPassphrase,
  listen,
  type Link,
  type Listener,
  type ListenOptions,
  type PeerIdentity,
  type Security,
} from 'coxswain'

import { SealedPeer } from '../chaos/sealed-peer.ts'
import { Echo } from '../protocols/session.gen.ts'
import { frame, RawPeer } from './raw-peer.ts'

const PING = 0x10
const PONG = 0x11
const key = randomBytes(32)
const serve = [Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })]

async function start(security: Security, options: Partial<ListenOptions> = {}): Promise<Listener> {
  const server = await listen({ port: 0, security, serve, ...options } as ListenOptions)
  onTestFinished(() => server.close({ deadlineMs: 0 }))
  return server
}

async function dial(server: Listener, security: Security | 'none', limits = {}): Promise<Link> {
  const link = await connect({ port: server.port ?? 0, security, limits })
  onTestFinished(() => link.close({ deadlineMs: 0 }))
  return link
}

async function talk(link: Link): Promise<unknown> {
  const { outcome } = await Echo.peer.handle(link, { start: (turn) => turn.send.ask({ n: 1, text: 'secret' }) })
  return outcome
}

describe('a secure link', () => {
  it('opens for whoever holds the key, and carries sessions', async () => {
    const server = await start({ key })
    const link = await dial(server, { key })
    expect(await talk(link)).toBe('reply')
    expect(link.peer).toBeUndefined()
    await link.close()
    expect(await link.closed).toEqual({})
  })

  it.each(['ChaChaPoly', 'XChaChaPoly', 'AESGCM'] as const)('works with %s', async (aead) => {
    expect(await talk(await dial(await start({ key, aead }), { key, aead }))).toBe('reply')
  })

  it.each([
    ['another key', { key: randomBytes(32) }],
    ['no security', 'none'],
    ['another cipher', { key, aead: 'AESGCM' }],
    ['an identity', { identity: generateIdentity(), key }],
  ] as const)('does not open for %s', async (_what, security) => {
    const server = await start({ key })
    await expect(dial(server, security)).rejects.toMatchObject({ code: 'handshake_failed' })
    expect(server.links.size).toBe(0)
  })

  it('goes on while keys are changed: the listener takes each, who dials uses the first', async () => {
    const next = randomBytes(32)
    const server = await start({ keys: [next, key] })
    expect(await talk(await dial(server, { key }))).toBe('reply')
    expect(await talk(await dial(server, { key: next }))).toBe('reply')
  })

  it('opens with a key from a passphrase', { timeout: 30_000 }, async () => {
    const salt = randomBytes(16)
    const server = await start({ key: await keyFromPassphrase('correct horse battery staple', { salt }) })
    expect(
      await talk(await dial(server, { key: await keyFromPassphrase('correct horse battery staple', { salt }) })),
    ).toBe('reply')
  })

  it('tells each side who the other is, and lets the listener refuse', async () => {
    const [ada, bob, eve] = [generateIdentity(), generateIdentity(), generateIdentity()]
    const asked: string[] = []
    const seen: (PeerIdentity | undefined)[] = []
    const authorize = async ({ id }: PeerIdentity): Promise<boolean> => {
      await Promise.resolve()
      asked.push(id)
      return id === bob.id
    }
    const server = await start({ identity: ada, authorize }, { onLink: (link) => seen.push(link.peer) })
    const link = await dial(server, { identity: bob, remoteIdentity: ada.publicKey })
    expect(await talk(link)).toBe('reply')
    expect(link.peer?.id).toBe(ada.id)
    expect(seen[0]?.id).toBe(bob.id)
    await expect(dial(server, { identity: eve, remoteIdentity: ada.publicKey })).rejects.toMatchObject({
      code: 'handshake_failed',
    })
    await expect(dial(server, { identity: bob, remoteIdentity: eve.publicKey })).rejects.toMatchObject({
      code: 'handshake_failed',
    })
    expect(asked).toEqual([bob.id, eve.id])
  })

  it('tells who the other side is in a way that nobody who is told can change', async () => {
    const [ada, bob] = [generateIdentity(), generateIdentity()]
    const seen: (PeerIdentity | undefined)[] = []
    const authorize = (peer: PeerIdentity): boolean => {
      peer.publicKey.fill(0)
      expect(() => Object.assign(peer, { id: ada.id })).toThrow(TypeError)
      return true
    }
    const server = await start({ identity: ada, authorize }, { onLink: (link) => seen.push(link.peer) })
    const link = await dial(server, { identity: bob, remoteIdentity: ada.publicKey })
    expect(await talk(link)).toBe('reply')
    expect(seen[0]).toEqual({ id: bob.id, publicKey: bob.publicKey })
  })

  it('opens where both sides know each other beforehand', async () => {
    const [ada, bob] = [generateIdentity(), generateIdentity()]
    const known = await start({ identity: ada, remoteIdentity: bob.publicKey, pattern: 'KK' })
    expect(await talk(await dial(known, { identity: bob, remoteIdentity: ada.publicKey, pattern: 'KK' }))).toBe('reply')
    const half = await start({ identity: ada, authorize: () => true, pattern: 'IK' })
    const link = await dial(half, { identity: bob, remoteIdentity: ada.publicKey, pattern: 'IK' })
    expect(await talk(link)).toBe('reply')
  })

  it('gives up an `authorize` that takes too long', async () => {
    const authorize = (): Promise<boolean> => new Promise(() => undefined)
    const server = await start({ identity: generateIdentity(), authorize }, { limits: { openMaxMs: 100 } })
    await expect(dial(server, { identity: generateIdentity(), authorize: () => true })).rejects.toMatchObject({
      code: expect.stringMatching(/handshake_failed|deadline_exceeded/),
    })
  })

  it('closes by itself when it has reached its age', async () => {
    const server = await start({ key }, { maxConnectionAgeMs: 50 })
    const link = await dial(server, { key })
    expect(await link.closed).toEqual({})
  })

  it('says not one byte to a stranger', async () => {
    const server = await start({ key })
    for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '\x16\x03\x01\x02\x00', 'CXSN\x01\x00\x01\x00'.padEnd(28, '\0')]) {
      const stranger = await RawPeer.dial(server.port ?? 0)
      stranger.send(Buffer.from(bytes, 'latin1'))
      expect((await stranger.rest()).length).toBe(0)
    }
  })

  it('does not open for a hello with bytes behind it', async () => {
    const opened: Link[] = []
    const server = await start({ key }, { onLink: (link) => opened.push(link) })
    const peer = await SealedPeer.dial(server.port ?? 0, { key }, new Uint8Array(1))
    peer.send(frame(PING, 0))
    expect(await peer.frame()).toBeUndefined()
    expect(opened).toEqual([])
  })

  it('is truncated by a closing record without the close frame, though the connection stays', async () => {
    const links: Link[] = []
    const server = await start({ key }, { onLink: (link) => links.push(link) })
    const peer = await SealedPeer.dial(server.port ?? 0, { key })
    peer.send(frame(PING, 0))
    expect(await peer.frame()).toMatchObject({ kind: PONG })
    peer.end()
    expect(await peer.frame()).toBeUndefined()
    expect(await links[0]!.closed).toMatchObject({ error: { code: 'truncated' } })
  })

  it('shows nothing of its key to whoever prints it', async () => {
    const link = await dial(await start({ key }), { key })
    const printed = inspect(link, { depth: 12, showHidden: true })
    expect(printed).not.toContain(key.toString('hex').slice(0, 8))
    expect(printed).not.toContain(inspect(key).slice(8, 32))
  })
})
