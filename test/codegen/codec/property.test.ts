import assert from 'node:assert/strict'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { SteerError } from '../../../src/base/errors.ts'
import type { Shape } from '../../../src/ir/shape.ts'
import { decodePayload, encodePayload, Output, type Codec } from '../../../src/kernel/codec/index.ts'
import { literalUnionArbitrary, shapeArbitrary, TYPES, valueArbitrary } from './arbitrary-shape.ts'
import { declare, loadCodecs, type LoadedCodecs } from './load-codecs.ts'
import { decodeWithCborg, decodeWithCborX, encodeWithCborX, withoutNegativeZero } from './oracle.ts'

const SEED = Number(process.env['FAST_CHECK_SEED'])
/** Told apart by `x` alone: of a number's bytes nobody knows whether they are a bigint's. */
const BESIDE_BIGINT: Shape = {
  kind: 'union',
  members: [
    {
      kind: 'object',
      members: [
        { name: 'k', shape: { kind: 'literal', value: 4 }, optional: false },
        { name: 'x', shape: { kind: 'null' }, optional: false },
      ],
    },
    {
      kind: 'object',
      members: [
        { name: 'k', shape: { kind: 'literal', value: 5n }, optional: false },
        { name: 'x', shape: { kind: 'boolean' }, optional: false },
      ],
    },
  ],
}
const SHAPES: readonly Shape[] = [
  BESIDE_BIGINT,
  ...TYPES.map((_, type): Shape => ({ kind: 'reference', type })),
  ...fc.sample(shapeArbitrary, { numRuns: 100, seed: SEED }),
  ...fc.sample(literalUnionArbitrary, { numRuns: 60, seed: SEED }),
]

let loaded: LoadedCodecs

beforeAll(async () => {
  loaded = await loadCodecs(declare(SHAPES, TYPES))
})

function encode(codec: Codec<unknown>, value: unknown): Uint8Array {
  const output = new Output()
  encodePayload(codec, output, value)
  return output.bytes.slice(0, output.position)
}

function decode(codec: Codec<unknown>, bytes: Uint8Array): unknown {
  return decodePayload(codec, bytes, 0, bytes.length)
}

// Each shape in turn, so that a failure names it and shrinks only the value.
function forEachShape(runs: number, check: (shape: Shape, codec: Codec<unknown>, value: unknown) => void): void {
  for (const shape of SHAPES) {
    const codec = loaded.codecFor(shape)
    const property = fc.property(valueArbitrary(shape), (value) => check(shape, codec, value))
    try {
      fc.assert(property, { numRuns: runs, seed: SEED })
    } catch (error) {
      throw new Error(
        `shape ${JSON.stringify(shape, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part))}`,
        { cause: error },
      )
    }
  }
}

describe(`codecs of random types (FAST_CHECK_SEED=${SEED})`, () => {
  it('give back the value that was encoded', () => {
    forEachShape(15, (_, codec, value) => {
      assert.deepStrictEqual(decode(codec, encode(codec, value)), value)
    })
  })

  it('write bytes that cbor-x reads as the same value', () => {
    forEachShape(10, (shape, codec, value) => {
      assert.deepStrictEqual(decodeWithCborX(shape, encode(codec, value)), value)
    })
  })

  it('write bytes that cborg, which insists on the shortest integers, reads as the same value', () => {
    forEachShape(10, (shape, codec, value) => {
      assert.deepStrictEqual(decodeWithCborg(shape, encode(codec, value)), value)
    })
  })

  it('read what cbor-x writes, keys in any order', () => {
    forEachShape(10, (shape, codec, value) => {
      assert.deepStrictEqual(
        withoutNegativeZero(decode(codec, encodeWithCborX(shape, value))),
        withoutNegativeZero(value),
      )
    })
  })

  it('write the same bytes whatever the order of members and entries', () => {
    forEachShape(10, (_, codec, value) => {
      assert.deepStrictEqual(encode(codec, reversed(value)), encode(codec, value))
    })
  })

  it('never write more than maxBytes', () => {
    forEachShape(10, (_, codec, value) => {
      expect(encode(codec, value).length).toBeLessThanOrEqual(codec.maxBytes)
    })
  })

  it('read mutated bytes as a value of the type, or refuse them as invalid_payload', () => {
    const mutation = fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('set', 'insert', 'remove', 'cut'))
    for (const shape of SHAPES) {
      const codec = loaded.codecFor(shape)
      fc.assert(
        fc.property(valueArbitrary(shape), fc.array(mutation, { minLength: 1, maxLength: 3 }), (value, mutations) => {
          assertReadOrRefused(codec, mutations.reduce(mutate, encode(codec, value)))
        }),
        { numRuns: 25, seed: SEED },
      )
    }
  })

  it('read random bytes as a value of the type, or refuse them as invalid_payload', () => {
    for (const shape of SHAPES) {
      const codec = loaded.codecFor(shape)
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => assertReadOrRefused(codec, bytes)),
        { numRuns: 40, seed: SEED },
      )
    }
  })

  it('refuse random values as invalid_payload, or write what they read back', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withSparseArray: true,
      withTypedArray: true,
    })
    for (const shape of SHAPES) {
      const codec = loaded.codecFor(shape)
      fc.assert(
        fc.property(anything, (value) => {
          let bytes: Uint8Array
          try {
            bytes = encode(codec, value)
          } catch (error) {
            assertInvalidPayload(error)
            return
          }
          decode(codec, bytes)
        }),
        { numRuns: 15, seed: SEED },
      )
    }
  })
})

function mutate(bytes: Uint8Array, [place, byte, kind]: readonly [number, number, string]): Uint8Array {
  const at = bytes.length === 0 ? 0 : place % bytes.length
  if (kind === 'insert') return Uint8Array.from([...bytes.subarray(0, at), byte, ...bytes.subarray(at)])
  if (kind === 'remove') return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1)])
  if (kind === 'cut') return bytes.slice(0, at)
  const copy = bytes.slice()
  if (copy.length > 0) copy[at] = byte
  return copy
}

function assertReadOrRefused(codec: Codec<unknown>, bytes: Uint8Array): void {
  let value: unknown
  try {
    value = decode(codec, bytes)
  } catch (error) {
    assertInvalidPayload(error)
    return
  }
  assert.deepStrictEqual(decode(codec, encode(codec, value)), value)
}

function assertInvalidPayload(error: unknown): void {
  assert(SteerError.is(error) && error.code === 'invalid_payload', error as Error)
  // A cause is something that the codec did not expect.
  if (error.cause !== undefined) throw error.cause as Error
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (value instanceof Map) return new Map([...value].reverse().map(([key, item]) => [reversed(key), reversed(item)]))
  if (value instanceof Set) return new Set([...value].map(reversed))
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, item]) => [name, reversed(item)]),
  )
}
