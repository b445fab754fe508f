/** What a handshake has agreed so far: the SymmetricState of Noise rev 34, § 5.2. */

import { SteerError } from '../../base/errors.ts'
import type { Aead } from '../aead.ts'
import { concat, encodeLatin1, wipe } from '../bytes.ts'
import { noiseHkdf, noiseHkdf3 } from '../hkdf.ts'
import { KEY_BYTES, type Hash } from '../provider.ts'
import { CipherState } from './cipher-state.ts'

export class SymmetricState {
  readonly #aead: Aead
  readonly #hash: Hash
  #cipher: CipherState
  #chainingKey: Uint8Array
  #transcript: Uint8Array

  constructor(protocolName: string, aead: Aead, hash: Hash) {
    const name = encodeLatin1(protocolName)
    this.#aead = aead
    this.#hash = hash
    this.#cipher = new CipherState(aead)
    this.#transcript = name.length <= hash.hashBytes ? pad(name, hash.hashBytes) : hash.digest(name)
    this.#chainingKey = this.#transcript.slice()
  }

  get hasKey(): boolean {
    return this.#cipher.hasKey
  }

  /** How much longer a sealed part is: nothing before the first key. */
  get tagBytes(): number {
    return this.hasKey ? this.#aead.tagBytes : 0
  }

  /** The hash over everything said so far. */
  get transcript(): Uint8Array {
    return this.#transcript.slice()
  }

  mixKey(input: Uint8Array): void {
    const [chainingKey, key] = noiseHkdf(this.#hash, this.#chainingKey, input)
    this.#rechain(chainingKey)
    this.#setKey(key)
  }

  mixHash(data: Uint8Array): void {
    this.#transcript = this.#hash.digest(this.#transcript, data)
  }

  mixKeyAndHash(input: Uint8Array): void {
    const [chainingKey, transcript, key] = noiseHkdf3(this.#hash, this.#chainingKey, input)
    this.#rechain(chainingKey)
    this.mixHash(transcript)
    this.#setKey(key)
  }

  encryptAndHash(plain: Uint8Array): Uint8Array {
    const sealed = new Uint8Array(plain.length + this.tagBytes)
    if (this.hasKey) this.#cipher.seal(this.#transcript, plain, sealed)
    else sealed.set(plain)
    this.mixHash(sealed)
    return sealed
  }

  /** @throws SteerError `handshake_failed` */
  decryptAndHash(sealed: Uint8Array): Uint8Array {
    if (sealed.length < this.tagBytes) throw new SteerError('handshake_failed', 'a handshake message is too short')
    const plain = new Uint8Array(sealed.length - this.tagBytes)
    if (!this.hasKey) plain.set(sealed)
    else if (!this.#cipher.open(this.#transcript, sealed, plain)) {
      throw new SteerError('handshake_failed', UNOPENED)
    }
    this.mixHash(sealed)
    return plain
  }

  /** The keys of both directions, the initiator's first. This state is of no use afterwards, but for its transcript. */
  split(): readonly [CipherState, CipherState] {
    const [first, second] = noiseHkdf(this.#hash, this.#chainingKey, new Uint8Array(0))
    const pair = [this.#keyed(first), this.#keyed(second)] as const
    this.destroy()
    return pair
  }

  fork(): SymmetricState {
    const fork = new SymmetricState('', this.#aead, this.#hash)
    fork.#cipher = this.#cipher.fork()
    fork.#chainingKey = this.#chainingKey.slice()
    fork.#transcript = this.#transcript
    return fork
  }

  destroy(): void {
    wipe(this.#chainingKey)
    this.#cipher.destroy()
  }

  #rechain(chainingKey: Uint8Array): void {
    wipe(this.#chainingKey)
    this.#chainingKey = chainingKey
  }

  #setKey(key: Uint8Array): void {
    this.#cipher.destroy()
    this.#cipher = this.#keyed(key)
  }

  /** Hashes of 64 bytes give longer keys than ciphers take: § 5.2 cuts them. */
  #keyed(key: Uint8Array): CipherState {
    const cipher = new CipherState(this.#aead, key.slice(0, KEY_BYTES))
    wipe(key)
    return cipher
  }
}

const UNOPENED = 'a handshake message does not open: the two ends have other keys or ciphers, or the bytes were altered'

function pad(bytes: Uint8Array, length: number): Uint8Array {
  return concat(bytes, new Uint8Array(length - bytes.length))
}
