import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SteerError } from '../../../src/base/errors.ts'
import {
  decodePayload,
  encodePayload,
  Output,
  readOpen,
  readText,
  writeOpen,
  writeText,
  type Codec,
} from '../../../src/kernel/codec/index.ts'
import { hasVectors, readVectors } from '../../data.ts'

const open: Codec<unknown> = { encode: writeOpen, decode: readOpen, maxBytes: Infinity, members: [] }
const text: Codec<string> = { encode: writeText, decode: readText, maxBytes: Infinity, members: [] }

function decode(hex: string, codec: Codec<unknown> = open): unknown {
  const bytes = Buffer.from(hex, 'hex')
  return decodePayload(codec, bytes, 0, bytes.length)
}

function encode(value: unknown): string {
  const output = new Output()
  encodePayload(open, output, value)
  return Buffer.from(output.bytes.subarray(0, output.position)).toString('hex')
}

function assertRefused(hex: string, codec: Codec<unknown> = open): void {
  let value: unknown
  try {
    value = decode(hex, codec)
  } catch (error) {
    assert(SteerError.is(error) && error.code === 'invalid_payload', `${hex}: ${String(error)}`)
    assert.equal(error.cause, undefined, `${hex}: ${String(error.cause)}`)
    return
  }
  assert.fail(`${hex} was read as ${String(value)}`)
}

// What of RFC 8949's appendix A does not pass, and why.
const REFUSED: Readonly<Record<string, string>> = {
  f0: 'simple values have no counterpart',
  f818: 'simple values have no counterpart',
  f8ff: 'simple values have no counterpart',
  c074323031332d30332d32315432303a30343a30305a: 'tag 0: a date is tag 1',
  d74401020304: 'tag 23 says how to show bytes, not what they are',
  d818456449455446: 'tag 24: CBOR inside CBOR would not have been scanned',
  d82076687474703a2f2f7777772e6578616d706c652e636f6d: 'tag 32: a URL is text',
  a201020304: 'a key that is no text cannot be a member of an object',
  '5f42010243030405ff': 'indefinite length',
  '7f657374726561646d696e67ff': 'indefinite length',
  '9fff': 'indefinite length',
  '9f018202039f0405ffff': 'indefinite length',
  '9f01820203820405ff': 'indefinite length',
  '83018202039f0405ff': 'indefinite length',
  '83019f0203ff820405': 'indefinite length',
  '9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff': 'indefinite length',
  bf61610161629f0203ffff: 'indefinite length',
  '826161bf61626163ff': 'indefinite length',
  bf6346756ef563416d7421ff: 'indefinite length',
}

// What JSON cannot say.
const EXACT: Readonly<Record<string, unknown>> = {
  '1bffffffffffffffff': 18446744073709551615n,
  c249010000000000000000: 18446744073709551616n,
  '3bffffffffffffffff': -18446744073709551616n,
  c349010000000000000000: -18446744073709551617n,
  f98000: -0,
  f97c00: Infinity,
  f97e00: Number.NaN,
  f9fc00: -Infinity,
  fa7f800000: Infinity,
  fa7fc00000: Number.NaN,
  faff800000: -Infinity,
  fb7ff0000000000000: Infinity,
  fb7ff8000000000000: Number.NaN,
  fbfff0000000000000: -Infinity,
  f7: undefined,
  c11a514b67b0: new Date(1363896240_000),
  c1fb41d452d9ec200000: new Date(1363896240_500),
  '40': new Uint8Array(),
  '4401020304': Uint8Array.of(1, 2, 3, 4),
}

interface AppendixCase {
  readonly hex: string
  readonly decoded?: unknown
}

describe.runIf(hasVectors('CBOR appendix A', 82))('Open and the examples of RFC 8949, appendix A', () => {
  // A suite that is skipped still runs its own body, so the file is read by the tests.
  const readCases = (): AppendixCase[] => JSON.parse(readVectors('cbor/appendix_a.json').toString()) as AppendixCase[]

  it('reads every example that is allowed as the right value', () => {
    const cases = readCases()
    let read = 0
    for (const { hex, decoded } of cases) {
      if (Object.hasOwn(REFUSED, hex)) continue
      assert.deepStrictEqual(decode(hex), Object.hasOwn(EXACT, hex) ? EXACT[hex] : decoded, hex)
      read++
    }
    expect(read).toBe(cases.length - Object.keys(REFUSED).length)
  })

  it('refuses the others', () => {
    for (const hex of Object.keys(REFUSED)) assertRefused(hex)
    expect(readCases().filter(({ hex }) => Object.hasOwn(REFUSED, hex))).toHaveLength(Object.keys(REFUSED).length)
  })
})

describe.runIf(hasVectors('CBOR appendix F', 94))('Open and the malformed inputs of RFC 8949, appendix F', () => {
  it('refuses all of them', () => {
    const cases = JSON.parse(readVectors('cbor/rfc8949_appendix_f_malformed.json').toString()) as {
      readonly hex: string
    }[]
    expect(cases).toHaveLength(94)
    for (const { hex } of cases) assertRefused(hex)
  })
})

describe.runIf(hasVectors('UTF-8', 240))('text and the UTF-8 test cases', () => {
  const readCases = (): { isValid: boolean; hex: string }[] =>
    readVectors('utf8/utf8tests.txt')
      .toString()
      .split('\n')
      .flatMap((line) => {
        const found = /^[\d.]+:(valid|invalid) hex:([\dA-Fa-f ]+)/.exec(line)
        return found === null ? [] : [{ isValid: found[1] === 'valid', hex: found[2]!.replaceAll(' ', '') }]
      })

  it.each([
    ['alone', ''],
    ['behind text that is too long for the short path', '61'.repeat(70)],
  ])('are read or refused as they should be, %s', (_, prefix) => {
    const cases = readCases()
    expect(cases.length).toBeGreaterThan(100)
    for (const { isValid, hex } of cases) {
      const content = prefix + hex
      const item = `78${(content.length / 2).toString(16).padStart(2, '0')}${content}`
      for (const codec of [open, text]) {
        if (isValid) assert.equal(decode(item, codec), Buffer.from(content, 'hex').toString('utf8'))
        else assertRefused(item, codec)
      }
    }
  })
})

describe('Open and what harms a bare cbor-x', () => {
  const key = (name: string): string => (0x60 + name.length).toString(16) + Buffer.from(name).toString('hex')

  it.each([
    ['a bignum of more than 32 bytes', `c258ff${'11'.repeat(255)}`],
    ['a packed array', 'd8338480808001'],
    ['a typed array over a map', 'd840a1666275666665721aee6b2800'],
    ['a shared value', 'd81c80'],
    ['a reference', 'd81d00'],
    ['a regular expression', 'd81b8266526567457870612a'],
    ['a record', 'd9dfff83190123806161'],
    ['a record under the legacy tag', 'd8698301806161'],
    ['a lone break', 'ff'],
    ['a break inside an array', '82ff01'],
    ['a key that comes twice, side by side', `a2${key('a')}01${key('a')}02`],
    ['a key that comes twice, apart', `a3${key('b')}01${key('a')}02${key('b')}03`],
    ['the key __proto__', `a1${key('__proto__')}01`],
    ['a date that is no number', 'c16161'],
    ['a date outside the range of Date', 'c1fb7e37e43c8800759c'],
    ['a date of infinite seconds', 'c1f97c00'],
    ['a decimal fraction', 'c482211903e8'],
    ['an array that is longer than the payload', '9affffffff00'],
    ['a map that is longer than the payload', 'bb00ffffffffffffffa0'],
    ['text that is longer than the payload', '7bffffffffffffffff61'],
    ['a set, which has to be declared', 'd9010281 01'.replace(' ', '')],
    ['trailing bytes', '0101'],
    ['nothing', ''],
    ['65 arrays inside each other', `${'81'.repeat(65)}00`],
    ['100,000 arrays inside each other', `${'81'.repeat(100_000)}00`],
    ['100,000 tags before each other', `${'c1'.repeat(100_000)}00`],
  ])('refuses %s', (_, hex) => {
    assertRefused(hex)
  })

  it('reads 64 arrays inside each other', () => {
    expect(JSON.stringify(decode(`${'81'.repeat(63)}80`))).toBe('['.repeat(64) + ']'.repeat(64))
  })

  it('reads keys in any order', () => {
    expect(decode(`a3${key('b')}01${key('a')}a2${key('z')}01${key('y')}02${key('ab')}03`)).toEqual({
      b: 1,
      a: { z: 1, y: 2 },
      ab: 3,
    })
  })

  it('gives bytes of their own', () => {
    const payload = Buffer.from('8244010203044105', 'hex')
    const [first] = decodePayload(open, payload, 0, payload.length) as [Uint8Array]
    payload.fill(0xff)
    expect([...first]).toEqual([1, 2, 3, 4])
    expect(first.buffer.byteLength).toBe(4)
    expect(Buffer.isBuffer(first)).toBe(false)
  })

  it('reads an integer as a number if it is safe, else as a bigint, and a bignum always as a bigint', () => {
    expect(decode('1b001fffffffffffff')).toBe(Number.MAX_SAFE_INTEGER)
    expect(decode('3b001ffffffffffffe')).toBe(Number.MIN_SAFE_INTEGER)
    expect(decode('3b001fffffffffffff')).toBe(-(2n ** 53n))
    expect(decode('1b0000000000000001')).toBe(1)
    expect(decode('1b0020000000000001')).toBe(2n ** 53n + 1n)
    expect(decode('c24105')).toBe(5n)
    expect(decode('821b0000000100000000c11b0000000100000000')).toEqual([2 ** 32, new Date(2 ** 32 * 1000)])
  })

  it('refuses hostile bytes in time that is linear in their number', () => {
    // Each of these took a bare cbor-x seconds, or grows with the square of the input if something rescans.
    const inputs = [
      'a1'.repeat(64) + 'a0',
      `9a000fffff${'80'.repeat(1_048_575)}`,
      `${'a26162006161'.repeat(63)}${'00'.repeat(64)}`,
      `9a000fffff${'f6'.repeat(1_048_575)}`,
    ]
    for (const hex of inputs) {
      try {
        decode(hex)
      } catch (error) {
        expect(SteerError.is(error)).toBe(true)
      }
    }
  })
})

describe('Open on the way out', () => {
  it('writes the deterministic encoding', () => {
    expect(encode({ bb: 1, a: [1, -1, 1.5, -0, null, undefined, true], c: 'ü' })).toBe(
      'a361618701 20f93e00f98000f6f7f5'.replace(' ', '') + '616362c3bc62626201',
    )
    expect(encode(2 ** 40)).toBe('1b0000010000000000')
    expect(encode(5n)).toBe('05')
    expect(encode(Number.NaN)).toBe('f97e00')
  })

  it.each<[string, unknown, string]>([
    ['a function', () => 1, 'a function'],
    ['a symbol', Symbol('s'), 'a symbol'],
    ['an instance of a class', Object.create({ x: 1 }), 'an instance of a class'],
    ['a Map', new Map(), 'a Map'],
    ['a Set', new Set(), 'a Set'],
    ['an error', new Error('secret'), 'an instance of a class'],
    ['a lone surrogate', '\ud800', 'a lone surrogate'],
    ['an invalid date', new Date(Number.NaN), 'an invalid one'],
    ['a bigint of more than 32 bytes', 2n ** 256n, 'a bigint out of range'],
    ['a symbol key', { [Symbol('s')]: 1 }, 'symbol keys'],
    ['an own __proto__', JSON.parse('{"__proto__":1}') as object, 'an object cannot hold'],
  ])('refuses %s', (_, value, got) => {
    expect(() => encode([value])).toThrow(
      expect.objectContaining({ code: 'invalid_payload', message: expect.stringContaining(got) as string }),
    )
    expect(() => encode([value])).not.toThrow(/secret/)
  })

  it('refuses a value that contains itself', () => {
    const value: { self?: unknown } = {}
    value.self = [value]
    expect(() => encode(value)).toThrow(/invalid_payload.*contains itself/)
  })

  it('gives back what was sent', () => {
    const plain = fc.anything({ withBigInt: false, withDate: true, withTypedArray: false, withNullPrototype: false })
    fc.assert(
      fc.property(plain, (value) => {
        let hex: string
        try {
          hex = encode(value)
        } catch (error) {
          assert(SteerError.is(error) && error.code === 'invalid_payload' && error.cause === undefined)
          return
        }
        assert.deepStrictEqual(decode(hex), value)
      }),
      { numRuns: 500 },
    )
  })

  // Apart from the one key that is refused.
  const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes('__proto__'))

  it('reads mutated bytes as something that can be sent again, or refuses them', () => {
    fc.assert(
      fc.property(json, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }), (value, changes) => {
        const bytes = Buffer.from(encode(value), 'hex')
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte
        let read: unknown
        try {
          read = decodePayload(open, bytes, 0, bytes.length)
        } catch (error) {
          assert(SteerError.is(error) && error.code === 'invalid_payload')
          assert.equal(error.cause, undefined)
          return
        }
        assert.deepStrictEqual(decode(encode(read)), read)
      }),
      { numRuns: 2000 },
    )
  })
})
