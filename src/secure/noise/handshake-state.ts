/** The one interpreter of all patterns: the HandshakeState of Noise rev 34, § 5.3. */

import { SteerError } from '../../base/errors.ts'
import type { Aead } from '../aead.ts'
import { concat, copyOf } from '../bytes.ts'
import { KEY_BYTES, type Hash, type KeyPair } from '../provider.ts'
import type { CipherState } from './cipher-state.ts'
import type { Pattern, Token } from './pattern.ts'
import { SymmetricState } from './symmetric-state.ts'

/** § 3: no Noise message is longer. */
export const MESSAGE_MAX_BYTES = 65_535

export interface HandshakeOptions {
  readonly pattern: Pattern
  readonly initiator: boolean
  readonly aead: Aead
  readonly hash: Hash
  readonly prologue: Uint8Array
  readonly generateKeyPair: () => KeyPair
  /** Needed where the pattern has this side's `s`. */
  readonly staticKey?: KeyPair | undefined
  /** Needed where the pattern has this side's `e` before the first message. */
  readonly ephemeralKey?: KeyPair | undefined
  /** Needed where the pattern takes them as known. */
  readonly remoteStatic?: Uint8Array | undefined
  readonly remoteEphemeral?: Uint8Array | undefined
  /** One for each `psk` of the pattern, in order, 32 bytes each. */
  readonly psks?: readonly Uint8Array[] | undefined
}

/** Whose turn it is; `failed` after the first throw, when nothing can be done any more. */
type HandshakeTurn = 'write' | 'read' | 'done' | 'failed'

export class HandshakeState {
  readonly #options: HandshakeOptions
  readonly #symmetric: SymmetricState
  /** With a psk, ephemeral keys are mixed into the key as well: § 9.2. */
  readonly #hasPsk: boolean
  #psks: readonly Uint8Array[]
  #pskIndex = 0
  #messageIndex = 0
  #ephemeral: KeyPair | undefined
  #remoteStatic: Uint8Array | undefined
  #remoteEphemeral: Uint8Array | undefined
  #failed = false

  /** @throws SteerError `misuse` where a key that the pattern needs is missing. */
  constructor(options: HandshakeOptions, symmetric?: SymmetricState) {
    const { pattern, aead, hash } = options
    this.#options = options
    this.#psks = options.psks ?? []
    this.#ephemeral = options.ephemeralKey
    this.#remoteStatic = options.remoteStatic
    this.#remoteEphemeral = options.remoteEphemeral
    this.#hasPsk = pattern.messages.some((tokens) => tokens.includes('psk'))
    const name = `Noise_${pattern.name}_25519_${aead.id}_${hash.id}`
    this.#symmetric = symmetric ?? new SymmetricState(name, aead, hash)
    if (symmetric === undefined) this.#begin()
  }

  get turn(): HandshakeTurn {
    if (this.#failed) return 'failed'
    const { pattern, initiator } = this.#options
    if (this.#messageIndex === pattern.messages.length) return 'done'
    const initiatorWrites = (this.#messageIndex % 2 === 0) === (pattern.first !== 'responder')
    return initiatorWrites === initiator ? 'write' : 'read'
  }

  /** The tokens of the next message. */
  get nextTokens(): readonly Token[] {
    return this.#options.pattern.messages[this.#messageIndex] ?? []
  }

  /** Binds whatever is built on the handshake to it: § 11.2. */
  get handshakeHash(): Uint8Array {
    return this.#symmetric.transcript
  }

  get remoteStatic(): Uint8Array | undefined {
    return this.#remoteStatic
  }

  /** @throws SteerError `misuse` out of turn or for a payload that is too long, `handshake_failed`. */
  writeMessage(payload: Uint8Array): Uint8Array {
    return this.#attempt('write', () => {
      const parts = this.nextTokens.map((token) => this.#write(token))
      const message = concat(...parts, this.#symmetric.encryptAndHash(payload))
      if (message.length > MESSAGE_MAX_BYTES) throw new SteerError('misuse', 'a handshake message is too long')
      return message
    })
  }

  /** Returns the payload. @throws SteerError `handshake_failed`, `misuse` out of turn; this state is of no use afterwards. */
  readMessage(message: Uint8Array): Uint8Array {
    return this.#attempt('read', () => {
      if (message.length > MESSAGE_MAX_BYTES)
        throw new SteerError('handshake_failed', 'a handshake message is too long')
      let offset = 0
      const take = (length: number): Uint8Array => {
        if (message.length - offset < length)
          throw new SteerError('handshake_failed', 'a handshake message is too short')
        offset += length
        return copyOf(message.subarray(offset - length, offset))
      }
      for (const token of this.nextTokens) this.#read(token, take)
      return this.#symmetric.decryptAndHash(message.subarray(offset))
    })
  }

  /** After the last message, once. @throws SteerError `misuse` before. */
  split(): { readonly send: CipherState; readonly receive: CipherState } {
    if (this.turn !== 'done') throw new SteerError('misuse', `a handshake cannot be split at "${this.turn}"`)
    const { pattern, initiator } = this.#options
    const [ofFirst, ofSecond] = this.#symmetric.split()
    this.#failed = true
    // The first key is for whoever wrote the first message, who is the initiator but after a fallback.
    return (pattern.first !== 'responder') === initiator
      ? { send: ofFirst, receive: ofSecond }
      : { send: ofSecond, receive: ofFirst }
  }

  /** The same state with other shared keys, to try them on the next message without spoiling this one. */
  fork(psks: readonly Uint8Array[]): HandshakeState {
    const fork = new HandshakeState(this.#options, this.#symmetric.fork())
    fork.#psks = psks
    fork.#pskIndex = this.#pskIndex
    fork.#messageIndex = this.#messageIndex
    fork.#ephemeral = this.#ephemeral
    fork.#remoteStatic = this.#remoteStatic
    fork.#remoteEphemeral = this.#remoteEphemeral
    return fork
  }

  destroy(): void {
    this.#failed = true
    this.#symmetric.destroy()
    this.#ephemeral = undefined
  }

  #begin(): void {
    const { pattern, initiator, prologue, staticKey } = this.#options
    this.#symmetric.mixHash(prologue)
    for (const side of ['initiator', 'responder'] as const) {
      const local = (side === 'initiator') === initiator
      for (const token of pattern.known[side]) {
        const known =
          token === 's'
            ? local
              ? staticKey?.publicKey
              : this.#remoteStatic
            : local
              ? this.#ephemeral?.publicKey
              : this.#remoteEphemeral
        const key = this.#needed(known, `${side}'s "${token}" before the first message`)
        this.#symmetric.mixHash(key)
        if (token === 'e' && this.#hasPsk) this.#symmetric.mixKey(key)
      }
    }
  }

  #attempt(turn: 'write' | 'read', run: () => Uint8Array): Uint8Array {
    if (this.turn !== turn) throw new SteerError('misuse', `a handshake cannot ${turn} at "${this.turn}"`)
    try {
      const result = run()
      this.#messageIndex++
      return result
    } catch (error) {
      this.destroy()
      throw SteerError.from(error)
    }
  }

  #write(token: Token): Uint8Array {
    if (token === 'e') {
      this.#ephemeral = this.#options.generateKeyPair()
      this.#mixEphemeral(this.#ephemeral.publicKey)
      return this.#ephemeral.publicKey
    }
    if (token === 's') return this.#symmetric.encryptAndHash(this.#localStatic().publicKey)
    this.#mixToken(token)
    return new Uint8Array(0)
  }

  #read(token: Token, take: (length: number) => Uint8Array): void {
    if (token === 'e') {
      this.#remoteEphemeral = take(KEY_BYTES)
      this.#mixEphemeral(this.#remoteEphemeral)
    } else if (token === 's') {
      this.#remoteStatic = this.#symmetric.decryptAndHash(take(KEY_BYTES + this.#symmetric.tagBytes))
    } else this.#mixToken(token)
  }

  #mixEphemeral(publicKey: Uint8Array): void {
    this.#symmetric.mixHash(publicKey)
    if (this.#hasPsk) this.#symmetric.mixKey(publicKey)
  }

  /** The tokens of two letters name the initiator's key first. */
  #mixToken(token: Exclude<Token, 'e' | 's'>): void {
    if (token === 'psk') {
      const psk = this.#needed(this.#psks[this.#pskIndex++], 'psk')
      if (psk.length !== KEY_BYTES) throw new SteerError('misuse', `a psk has ${KEY_BYTES} bytes, not ${psk.length}`)
      this.#symmetric.mixKeyAndHash(psk)
      return
    }
    const { initiator } = this.#options
    const [ofInitiator, ofResponder] = token
    const own = (initiator ? ofInitiator : ofResponder) === 's' ? this.#localStatic() : this.#ephemeral
    const other = (initiator ? ofResponder : ofInitiator) === 's' ? this.#remoteStatic : this.#remoteEphemeral
    const shared = this.#needed(own, token).agree(this.#needed(other, token))
    this.#symmetric.mixKey(shared)
    shared.fill(0)
  }

  #localStatic(): KeyPair {
    return this.#needed(this.#options.staticKey, 's')
  }

  #needed<Value>(value: Value | undefined, what: string): Value {
    if (value === undefined)
      throw new SteerError('misuse', `pattern ${this.#options.pattern.name} needs a key for ${what}`)
    return value
  }
}
