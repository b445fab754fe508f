/** A Noise pattern as a secure suite, and the keys that come of it as a channel. */

import { SteerError } from '../base/errors.ts'
import type { Aead } from './aead.ts'
import { EMPTY } from './bytes.ts'
import type { CipherState } from './noise/cipher-state.ts'
import { HandshakeState } from './noise/handshake-state.ts'
import type { Pattern } from './noise/pattern.ts'
import { NONCE_END, type KeyPair, type Provider } from './provider.ts'
import type { SecureSuite, SuiteChannel, SuiteDriver, SuiteOptions, SuiteStep } from './suite.ts'

export interface NoiseSuiteOptions {
  readonly pattern: Pattern
  readonly aead: Aead
  readonly provider: Provider
  readonly staticKey?: KeyPair | undefined
  readonly remoteStatic?: Uint8Array | undefined
  /** Already derived. The responder tries them one after the other; the initiator uses the first. */
  readonly psks: readonly Uint8Array[]
}

/** The id is the Noise protocol name. */
export function createNoiseSuite(options: NoiseSuiteOptions): SecureSuite {
  return {
    id: noiseName(options.pattern, options.aead),
    begin: (suiteOptions) => new NoiseDriver(options, suiteOptions),
  }
}

export function noiseName(pattern: Pattern, aead: Aead): string {
  return `Noise_${pattern.name}_25519_${aead.id}_SHA256`
}

class NoiseDriver implements SuiteDriver {
  readonly #options: NoiseSuiteOptions
  readonly #payload: Uint8Array
  #state: HandshakeState
  /** There are several keys, and which of them the other side uses is not known yet. */
  #undecided: boolean
  /** The number of the next message, from 0. */
  #message = 0
  #remotePayload: Uint8Array = EMPTY
  #identityTold = false

  constructor(options: NoiseSuiteOptions, { role, prologue, payload }: SuiteOptions) {
    const { pattern, aead, provider, staticKey, remoteStatic, psks } = options
    const { sha256: hash } = provider
    const generateKeyPair = (): KeyPair => provider.generateKeyPair()
    const initiator = role === 'initiator'
    this.#options = options
    this.#payload = payload
    this.#undecided = !initiator && psks.length > 1
    this.#state = new HandshakeState({
      ...{ pattern, initiator, aead, hash, prologue, generateKeyPair, staticKey, remoteStatic },
      psks: psks.slice(0, 1),
    })
  }

  step(message: Uint8Array | undefined): SuiteStep {
    const remoteIdentity = message === undefined ? undefined : this.#read(message)
    const send = this.#state.turn === 'write' ? this.#write() : undefined
    const done = this.#state.turn === 'done' ? this.#finish() : undefined
    return { send, remoteIdentity, done }
  }

  destroy(): void {
    this.#state.destroy()
  }

  /** Returns the other side's identity once, when it has proved that it holds the key. */
  #read(message: Uint8Array): Uint8Array | undefined {
    const payload = this.#tryKeys(message) ?? this.#state.readMessage(message)
    if (this.#carriesPayload()) this.#remotePayload = payload
    else if (payload.length > 0) throw new SteerError('handshake_failed', 'a message carries what it may not')
    this.#message++
    const { remoteStatic } = this.#state
    if (this.#identityTold || remoteStatic === undefined) return undefined
    this.#identityTold = true
    return remoteStatic
  }

  #write(): Uint8Array {
    const message = this.#state.writeMessage(this.#carriesPayload() ? this.#payload : EMPTY)
    this.#message++
    return message
  }

  /** Each side's payload travels in its last message, where the most keys protect it. */
  #carriesPayload(): boolean {
    return this.#message >= this.#options.pattern.messages.length - 2
  }

  /** Undefined where there is nothing to try, and where nothing fits: then the ordinary way fails as it should. */
  #tryKeys(message: Uint8Array): Uint8Array | undefined {
    if (!this.#undecided || !this.#state.nextTokens.includes('psk')) return undefined
    this.#undecided = false
    for (const psk of this.#options.psks) {
      const attempt = this.#state.fork([psk])
      try {
        const payload = attempt.readMessage(message)
        this.#state.destroy()
        this.#state = attempt
        return payload
      } catch (error) {
        if (!SteerError.is(error) || error.code !== 'handshake_failed') throw error
      }
    }
    return undefined
  }

  #finish(): SuiteChannel {
    const binding = this.#state.handshakeHash
    const { send, receive } = this.#state.split()
    return new NoiseChannel(this.#remotePayload, binding, send, receive)
  }
}

/** Both ends replace a direction's key after so many records of it. */
export const REKEY_RECORDS: number = 2 ** 16

/** One key for each direction, counters as nonces. */
export class NoiseChannel implements SuiteChannel {
  readonly overheadMaxBytes: number
  remotePayload: Uint8Array
  binding: Uint8Array
  readonly #send: CipherState
  readonly #receive: CipherState

  constructor(remotePayload: Uint8Array, binding: Uint8Array, send: CipherState, receive: CipherState) {
    this.overheadMaxBytes = send.tagBytes
    this.remotePayload = remotePayload
    this.binding = binding
    this.#send = send
    this.#receive = receive
  }

  seal(plain: Uint8Array, out: Uint8Array): number {
    const length = plain.length + this.overheadMaxBytes
    this.#send.seal(EMPTY, plain, out.length === length ? out : out.subarray(0, length))
    rekeyWhenDue(this.#send)
    return length
  }

  open(sealed: Uint8Array, out: Uint8Array): number | undefined {
    const length = sealed.length - this.overheadMaxBytes
    if (length < 0 || !this.#receive.open(EMPTY, sealed, out.subarray(0, length))) return undefined
    rekeyWhenDue(this.#receive)
    return length
  }

  /** Lets go of what its user has taken: an idle link keeps the keys alone. */
  forgetHandshake(): void {
    this.remotePayload = EMPTY
    this.binding = EMPTY
  }

  destroy(): void {
    this.#send.destroy()
    this.#receive.destroy()
  }
}

function rekeyWhenDue(cipher: CipherState): void {
  if (cipher.counter % REKEY_RECORDS === 0 && cipher.counter < NONCE_END) cipher.rekey()
}
