import { createHash, createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'

import { createNodeHash, nodeKeys } from '../../src/secure/node-keys.ts'

const HASHES = [
  ['sha256', 32],
  ['sha512', 64],
  ['blake2s256', 32],
  ['blake2b512', 64],
] as const

describe('hashes of node:crypto', () => {
  it.each(HASHES)(
    'compute with %s what createHash and createHmac compute, for keys and parts of any length',
    (name, bytes) => {
      const { digest, hmac } = createNodeHash(name, name, bytes)
      const anyKey = fc.uint8Array({ maxLength: 300 })
      const anyParts = fc.array(fc.uint8Array({ maxLength: 150 }), { maxLength: 4 })
      fc.assert(
        fc.property(anyKey, anyParts, (key, parts) => {
          const whole = Buffer.concat(parts)
          expect(digest(...parts)).toEqual(new Uint8Array(createHash(name).update(whole).digest()))
          expect(hmac(key, ...parts)).toEqual(new Uint8Array(createHmac(name, key).update(whole).digest()))
        }),
      )
    },
  )

  it('give out codes that later ones do not change', () => {
    const { digest, hmac } = createNodeHash('SHA256', 'sha256', 32)
    const [one, other] = [Uint8Array.of(1), Uint8Array.of(2)]
    const results = [hmac(one, other), digest(one)]
    const copies = results.map((result) => result.slice())
    hmac(other, one)
    digest(other)
    expect(results).toEqual(copies)
  })
})

describe('key pairs of node:crypto', () => {
  // In Node 20, `export` of a key of `generateKeyPairSync` waits for ever when a collection of garbage interrupts it. That happens to
  // one link in many thousands: too seldom for a test that waits for it.
  it('are made without an export of their own', () => {
    const prototype = Object.getPrototypeOf(generateKeyPairSync('x25519').publicKey) as KeyObject
    const exported = vi.spyOn(prototype, 'export')
    try {
      const [near, far] = [nodeKeys.generateKeyPair(), nodeKeys.generateKeyPair()]
      expect(near.agree(far.publicKey)).toEqual(far.agree(near.publicKey))
      expect(near.publicKey).not.toEqual(far.publicKey)
      expect(exported).not.toHaveBeenCalled()
    } finally {
      exported.mockRestore()
    }
  })
})
