/** Where primitives come from. Two providers give the same bytes: node:crypto, and @noble where node:crypto lacks something. */

import { SteerError } from '../base/errors.ts'
import type { Aead } from './aead.ts'
import { isAllZero } from './bytes.ts'

export const KEY_BYTES = 32

/**
 * A key seals so many times and not once more, long before the 64 bits of the counter: it stays a safe integer, and no record
 * can ever meet the nonce that rekeying uses.
 */
export const NONCE_END: number = 2 ** 32

export interface Hash {
  /** As it stands in a Noise protocol name. */
  readonly id: string
  readonly hashBytes: number
  /** The digest of the parts, one behind the other. */
  digest(...parts: readonly Uint8Array[]): Uint8Array
  hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array
}

/** A key pair of X25519. The secret half stays inside. */
export interface KeyPair {
  readonly publicKey: Uint8Array
  /**
   * The shared secret.
   *
   * @throws SteerError `handshake_failed` for a public key of small order, with which the secret would be no secret.
   */
  agree(remotePublicKey: Uint8Array): Uint8Array
}

/** What keys are made and derived with. */
export interface KeyProvider {
  readonly sha256: Hash
  generateKeyPair(): KeyPair
  /** @param secretKey 32 bytes. */
  importKeyPair(secretKey: Uint8Array): KeyPair
  randomBytes(length: number): Uint8Array
}

export interface Provider extends KeyProvider {
  readonly id: 'node' | 'noble'
  readonly chaChaPoly: Aead
  readonly xChaChaPoly: Aead
  readonly aesGcm: Aead
}

/** What both providers do around their own X25519. */
export function agreeChecked(remotePublicKey: Uint8Array, agree: () => Uint8Array): Uint8Array {
  if (remotePublicKey.length !== KEY_BYTES) {
    throw new SteerError('handshake_failed', `a public key has ${KEY_BYTES} bytes, not ${remotePublicKey.length}`)
  }
  let shared: Uint8Array | undefined
  try {
    shared = agree()
  } catch {
    // Both libraries throw for points of small order. Their words add nothing, and might one day name a key.
  }
  if (shared === undefined || isAllZero(shared)) {
    throw new SteerError('handshake_failed', "the other side's public key is of small order")
  }
  return shared
}
