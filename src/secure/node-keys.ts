/**
 * Keys, hashes and random bytes of node:crypto. The door `coxswain` shows functions that need them at once, so this file is
 * loaded by every program; node:crypto itself is not, before one of them is called.
 */

import type * as Crypto from 'node:crypto'

import { copyOf, encodeLatin1, wipe } from './bytes.ts'
import { agreeChecked, type Hash, type KeyPair, type KeyProvider } from './provider.ts'

let loaded: typeof Crypto | undefined

function crypto(): typeof Crypto {
  return (loaded ??= process.getBuiltinModule('node:crypto'))
}

/**
 * A hash of node:crypto whose blocks are twice as long as its digests, as those of SHA-2 and BLAKE2 are. HMAC is put together here
 * (RFC 2104): in Node 24 `createHmac` takes three to six times as long, in Node 20 as long, and a handshake asks for it 32 times.
 */
export function createNodeHash(id: string, algorithm: string, hashBytes: number): Hash {
  const blockBytes = 2 * hashBytes
  // One for all calls, as each ends before the next begins; wiped by each that wrote what is secret.
  const scratch = Buffer.alloc(2 * blockBytes)
  const hash = (bytes: Uint8Array): string => crypto().hash(algorithm, bytes, 'binary')
  const hashSecret = (bytes: Uint8Array): Uint8Array => {
    const { buffer, byteOffset, length } = crypto().hash(algorithm, bytes, 'buffer')
    return new Uint8Array(buffer, byteOffset, length)
  }
  return {
    id,
    hashBytes,
    // A string takes less time than a buffer, whose memory is not of the heap. It cannot be wiped, but what is digested is no secret.
    digest: (...parts) => encodeLatin1(hash(gather(scratch, 0, parts))),
    hmac: (key, ...parts) => {
      const shortKey = key.length > blockBytes ? hashSecret(key) : key
      const inner = gather(scratch, blockBytes, parts)
      maskKey(shortKey, 0x36, inner, blockBytes)
      // Of no use to anybody without the key.
      const innerHash = hash(inner)
      wipe(inner)
      maskKey(shortKey, 0x5c, scratch, blockBytes)
      scratch.write(innerHash, blockBytes, 'latin1')
      const code = hashSecret(scratch.subarray(0, blockBytes + hashBytes))
      wipe(scratch)
      return code
    },
  }
}

/** The parts behind so many bytes that are yet to be written: in the scratch memory where they fit. */
function gather(scratch: Uint8Array, start: number, parts: readonly Uint8Array[]): Uint8Array {
  let end = start
  for (const part of parts) end += part.length
  const gathered = end <= scratch.length ? scratch.subarray(0, end) : new Uint8Array(end)
  let offset = start
  for (const part of parts) {
    gathered.set(part, offset)
    offset += part.length
  }
  return gathered
}

/** Writes the block that HMAC begins with: the key, zeros behind it, and each byte combined with the mask. */
function maskKey(key: Uint8Array, mask: number, out: Uint8Array, blockBytes: number): void {
  out.fill(mask, key.length, blockBytes)
  for (let index = 0; index < key.length; index++) out[index] = key[index]! ^ mask
}

/** RFC 8410: what stands before the 32 raw bytes of a secret key of X25519. */
const SECRET_KEY_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')

/** Public keys go in and out as JWK, which OpenSSL takes raw: a tenth of the time that DER takes. */
function createKeyPair(privateKey: Crypto.KeyObject, publicKey: Crypto.JsonWebKey): KeyPair {
  return {
    publicKey: copyOf(Buffer.from(publicKey.x!, 'base64url')),
    agree: (remotePublicKey) =>
      agreeChecked(remotePublicKey, () => {
        const key = { kty: 'OKP', crv: 'X25519', x: Buffer.from(remotePublicKey).toString('base64url') }
        const remote = crypto().createPublicKey({ key, format: 'jwk' })
        return new Uint8Array(crypto().diffieHellman({ privateKey, publicKey: remote }))
      }),
  }
}

/**
 * Exported while it is made, never afterwards: in Node 20, a collection of garbage during `export` of a key that
 * `generateKeyPairSync` gave waits for a lock that the export holds, and the process stands still for ever.
 */
function generateKeyPair(): KeyPair {
  const { privateKey, publicKey } = crypto().generateKeyPairSync('x25519', JWK_PUBLIC) as unknown as ExportedKeyPair
  return createKeyPair(privateKey, publicKey)
}

/** The types of Node know no JWK here; its documentation does: `publicKeyEncoding` is what `export` takes. */
const JWK_PUBLIC = { publicKeyEncoding: { format: 'jwk' } }

interface ExportedKeyPair {
  readonly privateKey: Crypto.KeyObject
  readonly publicKey: Crypto.JsonWebKey
}

/** Electron and FIPS builds have no ChaCha20-Poly1305. */
export function hasNodeProvider(): boolean {
  return crypto().getCiphers().includes('chacha20-poly1305')
}

/** As DER, which can be wiped. It takes ten times as long as JWK, but a long-term key is imported once. */
function importKeyPair(secretKey: Uint8Array): KeyPair {
  const key = Buffer.concat([SECRET_KEY_PREFIX, secretKey])
  const privateKey = crypto().createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  wipe(key)
  return createKeyPair(privateKey, crypto().createPublicKey(privateKey).export({ format: 'jwk' }))
}

export const nodeKeys: KeyProvider = {
  sha256: createNodeHash('SHA256', 'sha256', 32),
  generateKeyPair,
  importKeyPair,
  randomBytes: (length) => new Uint8Array(crypto().randomBytes(length)),
}
