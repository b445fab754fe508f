import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodePayload,
  encodePayload,
  isDate,
  isMap,
  isSet,
  keysOf,
  offsetOf,
  Output,
  readOpen,
  sortEntries,
  writeMapHead,
  writeNull,
  writeText,
  type Codec,
} from '../../../src/kernel/codec/index.ts'

/** As emitted code writes a record. */
const record: Codec<Readonly<Record<string, null>>> = {
  encode: (output, value) => {
    const keys = keysOf(output, value)
    const offsets: number[] = []
    writeMapHead(output, keys.length)
    for (const key of keys) {
      offsets.push(offsetOf(output))
      writeText(output, key)
      offsets.push(offsetOf(output))
      writeNull(output, value[key]!)
    }
    sortEntries(output, offsets)
  },
  decode: (input) => readOpen(input) as Readonly<Record<string, null>>,
  maxBytes: Infinity,
  members: [],
}

function keysAsWritten(value: Readonly<Record<string, null>>): string[] {
  const output = new Output()
  encodePayload(record, output, value)
  return Object.keys(decodePayload(record, output.bytes, 0, output.position))
}

/** What RFC 8949 § 4.2.1 asks for: by the bytes of the encoded keys. */
function sortByEncoding(keys: readonly string[]): string[] {
  const encode = (key: string): Buffer => {
    const output = new Output()
    writeText(output, key)
    return Buffer.from(output.bytes.subarray(0, output.position))
  }
  return [...keys].sort((left, right) => Buffer.compare(encode(left), encode(right)))
}

/** No key that looks like a number: an object gives these first, whatever the bytes said. */
const isOrdinary = (key: string): boolean => !/^\d/.test(key) && key !== '__proto__'
const ascii = fc.stringMatching(/^[ -~]{0,30}$/).filter(isOrdinary)
const anyText = fc.string({ unit: 'grapheme', maxLength: 30 }).filter(isOrdinary)

describe('the keys of a record', () => {
  it('are written in the order of their encodings, however they were inserted and in whatever script', () => {
    const keys = fc.oneof(fc.uniqueArray(ascii, { maxLength: 40 }), fc.uniqueArray(anyText, { maxLength: 40 }))
    fc.assert(
      fc.property(keys, (given) => {
        const value = Object.fromEntries(given.map((key) => [key, null]))
        expect(keysAsWritten(value)).toEqual(sortByEncoding(given))
      }),
    )
  })

  it('are given to the encoder in that order where they are ASCII, so that nothing has to be moved', () => {
    const keys = fc.uniqueArray(
      fc.stringMatching(/^[ -~]{0,30}$/).filter((key) => key !== '__proto__'),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(keys, (given) => {
        const value = Object.fromEntries(given.map((key) => [key, null]))
        expect(keysOf(new Output(), value)).toEqual(sortByEncoding(given))
      }),
    )
  })
})

describe('maps, sets and dates', () => {
  const foreign = (code: string): unknown => runInNewContext(code)

  it.each([
    ['Map', isMap, new Map()],
    ['Set', isSet, new Set()],
    ['Date', isDate, new Date(0)],
  ])('are told from what only looks like one: %s', (name, is, value) => {
    const prototype = Object.getPrototypeOf(value) as object
    expect(is(value)).toBe(true)
    expect(is(foreign(`new ${name}()`))).toBe(true)
    for (const other of [Object.create(prototype), new Proxy(value, {}), {}, [], null, undefined, 1])
      expect(is(other)).toBe(false)
  })

  it.each([
    ['Map', isMap, new Map()],
    ['Set', isSet, new Set()],
    ['Date', isDate, new Date(0)],
  ])('are told from other objects for what it costs to know one, since every record is asked: %s', (_, is, value) => {
    const time = (asked: unknown): number => {
      const before = process.cpuUsage()
      for (let count = 0; count < 200_000; count++) is(asked)
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    time(value)
    // An error that is thrown and caught would be some hundred times as dear.
    expect(time({})).toBeLessThan(20 * time(value) + 20_000)
  })
})
