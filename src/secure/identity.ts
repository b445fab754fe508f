/** Key pairs that tell one program from another. */

import { SteerError } from '../base/errors.ts'
import type { PeerIdentity } from '../base/peer-identity.ts'
import { copyOf, isAllZero } from './bytes.ts'
import { kindOf } from './plug-in.ts'
import { KEY_BYTES, type KeyPair, type Provider } from './provider.ts'
import { systemKeys } from './system-keys.ts'

/** A key pair of this side's. What prints it shows the public half alone; only `exportSecretKey` gives the other. */
export class Identity implements PeerIdentity {
  readonly id: string
  readonly #secretKey: Uint8Array
  readonly #publicKey: Uint8Array

  /** @internal `generateIdentity` and `importIdentity` make them. */
  constructor(secretKey: Uint8Array) {
    this.#secretKey = secretKey
    this.#publicKey = systemKeys().importKeyPair(secretKey).publicKey
    this.id = Buffer.from(this.#publicKey).toString('hex')
  }

  get publicKey(): Uint8Array {
    return this.#publicKey.slice()
  }

  /** The 32 bytes to keep in a safe place. Whoever has them is this identity. */
  exportSecretKey(): Uint8Array {
    return this.#secretKey.slice()
  }

  /** @internal */
  keyPair(provider: Provider): KeyPair {
    return provider.importKeyPair(this.#secretKey)
  }

  toJSON(): { readonly id: string } {
    return { id: this.id }
  }

  // A method with a computed name has no declaration that could be emitted from this file alone.
  static {
    Object.defineProperty(this.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value(this: Identity): string {
        return `Identity { id: '${this.id}' }`
      },
    })
  }
}

/** 32 random bytes, for `security: { key }`. Both ends need the same. */
export function generateKey(): Uint8Array {
  return systemKeys().randomBytes(KEY_BYTES)
}

/** A new identity. */
export function generateIdentity(): Identity {
  return new Identity(systemKeys().randomBytes(KEY_BYTES))
}

/** The identity of a key that `exportSecretKey` gave. @throws SteerError `misuse` */
export function importIdentity(secretKey: Uint8Array): Identity {
  return new Identity(copyKey('the secret key of an identity', secretKey))
}

/** Who holds that public key. One object goes to `authorize` and to every handler, so that none of them can change it. */
export function describePeer(publicKey: Uint8Array): PeerIdentity {
  const kept = copyOf(publicKey)
  return Object.freeze({
    id: Buffer.from(kept).toString('hex'),
    get publicKey(): Uint8Array {
      return kept.slice()
    },
  })
}

/**
 * A copy of a key that a program gave, so that it may wipe or reuse its own.
 *
 * @throws SteerError `misuse` for anything but 32 bytes that are not all zero.
 */
export function copyKey(name: string, key: unknown): Uint8Array {
  if (!(key instanceof Uint8Array)) {
    throw new SteerError('misuse', `${name} must be a Uint8Array of ${KEY_BYTES} bytes, not ${kindOf(key)}`)
  }
  if (key.length !== KEY_BYTES) {
    throw new SteerError('misuse', `${name} must have exactly ${KEY_BYTES} bytes, not ${key.length}`)
  }
  if (isAllZero(key)) throw new SteerError('misuse', `${name} is all zeros`)
  return copyOf(key)
}
