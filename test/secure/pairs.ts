/** Both ends of secure links, joined by hand. */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

import { SteerError } from '../../src/base/errors.ts'
import type { SecureChannel } from '../../src/secure/channel.ts'
import { createHandshake, type Handshake, type HandshakeStep, type OpenedChannel } from '../../src/secure/handshake.ts'
import { generateIdentity } from '../../src/secure/identity.ts'
import type { Provider } from '../../src/secure/provider.ts'
import { prepareSecurity, type PreparedSecurity, type Security } from '../../src/secure/security.ts'
import { statelessCipher } from '../../src/secure/stateless-cipher.ts'

export interface Setup {
  readonly name: string
  readonly initiator: Security
  readonly responder: Security
}

export const KEY: Uint8Array = Uint8Array.from({ length: 32 }, (_, index) => index + 1)
export const OTHER_KEY: Uint8Array = Uint8Array.from({ length: 32 }, (_, index) => 200 - index)

/** AES-256-GCM as a program without a library for channels would write it. */
export const plainCipher = {
  encrypt(bytes: Uint8Array, key: Uint8Array): Uint8Array {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
    return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
  },
  decrypt(bytes: Uint8Array, key: Uint8Array): Uint8Array {
    const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
    cipher.setAuthTag(bytes.subarray(-16))
    return Buffer.concat([cipher.update(bytes.subarray(12, -16)), cipher.final()])
  },
}

const dialler = generateIdentity()
const listener = generateIdentity()
export const IDENTITIES = { dialler, listener } as const

function same(name: string, security: Security): Setup {
  return { name, initiator: security, responder: security }
}

/** One of each way to secure a link. */
export const SETUPS: readonly Setup[] = [
  same('a key', { key: KEY }),
  same('a key with XChaCha20', { key: KEY, aead: 'XChaChaPoly' }),
  same('a key with AES-GCM', { key: KEY, aead: 'AESGCM' }),
  {
    name: 'XX',
    initiator: { identity: dialler, remoteIdentity: listener.publicKey },
    responder: { identity: listener, remoteIdentity: dialler.publicKey },
  },
  {
    name: 'XXpsk3',
    initiator: { identity: dialler, key: KEY },
    responder: { identity: listener, keys: [OTHER_KEY, KEY] },
  },
  {
    name: 'KK',
    initiator: { identity: dialler, remoteIdentity: listener.publicKey, pattern: 'KK' },
    responder: { identity: listener, remoteIdentity: dialler.publicKey, pattern: 'KK' },
  },
  {
    name: 'IK',
    initiator: { identity: dialler, remoteIdentity: listener.publicKey, pattern: 'IK' },
    responder: { identity: listener, authorize: () => true, pattern: 'IK' },
  },
  same('two functions', { key: KEY, suite: statelessCipher(plainCipher) }),
]

export const PAYLOADS = {
  initiator: Uint8Array.from({ length: 28 }, (_, index) => index),
  responder: Uint8Array.from({ length: 28 }, (_, index) => 100 + index),
} as const

export interface Ends {
  readonly initiator: Handshake
  readonly responder: Handshake
}

/** A prepared security is good for any number of links. */
const prepared = new Map<Security, Map<string, PreparedSecurity>>()

function prepareCached(security: Security, role: 'initiator' | 'responder', provider?: Provider): PreparedSecurity {
  if (provider !== undefined) return prepareSecurity(security, role, provider)
  const byRole = prepared.get(security) ?? new Map<string, PreparedSecurity>()
  const known = byRole.get(role) ?? prepareSecurity(security, role)
  prepared.set(security, byRole.set(role, known))
  return known
}

export interface EndOptions {
  readonly provider?: Provider | undefined
  readonly prologue?: Uint8Array | undefined
}

export function createEnds(setup: Setup, options: EndOptions = {}): Ends {
  const create = (role: 'initiator' | 'responder'): Handshake =>
    createHandshake({
      role,
      security: prepareCached(setup[role], role, options.provider),
      payload: PAYLOADS[role],
      prologue: options.prologue,
    })
  return { initiator: create('initiator'), responder: create('responder') }
}

export interface Opened {
  readonly initiator: OpenedChannel
  readonly responder: OpenedChannel
}

/** Changes what one flight of one side looks like to the other; flights are numbered from 0 over both sides. */
export type Tamper = (bytes: Uint8Array, flight: number) => Uint8Array

/** Hands the flights over until both ends are open or nothing moves. Verdicts are always yes. */
export function shake(ends: Ends, tamper: Tamper = (bytes) => bytes): Partial<Opened> {
  const opened: { initiator?: OpenedChannel; responder?: OpenedChannel } = {}
  let flight = 0
  let side: 'initiator' | 'responder' = 'responder'
  ends.responder.start()
  let bytes: Uint8Array | undefined = ends.initiator.start()
  while (bytes !== undefined) {
    const step = settle(ends[side], ends[side].read(tamper(bytes, flight++)))
    if (step.opened !== undefined) opened[side] = { ...step.opened, rest: step.opened.rest.slice() }
    bytes = step.send
    side = side === 'initiator' ? 'responder' : 'initiator'
  }
  return opened
}

/** Agrees to whatever the handshake asks. */
export function settle(end: Handshake, step: HandshakeStep): HandshakeStep {
  if (step.authorize === undefined) return step
  const next = settle(end, end.decide(true))
  const sends = [step.send, next.send].filter((send) => send !== undefined)
  return { ...next, send: sends.length === 0 ? undefined : Buffer.concat(sends) }
}

export function openPair(setup: Setup, options: EndOptions = {}): Opened {
  const { initiator, responder } = shake(createEnds(setup, options))
  if (initiator === undefined || responder === undefined) throw new Error(`${setup.name} does not open`)
  return { initiator, responder }
}

export function openChannels(setup: Setup): readonly [SecureChannel, SecureChannel] {
  const { initiator, responder } = openPair(setup)
  return [initiator.channel, responder.channel]
}

export function seal(channel: SecureChannel, plain: Uint8Array): Uint8Array {
  const out = new Uint8Array(channel.sealedMaxBytes(plain.length))
  return out.slice(0, channel.seal(plain, out))
}

export function sealClose(channel: SecureChannel): Uint8Array {
  const out = new Uint8Array(channel.sealedMaxBytes(0))
  return out.slice(0, channel.sealClose(out))
}

/** Everything that came out of the chunks, and whether the closing record did. */
export function collect(channel: SecureChannel, chunks: readonly Uint8Array[]): { data: Buffer; closed: boolean } {
  const pieces: Buffer[] = []
  let closed = false
  const sink = {
    data: (plain: Uint8Array) => {
      pieces.push(Buffer.from(plain))
    },
    closed: () => {
      closed = true
    },
  }
  for (const chunk of chunks) channel.push(chunk, sink)
  return { data: Buffer.concat(pieces), closed }
}

/** The code of what it throws; undefined where it throws nothing. Anything but a SteerError comes through. */
export function codeOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    if (SteerError.is(error)) return error.code
    throw error
  }
}

export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = bytes.slice()
  flipped[bit >> 3]! ^= 1 << (bit & 7)
  return flipped
}
