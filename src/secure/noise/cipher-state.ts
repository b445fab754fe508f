/** One key and its counter: the CipherState of Noise rev 34, § 5.1. */

import { SteerError } from '../../base/errors.ts'
import { canPrepareKeys, type Aead, type PreparedKey } from '../aead.ts'
import { EMPTY, wipe } from '../bytes.ts'
import { KEY_BYTES, NONCE_END } from '../provider.ts'

export class CipherState {
  readonly #aead: Aead
  #key: Uint8Array | undefined
  /** Of a key that is used often: those of handshakes and of idle links do without, since it takes time and memory. */
  #prepared: PreparedKey | undefined
  #counter = 0

  constructor(aead: Aead, key?: Uint8Array) {
    this.#aead = aead
    this.#key = key
  }

  get hasKey(): boolean {
    return this.#key !== undefined
  }

  get tagBytes(): number {
    return this.#aead.tagBytes
  }

  /** How often the key has been used. */
  get counter(): number {
    return this.#counter
  }

  /** Goes on from another counter. For tests of what happens late in a connection, and for transports that lose messages. */
  setCounter(counter: number): void {
    this.#counter = counter
  }

  /** Fills `out`, which is `tagBytes` longer than `plain`. @throws SteerError `resource_exhausted` at the end of the counter. */
  seal(associated: Uint8Array, plain: Uint8Array, out: Uint8Array): void {
    const key = this.#usable()
    const nonce = this.#writeNonce()
    if (this.#prepared === undefined) lend(key, (lent) => this.#aead.seal(lent, nonce, associated, plain, out))
    else this.#prepared.seal(nonce, associated, plain, out)
    this.#counter++
  }

  /** False where the bytes are not authentic; the counter stays. @throws SteerError `resource_exhausted`, as `seal`. */
  open(associated: Uint8Array, sealed: Uint8Array, out: Uint8Array): boolean {
    const key = this.#usable()
    if (sealed.length < this.#aead.tagBytes) return false
    const nonce = this.#writeNonce()
    const opened =
      this.#prepared === undefined
        ? lend(key, (lent) => this.#aead.open(lent, nonce, associated, sealed, out))
        : this.#prepared.open(nonce, associated, sealed, out)
    if (opened) this.#counter++
    return opened
  }

  /** Replaces the key by one that does not lead back to it; the counter goes on. § 4.2. */
  rekey(): void {
    const key = this.#usable()
    const next = new Uint8Array(KEY_BYTES + this.#aead.tagBytes)
    const nonce = NONCES[this.#aead.nonceBytes]
    const at = nonce.length - COUNTER_BYTES
    nonce.fill(0, 0, at)
    nonce.fill(0xff, at)
    this.#aead.seal(key, nonce, EMPTY, new Uint8Array(KEY_BYTES), next)
    wipe(key)
    this.#prepared = undefined
    this.#key = next.slice(0, KEY_BYTES)
    wipe(next)
  }

  /** The same state, going its own way from here. */
  fork(): CipherState {
    const fork = new CipherState(this.#aead, this.#key?.slice())
    fork.#counter = this.#counter
    return fork
  }

  destroy(): void {
    wipe(this.#key)
    this.#key = undefined
    this.#prepared = undefined
  }

  #usable(): Uint8Array {
    if (this.#key === undefined) throw new SteerError('misuse', 'there is no key')
    if (this.#counter >= NONCE_END) {
      throw new SteerError('resource_exhausted', `the keys of this link have sealed ${NONCE_END} times; dial again`)
    }
    if (this.#prepared === undefined && this.#counter >= USES_UNPREPARED && canPrepareKeys(this.#aead)) {
      this.#prepared = this.#aead.prepareKey(this.#key)
    }
    return this.#key
  }

  #writeNonce(): Uint8Array {
    const nonce = NONCES[this.#aead.nonceBytes]
    const at = nonce.length - COUNTER_BYTES
    const high = Math.floor(this.#counter / 2 ** 32)
    const low = this.#counter >>> 0
    nonce.fill(0, 0, at)
    if (this.#aead.counterOrder === 'big-endian') {
      writeWord(nonce, at, high, BIG)
      writeWord(nonce, at + 4, low, BIG)
    } else {
      writeWord(nonce, at, low, LITTLE)
      writeWord(nonce, at + 4, high, LITTLE)
    }
    return nonce
  }
}

/** The record that confirms a link, and a ping. */
const USES_UNPREPARED = 2

/** Written in full before each use, and nobody keeps it: one of each length serves all keys. */
const COUNTER_BYTES = 8
const NONCES = { 12: new Uint8Array(12), 24: new Uint8Array(24) } as const

/**
 * What the cipher gets of a key. The engine moves bytes that others than itself get to see out of its heap for good, which
 * would cost an idle link as much as the rest of its two keys.
 */
const LENT = new Uint8Array(KEY_BYTES)

function lend<Result>(key: Uint8Array, use: (lent: Uint8Array) => Result): Result {
  LENT.set(key)
  try {
    return use(LENT)
  } finally {
    wipe(LENT)
  }
}

const BIG = [24, 16, 8, 0] as const
const LITTLE = [0, 8, 16, 24] as const

function writeWord(bytes: Uint8Array, at: number, word: number, shifts: typeof BIG | typeof LITTLE): void {
  bytes[at] = word >>> shifts[0]
  bytes[at + 1] = word >>> shifts[1]
  bytes[at + 2] = word >>> shifts[2]
  bytes[at + 3] = word >>> shifts[3]
}
