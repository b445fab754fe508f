/** Primitives of the noble packages: plain JavaScript, for runtimes whose node:crypto lacks one, and as the second opinion of the tests. */

import { gcm } from '@noble/ciphers/aes.js'
import { chacha20poly1305, xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { x25519 } from '@noble/curves/ed25519.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { randomBytes, type CHash } from '@noble/hashes/utils.js'

import { AES_GCM, CHACHA_POLY, XCHACHA_POLY, type Aead } from './aead.ts'
import { concat, copyOf } from './bytes.ts'
import { agreeChecked, type Hash, type KeyPair, type Provider } from './provider.ts'

type NobleCipher = (
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
) => {
  encrypt(plain: Uint8Array): Uint8Array
  decrypt(sealed: Uint8Array): Uint8Array
}

type Sizes = Omit<Aead, 'seal' | 'open'>

function createAead(sizes: Sizes, cipher: NobleCipher): Aead {
  return {
    ...sizes,
    seal: (key, nonce, associated, plain, out) => {
      out.set(cipher(key, nonce, associated).encrypt(plain))
    },
    open: (key, nonce, associated, sealed, out) => {
      let plain: Uint8Array
      try {
        plain = cipher(key, nonce, associated).decrypt(sealed)
      } catch {
        return false
      }
      out.set(plain)
      return true
    },
  }
}

/** Any hash of noble. */
export function createNobleHash(id: string, hash: CHash): Hash {
  return {
    id,
    hashBytes: hash.outputLen,
    digest: (...parts) => hash(concat(...parts)),
    hmac: (key, ...parts) => hmac(hash, key, concat(...parts)),
  }
}

function createKeyPair(secretKey: Uint8Array): KeyPair {
  return {
    publicKey: x25519.getPublicKey(secretKey),
    agree: (remotePublicKey) => agreeChecked(remotePublicKey, () => x25519.getSharedSecret(secretKey, remotePublicKey)),
  }
}

export const nobleProvider: Provider = {
  id: 'noble',
  sha256: createNobleHash('SHA256', sha256),
  chaChaPoly: createAead(CHACHA_POLY, chacha20poly1305),
  xChaChaPoly: createAead(XCHACHA_POLY, xchacha20poly1305),
  aesGcm: createAead(AES_GCM, gcm),
  generateKeyPair: () => createKeyPair(x25519.utils.randomSecretKey()),
  importKeyPair: (secretKey) => createKeyPair(copyOf(secretKey)),
  randomBytes: (length) => randomBytes(length),
}
