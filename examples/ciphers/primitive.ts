/**
 * The first rung: another primitive. Handshake, keys, nonces, order and rekeying stay with the library; this seals and opens.
 * AES-256-GCM is built in (`aead: 'AESGCM'`); here it is written out, to show what an `Aead` has to do.
 */

import { createCipheriv, createDecipheriv } from 'node:crypto'

import type { Aead, Security } from 'coxswain'

export const aes256Gcm: Aead = {
  // Both ends must use the same name: it is part of what the handshake hashes.
  id: 'AES256GCM/example',
  keyBytes: 32,
  nonceBytes: 12,
  tagBytes: 16,
  counterOrder: 'big-endian',
  seal(key, nonce, associated, plain, out) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    cipher.setAAD(associated)
    out.set(cipher.update(plain))
    cipher.final()
    out.set(cipher.getAuthTag(), plain.length)
  },
  open(key, nonce, associated, sealed, out) {
    const tagStart = sealed.length - 16
    // The length is given: without it, Node takes shorter tags as well.
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
    decipher.setAAD(associated)
    decipher.setAuthTag(sealed.subarray(tagStart))
    out.set(decipher.update(sealed.subarray(0, tagStart)))
    try {
      decipher.final()
      return true
    } catch {
      return false
    }
  },
}

export const withPrimitive = (key: Uint8Array): Security => ({ key, aead: aes256Gcm })
