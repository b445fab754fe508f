/**
 * Keys, hashes and random bytes of node:crypto. The door `coxswain` shows functions that need them at once, so this file is
 * loaded by every program; node:crypto itself is not, before one of them is called.
 */

import type * as Crypto from 'node:crypto'

import { wipe } from './bytes.ts'
import { agreeChecked, type Hash, type KeyPair, type KeyProvider } from './provider.ts'

let loaded: typeof Crypto | undefined

function crypto(): typeof Crypto {
  return (loaded ??= process.getBuiltinModule('node:crypto'))
}

/** Any hash of node:crypto. */
export function createNodeHash(id: string, algorithm: string, hashBytes: number): Hash {
  return {
    id,
    hashBytes,
    digest: (...parts) => {
      const hash = crypto().createHash(algorithm)
      for (const part of parts) hash.update(part)
      return new Uint8Array(hash.digest())
    },
    hmac: (key, ...parts) => {
      const hmac = crypto().createHmac(algorithm, key)
      for (const part of parts) hmac.update(part)
      return new Uint8Array(hmac.digest())
    },
  }
}

/** RFC 8410: what stands before the 32 raw bytes of a secret key of X25519. */
const SECRET_KEY_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')

/** Public keys go in and out as JWK, which OpenSSL takes raw: a tenth of the time that DER takes. */
function createKeyPair(privateKey: Crypto.KeyObject, publicKey: Crypto.KeyObject): KeyPair {
  return {
    publicKey: new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url')),
    agree: (remotePublicKey) =>
      agreeChecked(remotePublicKey, () => {
        const key = { kty: 'OKP', crv: 'X25519', x: Buffer.from(remotePublicKey).toString('base64url') }
        const remote = crypto().createPublicKey({ key, format: 'jwk' })
        return new Uint8Array(crypto().diffieHellman({ privateKey, publicKey: remote }))
      }),
  }
}

/** Electron and FIPS builds have no ChaCha20-Poly1305. */
export function hasNodeProvider(): boolean {
  return crypto().getCiphers().includes('chacha20-poly1305')
}

function importKeyPair(secretKey: Uint8Array): ReturnType<KeyProvider['importKeyPair']> {
  const key = Buffer.concat([SECRET_KEY_PREFIX, secretKey])
  const privateKey = crypto().createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  wipe(key)
  return createKeyPair(privateKey, crypto().createPublicKey(privateKey))
}

export const nodeKeys: KeyProvider = {
  sha256: createNodeHash('SHA256', 'sha256', 32),
  // Any 32 bytes are a secret key (RFC 7748 §5). Not `generateKeyPairSync`: in Node 20 a collection of garbage while a key that it
  // made is exported waits for a lock that the export holds, and the process stands still for ever.
  generateKeyPair: () => {
    const secretKey = crypto().randomBytes(32)
    const pair = importKeyPair(secretKey)
    wipe(secretKey)
    return pair
  },
  importKeyPair,
  randomBytes: (length) => new Uint8Array(crypto().randomBytes(length)),
}
