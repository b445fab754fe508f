/** Plays Noise vectors: both ends, message by message, each against the bytes of the vector. */

import { HandshakeState } from '../../src/secure/noise/handshake-state.ts'
import type { CipherState } from '../../src/secure/noise/cipher-state.ts'
import type { Pattern } from '../../src/secure/noise/pattern.ts'
import type { KeyPair, Provider } from '../../src/secure/provider.ts'
import { parseVectorFile, readVector, type NoiseVector, type Side } from './noise-vector.ts'
import { SUITES, type TestSuite } from './suites.ts'

export interface VectorReport {
  readonly passed: number
  /** One line for each vector that failed: its number, its name, the provider, and why. */
  readonly failures: readonly string[]
  /** How many are not for this implementation, by reason. */
  readonly foreign: ReadonlyMap<string, number>
}

/** @throws Error where the text is no file of vectors. */
export function runVectors(text: string): VectorReport {
  let passed = 0
  const failures: string[] = []
  const foreign = new Map<string, number>()
  for (const [index, fields] of parseVectorFile(text).entries()) {
    let name = 'a vector that cannot be read'
    try {
      const vector = readVector(fields)
      name = vector.name
      if ('foreign' in vector) foreign.set(vector.foreign, (foreign.get(vector.foreign) ?? 0) + 1)
      else {
        for (const suite of SUITES) playWith(suite, vector)
        passed++
      }
    } catch (error) {
      failures.push(`#${index + 1} ${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { passed, failures, foreign }
}

function playWith(suite: TestSuite, vector: NoiseVector): void {
  try {
    play(suite, vector)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`${suite.provider.id}: ${reason}`, { cause: error })
  }
}

interface Ends {
  readonly initiator: HandshakeState
  readonly responder: HandshakeState
}

/** @throws Error that says where the bytes differ. */
function play(suite: TestSuite, vector: NoiseVector): void {
  let ends = open(suite, vector, vector.pattern)
  let keys: { readonly initiator: Keys; readonly responder: Keys } | undefined
  let initiatorWrites = vector.pattern.first !== 'responder'
  let refused = false
  for (const [index, { payload, ciphertext }] of vector.messages.entries()) {
    const [writer, reader] = initiatorWrites
      ? (['initiator', 'responder'] as const)
      : (['responder', 'initiator'] as const)
    const where = `message ${index + 1}`
    const written = keys === undefined ? ends[writer].writeMessage(payload) : seal(keys[writer].send, payload)
    if (!vector.fails) expectEqual(`${where}, written`, written, ciphertext)
    const read = (): Uint8Array =>
      keys === undefined ? ends[reader].readMessage(ciphertext) : unseal(keys[reader].receive, ciphertext)
    if (index === 0 && vector.fallback !== undefined) {
      expectRefusal(where, read)
      ends = open(suite, vector, vector.fallback)
    } else if (vector.fails) {
      refused = isRefused(read)
      if (refused) break
    } else expectEqual(`${where}, read`, read(), payload)
    if (keys === undefined && ends.initiator.turn === 'done') {
      checkHash(vector, ends)
      keys = { initiator: ends.initiator.split(), responder: ends.responder.split() }
    }
    if (!isOneWay(vector.pattern)) initiatorWrites = !initiatorWrites
  }
  if (vector.fails && !refused) throw new Error('no message was refused, the vector says that one must be')
  if (keys === undefined && !vector.fails) throw new Error('the handshake is not complete after the last message')
}

interface Keys {
  readonly send: CipherState
  readonly receive: CipherState
}

function isOneWay(pattern: Pattern): boolean {
  return pattern.messages.length === 1 && pattern.first === undefined
}

function open(suite: TestSuite, vector: NoiseVector, pattern: Pattern): Ends {
  return {
    initiator: openSide(suite, vector, pattern, true),
    responder: openSide(suite, vector, pattern, false),
  }
}

function openSide(suite: TestSuite, vector: NoiseVector, pattern: Pattern, initiator: boolean): HandshakeState {
  const { provider } = suite
  const [own, other] = initiator ? [vector.initiator, vector.responder] : [vector.responder, vector.initiator]
  const importKey = (key: Uint8Array | undefined): KeyPair | undefined =>
    key === undefined ? undefined : importCached(provider, key)
  const ephemeral = importKey(own.ephemeralKey)
  const knows = (side: 'initiator' | 'responder', token: 'e' | 's'): boolean => pattern.known[side].includes(token)
  const ownName = initiator ? 'initiator' : 'responder'
  const otherName = initiator ? 'responder' : 'initiator'
  return new HandshakeState({
    pattern,
    initiator,
    aead: suite.aeads.get(vector.cipher)!,
    hash: suite.hashes.get(vector.hash)!,
    prologue: own.prologue,
    generateKeyPair: () => ephemeral ?? provider.generateKeyPair(),
    staticKey: importKey(own.staticKey),
    ephemeralKey: knows(ownName, 'e') ? ephemeral : undefined,
    remoteStatic: knows(otherName, 's') ? remoteStatic(own, importKey(other.staticKey)) : undefined,
    remoteEphemeral: knows(otherName, 'e') ? importKey(other.ephemeralKey)?.publicKey : undefined,
    psks: own.psks,
  })
}

/** Files use the same few keys over and over; importing one and agreeing on a secret are the slowest steps of all. */
const imported = new Map<string, KeyPair>()
const agreed = new Map<string, Uint8Array>()

function importCached(provider: Provider, key: Uint8Array): KeyPair {
  const name = `${provider.id} ${hex(key)}`
  const known = imported.get(name)
  if (known !== undefined) return known
  const pair = provider.importKeyPair(key)
  const cached: KeyPair = {
    publicKey: pair.publicKey,
    agree: (remotePublicKey) => {
      const both = `${name} ${hex(remotePublicKey)}`
      const shared = agreed.get(both) ?? pair.agree(remotePublicKey)
      agreed.set(both, shared)
      return shared.slice()
    },
  }
  imported.set(name, cached)
  return cached
}

function remoteStatic(own: Side, other: KeyPair | undefined): Uint8Array | undefined {
  return own.remoteStatic ?? other?.publicKey
}

function seal(cipher: CipherState, plain: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(plain.length + cipher.tagBytes)
  cipher.seal(new Uint8Array(0), plain, sealed)
  return sealed
}

function unseal(cipher: CipherState, sealed: Uint8Array): Uint8Array {
  const plain = new Uint8Array(Math.max(0, sealed.length - cipher.tagBytes))
  if (!cipher.open(new Uint8Array(0), sealed, plain)) throw new Error('the bytes are not authentic')
  return plain
}

function checkHash(vector: NoiseVector, ends: Ends): void {
  expectEqual('the two handshake hashes', ends.initiator.handshakeHash, ends.responder.handshakeHash)
  if (vector.handshakeHash === undefined || vector.fails) return
  expectEqual('the handshake hash', ends.initiator.handshakeHash, vector.handshakeHash)
}

function isRefused(read: () => unknown): boolean {
  try {
    read()
    return false
  } catch {
    return true
  }
}

function expectRefusal(where: string, read: () => unknown): void {
  if (!isRefused(read)) throw new Error(`${where} was read, the vector says that it must be refused`)
}

function expectEqual(what: string, got: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(got, expected) === 0) return
  throw new Error(`${what}: got ${hex(got)}, expected ${hex(expected)}`)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
