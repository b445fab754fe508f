import { describe, expect, it } from 'vitest'

import { SteerError } from '../../src/base/errors.ts'
import type { Aead } from '../../src/secure/aead.ts'
import { hkdf } from '../../src/secure/hkdf.ts'
import type { Provider } from '../../src/secure/provider.ts'
import { hasVectors, readVectors } from '../data.ts'
import { PROVIDERS } from './suites.ts'

interface File<Test> {
  readonly testGroups: readonly {
    readonly tests: readonly Test[]
    readonly tagSize?: number
    readonly ivSize?: number
  }[]
}

interface Case {
  readonly tcId: number
  readonly result: 'valid' | 'invalid' | 'acceptable'
}

function read<Test extends Case>(file: string): (Test & { tagSize: number; ivSize: number })[] {
  const parsed = JSON.parse(readVectors(file).toString('utf8')) as File<Test>
  return parsed.testGroups.flatMap(({ tests, tagSize = 0, ivSize = 0 }) =>
    tests.map((test) => ({ ...test, tagSize, ivSize })),
  )
}

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

interface AeadCase extends Case {
  readonly key: string
  readonly iv: string
  readonly aad: string
  readonly msg: string
  readonly ct: string
  readonly tag: string
}

/** Returns how many cases were run; nonces of other sizes are never ours to take. */
function runAead(file: string, aead: Aead): number {
  const cases = read<AeadCase>(file).filter(({ ivSize }) => ivSize === aead.nonceBytes * 8)
  for (const { tcId, key, iv, aad, msg, ct, tag, result } of cases) {
    const [plain, sealed] = [bytes(msg), bytes(ct + tag)]
    const opened = new Uint8Array(plain.length)
    const accepted = aead.open(bytes(key), bytes(iv), bytes(aad), sealed, opened)
    expect(accepted, `case ${tcId}`).toBe(result === 'valid')
    if (!accepted) continue
    const written = new Uint8Array(sealed.length)
    aead.seal(bytes(key), bytes(iv), bytes(aad), plain, written)
    expect(Buffer.from(opened).toString('hex'), `case ${tcId}`).toBe(msg)
    expect(Buffer.from(written).toString('hex'), `case ${tcId}`).toBe(ct + tag)
  }
  return cases.length
}

interface CurveCase extends Case {
  readonly public: string
  readonly private: string
  readonly shared: string
}

interface HkdfCase extends Case {
  readonly ikm: string
  readonly salt: string
  readonly info: string
  readonly size: number
  readonly okm: string
}

interface HmacCase extends Case {
  readonly key: string
  readonly msg: string
  readonly tag: string
}

function agreeOrRefuse(provider: Provider, secret: string, remote: string): string {
  try {
    return Buffer.from(provider.importKeyPair(bytes(secret)).agree(bytes(remote))).toString('hex')
  } catch (error) {
    if (SteerError.is(error) && error.code === 'handshake_failed') return 'refused'
    throw error
  }
}

describe.runIf(hasVectors('wycheproof', 2836))('Wycheproof', () => {
  describe.each(PROVIDERS)('with $id', (provider) => {
    it('seals and opens ChaCha20-Poly1305 as expected', () => {
      expect(runAead('aead/wycheproof_chacha20_poly1305_test.json', provider.chaChaPoly)).toBeGreaterThan(300)
    })

    it('seals and opens XChaCha20-Poly1305 as expected', () => {
      expect(runAead('aead/wycheproof_xchacha20_poly1305_test.json', provider.xChaChaPoly)).toBeGreaterThan(280)
    })

    it('agrees on X25519 secrets, and refuses those that are zero', () => {
      const cases = read<CurveCase>('kdf/wycheproof_x25519_test.json')
      const zero = '0'.repeat(64)
      for (const test of cases) {
        const expected = test.shared === zero || test.result === 'invalid' ? 'refused' : test.shared
        expect(agreeOrRefuse(provider, test.private, test.public), `case ${test.tcId}`).toBe(expected)
      }
      expect(cases.filter(({ shared }) => shared === zero).length).toBeGreaterThan(20)
    })

    it('derives HKDF-SHA256 keys, and refuses more than 255 blocks', () => {
      for (const { tcId, ikm, salt, info, size, okm, result } of read<HkdfCase>(
        'kdf/wycheproof_hkdf_sha256_test.json',
      )) {
        const derive = (): Uint8Array => hkdf(provider.sha256, bytes(ikm), bytes(salt), bytes(info), size)
        if (result === 'valid') expect(Buffer.from(derive()).toString('hex'), `case ${tcId}`).toBe(okm)
        else expect(derive, `case ${tcId}`).toThrow(/misuse/)
      }
    })

    it('computes HMAC-SHA256', () => {
      for (const { tcId, key, msg, tag, tagSize, result } of read<HmacCase>('kdf/wycheproof_hmac_sha256_test.json')) {
        const computed = provider.sha256.hmac(bytes(key), bytes(msg)).subarray(0, tagSize / 8)
        const matches = Buffer.from(computed).toString('hex') === tag
        expect(matches, `case ${tcId}`).toBe(result === 'valid')
      }
    })
  })
})
