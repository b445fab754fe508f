/**
 * A pair of functions over bytes and a key as a whole suite. The functions keep nothing between calls, so what a channel must
 * remember goes into the plaintext: which connection, which direction, which record. Each connection and direction has a key of
 * its own. There is no forward secrecy: who gets the key later reads what was recorded before.
 *
 * ```
 * message 1  nonce of the initiator, 32 ‖ encrypt(head ‖ payload)
 * message 2  nonce of the responder, 32 ‖ encrypt(head ‖ payload)
 * record     encrypt(head ‖ plaintext)
 * head       binding, 16 ‖ direction, 1 (1 from the initiator, 2 from the responder) ‖ number, 8
 * ```
 *
 * A binding is SHA-256 over SHA-256 of the prologue, then for message 1 its nonce; for message 2 `u16 length ‖ message 1 ‖ nonce`;
 * for records `u16 length ‖ message 1 ‖ message 2`. A head has its first 16 bytes. Keys are HKDF-SHA256 of the shared key, salted
 * with the whole binding, with `coxswain/1 ` and `message 1`, `message 2`, `initiator` or `responder` as info.
 */

import { SteerError } from '../base/errors.ts'
import { concat, copyOf, EMPTY, encodeLatin1, equalBytes, wipe } from './bytes.ts'
import { hkdf } from './hkdf.ts'
import { callPlugIn, checkInteger, copyBytes } from './plug-in.ts'
import { KEY_BYTES, NONCE_END } from './provider.ts'
import {
  OVERHEAD_MAX_BYTES,
  type SecureSuite,
  type SuiteChannel,
  type SuiteDriver,
  type SuiteOptions,
} from './suite.ts'
import { systemKeys } from './system-keys.ts'

export interface StatelessCipherOptions {
  /** Both ends must use the same. Default `stateless`. ASCII, 1 to 64 characters. */
  readonly id?: string | undefined
  /** Returns new bytes, 16 to `overheadMaxBytes` longer: a cipher that authenticates cannot do with less. */
  readonly encrypt: (bytes: Uint8Array, key: Uint8Array) => Uint8Array
  /** Gives back what `encrypt` was given. Throws, or returns undefined, for anything that `encrypt` did not make under this key. */
  readonly decrypt: (bytes: Uint8Array, key: Uint8Array) => Uint8Array | undefined
  /** Default 64, at most 900. */
  readonly overheadMaxBytes?: number | undefined
}

const NONCE_BYTES = 32
const BINDING_BYTES = 16
const HEAD_BYTES = BINDING_BYTES + 1 + 8
const FROM_INITIATOR = 1
const FROM_RESPONDER = 2

/**
 * For `security: { key, suite: statelessCipher({ encrypt, decrypt }) }`. Replay, reordering, reflection and truncation are
 * caught; altered bytes are caught by `decrypt`, which therefore has to authenticate.
 *
 * @throws SteerError `misuse` for functions that cannot be such a pair.
 */
export function statelessCipher(options: StatelessCipherOptions): SecureSuite {
  const { id = 'stateless' } = options
  const functions = new Functions(options)
  functions.probe()
  return {
    id,
    needsKey: true,
    begin: (suiteOptions) => new StatelessDriver(functions, suiteOptions),
  }
}

/** The pair of functions, held to its contract. Buffers are copied both ways, so that it may keep them. */
class Functions {
  readonly overheadMaxBytes: number
  readonly #options: StatelessCipherOptions

  constructor(options: StatelessCipherOptions) {
    const { encrypt, decrypt, overheadMaxBytes = 64 } = options
    if (typeof encrypt !== 'function' || typeof decrypt !== 'function') {
      throw new SteerError('misuse', 'statelessCipher needs the functions encrypt and decrypt')
    }
    const most = OVERHEAD_MAX_BYTES - HEAD_BYTES - 99
    this.overheadMaxBytes = checkInteger('overheadMaxBytes of statelessCipher', overheadMaxBytes, 16, most)
    this.#options = options
  }

  encrypt(plain: Uint8Array, key: Uint8Array): Uint8Array {
    const returned = callPlugIn('encrypt of statelessCipher', () => this.#options.encrypt(copyOf(plain), copyOf(key)))
    const { length } = plain
    return copyBytes('what encrypt of statelessCipher returns', returned, length + 16, length + this.overheadMaxBytes)
  }

  /** Undefined where it refuses. */
  decrypt(sealed: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    const returned = callPlugIn('decrypt of statelessCipher', () => {
      try {
        return this.#options.decrypt(copyOf(sealed), copyOf(key))
      } catch {
        return undefined
      }
    })
    if (returned === undefined || returned === null) return undefined
    return copyBytes('what decrypt of statelessCipher returns', returned, 0, sealed.length)
  }

  /** @throws SteerError `misuse` */
  probe(): void {
    const key = systemKeys().randomBytes(KEY_BYTES)
    const plain = systemKeys().randomBytes(48)
    const sealed = this.encrypt(plain, key)
    if (!equalBytes(this.decrypt(sealed, key) ?? EMPTY, plain)) {
      throw new SteerError('misuse', 'decrypt of statelessCipher does not give back what encrypt was given')
    }
    const places = [0, sealed.length >> 1, sealed.length - 1]
    const forgeries = places.map((place) => sealed.with(place, sealed[place]! ^ 1))
    if (forgeries.some((forgery) => this.decrypt(forgery, key) !== undefined)) {
      throw new SteerError('misuse', 'decrypt of statelessCipher takes altered bytes: it does not authenticate')
    }
    if (this.decrypt(sealed, key.with(0, key[0]! ^ 1)) !== undefined) {
      throw new SteerError('misuse', 'decrypt of statelessCipher takes another key')
    }
  }
}

class StatelessDriver implements SuiteDriver {
  readonly #functions: Functions
  readonly #options: SuiteOptions
  #keys: readonly Uint8Array[]
  #ownMessage: Uint8Array | undefined

  constructor(functions: Functions, options: SuiteOptions) {
    this.#functions = functions
    this.#options = options
    this.#keys = options.keys.map(copyOf)
  }

  step(message: Uint8Array | undefined): ReturnType<SuiteDriver['step']> {
    if (message === undefined) {
      this.#ownMessage = this.#write(FROM_INITIATOR, EMPTY)
      return { send: this.#ownMessage }
    }
    if (this.#options.role === 'initiator') {
      const sent = this.#ownMessage!
      const payload = this.#read(FROM_RESPONDER, sent, message)
      return { done: this.#finish(payload, sent, message) }
    }
    const payload = this.#read(FROM_INITIATOR, EMPTY, message)
    const send = this.#write(FROM_RESPONDER, message)
    return { send, done: this.#finish(payload, message, send) }
  }

  destroy(): void {
    wipe(...this.#keys)
  }

  #write(direction: number, before: Uint8Array): Uint8Array {
    const nonce = systemKeys().randomBytes(NONCE_BYTES)
    const binding = this.#bind(before, nonce)
    const key = derive(this.#keys[0]!, binding, `message ${direction}`)
    return concat(nonce, this.#functions.encrypt(concat(createHead(binding, direction, 0), this.#options.payload), key))
  }

  /** Tries each key, and keeps to the one that fits. @throws SteerError `handshake_failed` */
  #read(direction: number, before: Uint8Array, message: Uint8Array): Uint8Array {
    if (message.length < NONCE_BYTES) throw new SteerError('handshake_failed', 'a handshake message is too short')
    const nonce = message.subarray(0, NONCE_BYTES)
    const binding = this.#bind(before, nonce)
    const head = createHead(binding, direction, 0)
    for (const key of this.#options.role === 'initiator' ? this.#keys.slice(0, 1) : this.#keys) {
      const messageKey = derive(key, binding, `message ${direction}`)
      const plain = this.#functions.decrypt(message.subarray(NONCE_BYTES), messageKey)
      if (plain === undefined || !equalBytes(plain.subarray(0, HEAD_BYTES), head)) continue
      this.#keys = [key, ...this.#keys.filter((other) => other !== key)]
      return plain.subarray(HEAD_BYTES)
    }
    throw new SteerError('handshake_failed', 'a handshake message does not open: the two ends have other keys')
  }

  #bind(before: Uint8Array, after: Uint8Array): Uint8Array {
    const { sha256 } = systemKeys()
    return sha256.digest(sha256.digest(this.#options.prologue), withLength(before), after)
  }

  #finish(remotePayload: Uint8Array, first: Uint8Array, second: Uint8Array): SuiteChannel {
    const binding = this.#bind(first, second)
    const [initiator, responder] = ['initiator', 'responder'].map((side) => derive(this.#keys[0]!, binding, side))
    this.destroy()
    const isInitiator = this.#options.role === 'initiator'
    return createChannel({
      functions: this.#functions,
      ...{ binding, remotePayload },
      send: { key: isInitiator ? initiator! : responder!, direction: isInitiator ? FROM_INITIATOR : FROM_RESPONDER },
      receive: { key: isInitiator ? responder! : initiator!, direction: isInitiator ? FROM_RESPONDER : FROM_INITIATOR },
    })
  }
}

interface Direction {
  readonly key: Uint8Array
  readonly direction: number
}

interface ChannelParts {
  readonly functions: Functions
  readonly binding: Uint8Array
  readonly remotePayload: Uint8Array
  readonly send: Direction
  readonly receive: Direction
}

function createChannel({ functions, binding, remotePayload, send, receive }: ChannelParts): SuiteChannel {
  let sent = 0
  let received = 0
  return {
    overheadMaxBytes: HEAD_BYTES + functions.overheadMaxBytes,
    remotePayload,
    binding,
    seal: (plain, out) => {
      if (sent >= NONCE_END) throw new SteerError('resource_exhausted', 'the keys of this link are used up; dial again')
      const sealed = functions.encrypt(concat(createHead(binding, send.direction, sent++), plain), send.key)
      out.set(sealed)
      return sealed.length
    },
    open: (sealed, out) => {
      const plain = functions.decrypt(sealed, receive.key)
      const head = createHead(binding, receive.direction, received)
      if (plain === undefined || !equalBytes(plain.subarray(0, HEAD_BYTES), head)) return undefined
      received++
      out.set(plain.subarray(HEAD_BYTES))
      return plain.length - HEAD_BYTES
    },
    destroy: () => {
      wipe(send.key, receive.key)
    },
  }
}

function createHead(binding: Uint8Array, direction: number, number: number): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES)
  head.set(binding.subarray(0, BINDING_BYTES))
  head[BINDING_BYTES] = direction
  new DataView(head.buffer).setBigUint64(BINDING_BYTES + 1, BigInt(number))
  return head
}

function withLength(bytes: Uint8Array): Uint8Array {
  return bytes.length === 0 ? EMPTY : concat(Uint8Array.of(bytes.length >>> 8, bytes.length), bytes)
}

function derive(key: Uint8Array, binding: Uint8Array, label: string): Uint8Array {
  return hkdf(systemKeys().sha256, key, binding, encodeLatin1(`coxswain/1 ${label}`), KEY_BYTES)
}
