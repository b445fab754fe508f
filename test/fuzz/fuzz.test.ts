import { describe, expect, it } from 'vitest'

import { SteerError } from 'coxswain'

import { decodePayload, readOpen, writeOpen, type Codec } from '../../src/kernel/codec/index.ts'
import { collect } from '../session/collect.ts'
import { Fuzzer } from './fuzzer.ts'
import type { Target } from './target.ts'
import { TARGETS } from './targets.ts'

const SEED = Number(process.env['FAST_CHECK_SEED'])
/** A handshake costs a hundred times what a frame does. */
const RUNS = (name: string): number => (name.startsWith('handshake') ? 300 : name === 'link' ? 600 : 2000)

describe('bytes of others', () => {
  it.each(TARGETS)('end in nothing but listed errors: $name', async (target) => {
    const fuzzer = new Fuzzer(target, SEED)
    await fuzzer.begin()
    await fuzzer.step(RUNS(target.name))
    const found = fuzzer.defects.map(({ input, what }) => `${Buffer.from(input).toString('hex')}: ${what}`)
    expect(found).toEqual([])
    expect(fuzzer.runs).toBeGreaterThan(200)
  })
})

describe('the fuzzer', () => {
  const planted = (run: (input: Uint8Array) => void): Target => ({
    ...{ name: 'planted', allowed: ['channel_corrupt'], run },
    seeds: [Buffer.from('000102030405060708090a0b', 'hex')],
  })

  it.each([
    [
      'an error that is none of the library',
      () => {
        throw new TypeError('planted')
      },
      'not listed: TypeError: planted',
    ],
    [
      'a code that is not allowed there',
      () => {
        throw new SteerError('internal', 'planted')
      },
      '[internal] planted',
    ],
  ])('finds %s, and shortens the input that leads there', async (_, fail, what) => {
    const target = planted((input) => {
      if (input.includes(0xff)) fail()
      if (input.length > 40) throw new SteerError('channel_corrupt', 'too long')
    })
    const fuzzer = new Fuzzer(target, SEED)
    await fuzzer.begin()
    expect(fuzzer.defects).toEqual([])
    await fuzzer.step(2000)
    expect(fuzzer.defects).toHaveLength(1)
    expect(fuzzer.defects[0]?.what).toContain(what)
    expect([...(fuzzer.defects[0]?.input ?? [])]).toEqual([0xff])
  })
})

describe('what makes a bare cbor-x hang or grow', () => {
  const open: Codec<unknown> = { encode: writeOpen, decode: readOpen, maxBytes: Infinity, members: [] }
  const hex = (text: string): Buffer => Buffer.from(text, 'hex')
  const fill = (head: string, bytes: number): Buffer => Buffer.concat([hex(head), Buffer.alloc(bytes, 0x11)])

  it.each([
    ['a bignum of 64 KiB', fill('c25a00010000', 65_536)],
    ['a bignum of 512 KiB', fill('c25a00080000', 524_288)],
    ['a packed table with 10,000 references', hex(`d83382992710${'81e0'.repeat(10_000)}80`)],
    ['prefix tags inside each other in a packed table', hex(`d833828180${'d8e182e080'.repeat(4000)}`)],
    ['a typed array of 4 GB over a map', hex('d840a16662756666657219ee6b280000')],
    ['eight typed arrays of 4 GB', hex(`88${'d856a1666275666665721aee6b2800'.repeat(8)}`)],
    ['a record with an id of 100,000,000', hex('d9dfff831a05f5e100816161 01'.replace(' ', ''))],
    ['an array that claims 2^32 - 1 items', hex('9affffffff')],
    ['a map that claims 2^63 entries', hex('bb8000000000000000')],
    ['a million arrays inside each other', Buffer.alloc(1_000_000, 0x81)],
    ['a million tags', Buffer.alloc(1_000_000, 0xc1)],
    ['arrays without an end inside each other', Buffer.alloc(1_000_000, 0x9f)],
  ])('is refused at once and grows nothing: %s', (_, bytes) => {
    collect()
    const held = (): number => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
    const before = held()
    const began = performance.now()
    expect(() => decodePayload(open, bytes, 0, bytes.length)).toThrow(
      expect.objectContaining({ code: 'invalid_payload' }),
    )
    // What is allocated for a moment counts too, where no collection falls between.
    expect(held() - before).toBeLessThan(2 * 1024 * 1024)
    expect(performance.now() - began).toBeLessThan(500)
  })
})
