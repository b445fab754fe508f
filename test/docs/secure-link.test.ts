import { readFileSync } from 'node:fs'
import { connect as dialTcp, createServer, type AddressInfo, type Socket } from 'node:net'
import { randomBytes } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'

import { connect, generateIdentity, importIdentity, listen, type Link } from 'coxswain'

import {
  createHandshake,
  prepareSecurity,
  type Handshake,
  type OpenedChannel,
  type Security,
} from '../../src/secure/index.ts'
import { nobleProvider } from '../../src/secure/noble-provider.ts'
import { NoiseChannel } from '../../src/secure/noise-suite.ts'
import { CipherState } from '../../src/secure/noise/cipher-state.ts'
import { SecureChannel } from '../../src/secure/channel.ts'
import type { Provider } from '../../src/secure/provider.ts'
import { systemProvider } from '../../src/secure/system-provider.ts'
import { Echo } from '../protocols/session.gen.ts'
import { HELLO, HELLO_BACK, openFrame } from '../session/raw-peer.ts'
import { Cipher, IndependentPeer, publicKeyOf, Records } from './independent-channel.ts'

const DOCUMENT = readFileSync(new URL('../../docs/wire-format.md', import.meta.url), 'utf8')
const VECTORS = readFileSync(new URL('../../docs/vectors/secure-link.json', import.meta.url), 'utf8')

type Side = 'initiator' | 'responder'
const SIDES: readonly Side[] = ['initiator', 'responder']

interface Session {
  readonly suite: number
  readonly name: string
  readonly key?: string
  readonly initiatorStatic?: string
  readonly responderStatic?: string
  readonly initiatorEphemeral: string
  readonly responderEphemeral: string
  readonly initiatorHello: string
  readonly responderHello: string
  readonly handshake: readonly { readonly from: Side; readonly bytes: string }[]
  readonly binding: string
  readonly records: readonly {
    readonly from: Side
    readonly frames?: string
    readonly close?: boolean
    readonly record: string
  }[]
}

const { sessions } = JSON.parse(VECTORS) as { readonly sessions: readonly Session[] }
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytes = (text: string): Buffer => Buffer.from(text, 'hex')
const otherSide = (side: Side): Side => (side === 'initiator' ? 'responder' : 'initiator')

function knownStatic(session: Session, of: Side): Buffer | undefined {
  const pattern = session.name.split('_')[1]
  const isKnown = pattern === 'KK' || (pattern === 'IK' && of === 'responder')
  return isKnown ? publicKeyOf(bytes(session[`${of}Static`]!)) : undefined
}

function independentPeer(session: Session, side: Side): IndependentPeer {
  const known = knownStatic(session, otherSide(side))
  return new IndependentPeer({
    name: session.name,
    suite: session.suite,
    initiator: side === 'initiator',
    ephemeral: bytes(session[`${side}Ephemeral`]),
    hello: bytes(session[`${side}Hello`]),
    ...(session.key === undefined ? {} : { key: bytes(session.key) }),
    ...(session.initiatorStatic === undefined ? {} : { statics: bytes(session[`${side}Static`]!) }),
    ...(known === undefined ? {} : { remoteStatic: known }),
  })
}

function securityOf(session: Session, side: Side): Security {
  const [, pattern, , aead] = session.name.split('_')
  const known = knownStatic(session, otherSide(side))
  return {
    ...(session.key === undefined ? {} : { key: bytes(session.key) }),
    ...(session.initiatorStatic === undefined ? {} : { identity: importIdentity(bytes(session[`${side}Static`]!)) }),
    ...(known === undefined ? {} : { remoteIdentity: known }),
    ...(session.initiatorStatic !== undefined && session.key === undefined ? { authorize: () => true } : {}),
    ...(pattern === 'KK' || pattern === 'IK' ? { pattern } : {}),
    aead: aead as 'ChaChaPoly',
  }
}

/** Ours, with the ephemeral key of the vectors. */
function ourHandshake(session: Session, role: Side, provider: Provider): Handshake {
  const fixed: Provider = {
    ...provider,
    generateKeyPair: () => provider.importKeyPair(bytes(session[`${role}Ephemeral`])),
  }
  const security = prepareSecurity(securityOf(session, role), role, fixed)
  return createHandshake({ role, security, payload: bytes(session[`${role}Hello`]) })
}

/** Hands a side what the other wrote; returns what it writes, and what it opened. */
function answer(handshake: Handshake, input: Uint8Array): { readonly out: Buffer; readonly opened?: OpenedChannel } {
  const first = handshake.read(input)
  const second = first.authorize === undefined ? {} : handshake.decide(true)
  const out = Buffer.concat([first.send ?? Buffer.alloc(0), second.send ?? Buffer.alloc(0)])
  const opened = first.opened ?? second.opened
  return opened === undefined ? { out } : { out, opened }
}

// node:crypto has no XChaCha20: those vectors are held by the two providers of the library alone.
const independentSessions = sessions.filter(({ name }) => !name.includes('XChaChaPoly'))

describe('the vectors', () => {
  it.each(independentSessions)('of $name are what a peer writes that was made from the document', (session) => {
    const peers = { initiator: independentPeer(session, 'initiator'), responder: independentPeer(session, 'responder') }
    let sender: Side = 'initiator'
    const written: Record<Side, string> = { initiator: hex(peers.initiator.preamble), responder: '' }
    while (!peers[sender].done) {
      const message = peers[sender].write()
      written[sender] += hex(message)
      peers[otherSide(sender)].read(message.subarray(2))
      sender = otherSide(sender)
    }
    const directions = { initiator: peers.initiator.split(), responder: peers.responder.split() }
    for (const side of SIDES) written[side] += hex(directions[side].send.seal(0, Buffer.alloc(0)))
    for (const side of SIDES) {
      expect(written[side]).toBe(
        session.handshake
          .filter(({ from }) => from === side)
          .map((piece) => piece.bytes)
          .join(''),
      )
      expect(hex(peers[side].remoteHello)).toBe(session[`${otherSide(side)}Hello`])
      expect(hex(peers[side].binding)).toBe(session.binding)
    }
    for (const { from, frames = '', close, record } of session.records) {
      expect(hex(directions[from].send.seal(close === true ? 1 : 0, bytes(frames)))).toBe(record)
    }
  })

  const providers = { 'node:crypto': systemProvider, '@noble': nobleProvider }
  const both = Object.entries(providers).flatMap(([provider, made]) =>
    sessions.map((session) => [session.name, provider, session, made] as const),
  )
  it.each(both)('of %s are what the library writes, and opens, with %s', (_name, _provider, session, provider) => {
    const handshakes = {
      initiator: ourHandshake(session, 'initiator', provider),
      responder: ourHandshake(session, 'responder', provider),
    }
    const channels: Partial<Record<Side, SecureChannel>> = {}
    let expected = hex(handshakes.initiator.start()!)
    handshakes.responder.start()
    for (const { from, bytes: piece } of session.handshake) {
      expect(piece).toBe(expected)
      const { out, opened } = answer(handshakes[otherSide(from)], bytes(piece))
      if (opened !== undefined) channels[otherSide(from)] = opened.channel
      expected = hex(out)
    }
    expect(hex(channels.initiator!.binding)).toBe(session.binding)
    expect(hex(channels.responder!.binding)).toBe(session.binding)
    for (const { from, frames = '', close, record } of session.records) {
      const channel = channels[from]!
      const out = Buffer.alloc(channel.sealedMaxBytes(frames.length / 2))
      const end = close === true ? channel.sealClose(out) : channel.seal(bytes(frames), out)
      expect(hex(out.subarray(0, end))).toBe(record)
      const got: string[] = []
      channels[otherSide(from)]!.push(bytes(record), {
        data: (plain) => got.push(hex(plain)),
        closed: () => got.push('closed'),
      })
      expect(got).toEqual([close === true ? 'closed' : frames])
    }
  })
})

describe('docs/wire-format.md on the secure channel', () => {
  it('prints the first of the vectors, byte for byte', () => {
    const block = /### A whole secure link\n[^]*?```\n(>[^]*?)```/.exec(DOCUMENT)?.[1] ?? ''
    const printed: Record<Side, string> = { initiator: '', responder: '' }
    for (const [, arrow, text = ''] of block.matchAll(/^([<>]) ([0-9a-f]+)/gm)) {
      printed[arrow === '>' ? 'initiator' : 'responder'] += text
    }
    const first = sessions[0]!
    for (const side of SIDES) {
      const pieces = first.handshake.filter(({ from }) => from === side).map((piece) => piece.bytes)
      const records = first.records.filter(({ from }) => from === side).map(({ record }) => record)
      expect(printed[side]).toBe([...pieces, ...records].join(''))
    }
  })

  it('prints the first record under a new key', () => {
    const printed = /record 65 536 is\n`([0-9a-f]+)`/.exec(DOCUMENT)?.[1]
    const key = Buffer.alloc(32, 0x11)
    const plain = (number: number): Buffer => Buffer.of(number & 0xff)
    const independent = new Records(new Cipher('ChaChaPoly', key))
    const cipher = (): CipherState => new CipherState(systemProvider.chaChaPoly, Uint8Array.from(key))
    const keys = new NoiseChannel(new Uint8Array(0), new Uint8Array(32), cipher(), cipher())
    const ours = new SecureChannel({ keys, pad: (length) => length, remoteIdentity: undefined })
    const out = Buffer.alloc(ours.sealedMaxBytes(1))
    let last = { independent: '', ours: '' }
    for (let number = 0; number <= 65_536; number++) {
      const theirs = independent.seal(0, plain(number))
      const end = ours.seal(plain(number), out)
      if (number === 65_536) last = { independent: hex(theirs), ours: hex(out.subarray(0, end)) }
    }
    expect(last).toEqual({ independent: printed, ours: printed })
  })
})

/** Bytes of a socket, taken as they are asked for. */
class Taker {
  readonly #chunks: AsyncIterator<Buffer>
  #held = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  }

  async take(count: number): Promise<Buffer> {
    while (this.#held.length < count) {
      const { done, value } = await this.#chunks.next()
      if (done === true) throw new Error(`the connection ended ${count - this.#held.length} bytes early`)
      this.#held = Buffer.concat([this.#held, value])
    }
    const taken = this.#held.subarray(0, count)
    this.#held = this.#held.subarray(count)
    return taken
  }

  async unit(): Promise<Buffer> {
    return this.take((await this.take(2)).readUInt16BE())
  }
}

async function openRecord(taker: Taker, records: Records): Promise<{ readonly type: number; readonly data: string }> {
  const { type, data } = records.open(await taker.unit())
  return { type, data: hex(data) }
}

describe('a peer made from the document alone', () => {
  const key = randomBytes(32)
  const settings = { name: 'Noise_NNpsk0_25519_ChaChaPoly_SHA256', suite: 1, key }
  const hello = (text: string, suite: number): Buffer => bytes(text.replaceAll(' ', '')).fill(suite, 5, 6)

  const dial = async (port: number): Promise<{ socket: Socket; taker: Taker; peer: IndependentPeer }> => {
    const socket = dialTcp(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    const taker = new Taker(socket)
    const ephemeral = randomBytes(32)
    const peer = new IndependentPeer({ ...settings, initiator: true, ephemeral, hello: hello(HELLO, 1) })
    socket.write(Buffer.concat([peer.preamble, peer.write()]))
    peer.read(await taker.unit())
    return { socket, taker, peer }
  }

  it('is served by a real listener', async () => {
    const server = await listen({
      port: 0,
      security: { key },
      serve: [Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })],
    })
    onTestFinished(() => server.close({ deadlineMs: 0 }))
    const { socket, taker, peer } = await dial(server.port!)
    expect(hex(peer.remoteHello)).toBe(hex(hello(HELLO_BACK, 1)))
    const { send, receive } = peer.split()
    socket.write(send.seal(0, Buffer.alloc(0)))
    expect(await openRecord(taker, receive)).toEqual({ type: 0, data: '' })
    socket.write(send.seal(0, openFrame(1, 'peer', 'echo', Echo.fingerprint)))
    expect(await openRecord(taker, receive)).toEqual({ type: 0, data: `000000220201${Echo.fingerprint}` })
    const goodbye = bytes('000000021300')
    socket.write(Buffer.concat([send.seal(0, goodbye), send.seal(1, Buffer.alloc(0))]))
    socket.end()
    const [farewell, closing] = [await openRecord(taker, receive), await openRecord(taker, receive)]
    expect([farewell, closing]).toEqual([
      { type: 0, data: hex(goodbye) },
      { type: 1, data: '' },
    ])
  })

  it('is served by what onLink gives, also for a session that comes with its first record', async () => {
    const serve = [Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })]
    const onLink = (link: Link): void => {
      link.serve(serve)
    }
    const server = await listen({ port: 0, security: { key }, onLink })
    onTestFinished(() => server.close({ deadlineMs: 0 }))
    const { socket, taker, peer } = await dial(server.port!)
    const { send, receive } = peer.split()
    const open = openFrame(1, 'peer', 'echo', Echo.fingerprint)
    socket.write(Buffer.concat([send.seal(0, Buffer.alloc(0)), send.seal(0, open)]))
    expect(await openRecord(taker, receive)).toEqual({ type: 0, data: '' })
    expect(await openRecord(taker, receive)).toEqual({ type: 0, data: `000000220201${Echo.fingerprint}` })
  })

  it('serves a real dialler, and learns its identity', async () => {
    const server = createServer()
    onTestFinished(() => void server.close())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve))
    const statics = randomBytes(32)
    const identity = generateIdentity()
    const dialling = connect({
      port: (server.address() as AddressInfo).port,
      security: { identity, pattern: 'IK', remoteIdentity: publicKeyOf(statics) },
    })
    const socket = await accepted
    const taker = new Taker(socket)
    const name = 'Noise_IK_25519_ChaChaPoly_SHA256'
    const peer = new IndependentPeer({
      ...{ name, suite: 5, initiator: false, statics, ephemeral: randomBytes(32) },
      hello: hello(HELLO_BACK, 5),
    })
    expect(hex(await taker.take(8))).toBe(hex(peer.preamble))
    peer.read(await taker.unit())
    expect(hex(peer.remoteHello)).toBe(hex(hello(HELLO, 5)))
    const message = peer.write()
    const { send, receive } = peer.split()
    socket.write(Buffer.concat([message, send.seal(0, Buffer.alloc(0))]))
    expect(await openRecord(taker, receive)).toEqual({ type: 0, data: '' })
    const link = await dialling
    socket.end(Buffer.concat([send.seal(0, bytes('000000021300')), send.seal(1, Buffer.alloc(0))]))
    expect(await link.closed).toEqual({})
  })
})
