/**
 * The third rung: a pair of functions over bytes and a key. They keep nothing between calls; replay, reordering and reflection
 * are caught by what `statelessCipher` puts inside. `decrypt` must throw for what `encrypt` has not made.
 */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

import { statelessCipher, type Security } from 'coxswain'

export function encrypt(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
}

export function decrypt(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('chacha20-poly1305', key, bytes.subarray(0, 12), { authTagLength: 16 })
  decipher.setAuthTag(bytes.subarray(-16))
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
}

export const withPair = (key: Uint8Array): Security => ({ key, suite: statelessCipher({ encrypt, decrypt }) })
