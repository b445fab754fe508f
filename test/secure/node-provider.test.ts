import fc from 'fast-check'
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'

import { canPrepareKeys } from '../../src/secure/aead.ts'
import { freeMemory } from '../../src/secure/free-memory.ts'
import { nobleProvider } from '../../src/secure/noble-provider.ts'
import { nodeProvider } from '../../src/secure/node-provider.ts'

const CIPHERS = ['chaChaPoly', 'xChaChaPoly', 'aesGcm'] as const
/** Below and above what is given back at once, up to a full record. */
const lengths = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 8000, max: 8400 }), fc.constant(65_519))

describe.each(CIPHERS)('%s of node', (name) => {
  const [node, noble] = [nodeProvider[name], nobleProvider[name]]

  it(
    'seals and opens as noble does, whatever the length, in place as well, and leaves its arguments alone',
    { timeout: 60_000 },
    () => {
      const property = fc.property(lengths, (length) => {
        const [key, nonce, associated] = [randomBytes(32), randomBytes(node.nonceBytes), randomBytes(length % 40)]
        const plain = randomBytes(length)
        const before = [key, nonce, associated, plain].map((bytes) => Buffer.from(bytes))
        const [sealed, expected] = [new Uint8Array(length + 16), new Uint8Array(length + 16)]
        node.seal(key, nonce, associated, plain, sealed)
        noble.seal(key, nonce, associated, plain, expected)
        expect(Buffer.compare(sealed, expected)).toBe(0)
        for (const aead of [node, noble]) {
          const inPlace = Buffer.concat([plain, Buffer.alloc(16)])
          aead.seal(key, nonce, associated, inPlace.subarray(0, length), inPlace)
          expect(inPlace.equals(expected)).toBe(true)
        }
        const opened = new Uint8Array(length)
        expect(node.open(key, nonce, associated, sealed, opened)).toBe(true)
        expect(Buffer.compare(opened, plain)).toBe(0)
        expect([key, nonce, associated, plain].every((bytes, index) => bytes.equals(before[index]!))).toBe(true)
      })
      fc.assert(property, { numRuns: 40 })
    },
  )

  it('writes nothing of a long record whose tag is wrong', () => {
    const [key, nonce, none] = [randomBytes(32), randomBytes(node.nonceBytes), new Uint8Array(0)]
    const sealed = new Uint8Array(20_016)
    node.seal(key, nonce, none, randomBytes(20_000), sealed)
    sealed[20_010]! ^= 1
    const opened = new Uint8Array(20_000)
    expect(node.open(key, nonce, none, sealed, opened)).toBe(false)
    expect(opened.every((byte) => byte === 0)).toBe(true)
    if (canPrepareKeys(node)) {
      expect(node.prepareKey(key).open(nonce, none, sealed, opened)).toBe(false)
      expect(opened.every((byte) => byte === 0)).toBe(true)
    }
  })
})

describe('memory that is given back', () => {
  it('is gone at once where it is large', () => {
    const bytes = new Uint8Array(65_536).fill(1)
    freeMemory(bytes)
    expect([bytes.length, bytes.buffer.byteLength]).toEqual([0, 0])
  })

  it('is left to the collector where it is small, and where it is part of something larger', () => {
    const small = new Uint8Array(100).fill(1)
    const whole = new Uint8Array(65_536).fill(1)
    for (const bytes of [small, whole.subarray(0, 60_000), whole.subarray(10)]) freeMemory(bytes)
    expect([small[99], whole[65_535]]).toEqual([1, 1])
  })
})
