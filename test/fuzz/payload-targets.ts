/** The decoders of payloads: generated ones of many shapes, and the one for open data. */

import { isDeepStrictEqual } from 'node:util'

import { decodePayload, encodePayload, Output, readOpen, writeOpen, type Codec } from '../../src/kernel/codec/index.ts'
import { ItemCodec } from '../protocols/session.codec.gen.ts'
import { BulkChunksCodec, FeedFromCodec } from '../protocols/stream.codec.gen.ts'
import { MetaCodec, ReplyCodec } from '../types/conversations.codec.gen.ts'
import { CellCodec, MutableCodec, RowsCodec } from '../types/rows.codec.gen.ts'
import type { Cell, Row } from '../types/rows.gen.ts'
import type { Target } from './target.ts'

const open: Codec<unknown> = { encode: writeOpen, decode: readOpen, maxBytes: Infinity, members: [] }

/** One of each kind of item, good and bad: what the codecs take of it the fuzzer finds out. */
const ITEMS = [
  ...[
    '00',
    '1903e8',
    '20',
    'f5',
    'f6',
    'fb3ff8000000000000',
    '6161',
    '42ffff',
    '80',
    'a0',
    '83010203',
    'c100',
    'c24105',
  ],
  ...[
    'a2616e0164746578746161',
    'a26461616161016462626262820102',
    'd9010281 01'.replace(' ', ''),
    '9f01ff',
    'bf616101ff',
  ],
  ...['d8338480808001', 'd840a1666275666665721aee6b2800', 'd81c80', 'd81b8266526567457870612a', 'd9dfff83190123806161'],
].map((hex) => Buffer.from(hex, 'hex'))

const CELL: Cell = { value: 1.5, children: [{ value: null }] }
const MUTABLE = {
  text: 'a',
  list: ['b'],
  sets: new Set(['c']),
  map: new Map([['d', 'e']]),
  record: { f: 1 },
}
const ROW: Row = {
  id: 'row',
  tags: ['x', 'y'],
  pair: [1, 'one'],
  loose: [2],
  cells: new Map([['c', [CELL]]]),
  seen: new Set([1, 2]),
  limits: { a: 1 },
  grid: [[1, 2], []],
  bytes: new Uint8Array(3),
  own: new Uint8Array(2),
  label: 'l',
  hint: 'h',
  constructor: 'c',
  frozen: MUTABLE,
}

function createTarget<T>(name: string, codec: Codec<T>, samples: readonly T[]): Target {
  const output = new Output({ maxFrameBytes: 1024 * 1024 })
  return {
    name: `payload ${name}`,
    seeds: [...samples.map((value) => encode(output, codec, value)), ...ITEMS],
    allowed: ['invalid_payload'],
    run: (input) => {
      const value = decodePayload(codec, input, 0, input.length)
      // What is taken in can be sent, and is the same on the other side.
      let again: Uint8Array
      try {
        again = encode(output, codec, value)
      } catch (error) {
        throw new Error('what was read cannot be written', { cause: error })
      }
      const received = decodePayload(codec, again, 0, again.length)
      // Open data has one number where the wire has several spellings: 5 may have come as a bignum.
      const isSame =
        codec === open
          ? Buffer.compare(encode(output, open, received), again) === 0
          : isDeepStrictEqual(received, value)
      if (!isSame) throw new Error('it changes on its way')
    },
  }
}

function encode<T>(output: Output, codec: Codec<T>, value: T): Uint8Array {
  output.position = 0
  output.frameStart = 0
  encodePayload(codec, output, value)
  return output.bytes.slice(0, output.position)
}

export const PAYLOAD_TARGETS: readonly Target[] = [
  createTarget('open', open, [{ a: [1, 'b', null], c: new Uint8Array(3) }, 5n, new Date(0)]),
  createTarget('item', ItemCodec, [{ n: 1, text: 'a' }]),
  createTarget('integer', FeedFromCodec, [1, -(2 ** 40)]),
  createTarget('bytes', BulkChunksCodec, [new Uint8Array(70)]),
  createTarget('meta', MetaCodec, [{ name: 'a', size: 1 }]),
  createTarget('reply', ReplyCodec, [{ text: 'a' }]),
  createTarget('cell', CellCodec, [CELL]),
  createTarget('rows', RowsCodec, [[ROW, { ...ROW, parent: ROW, note: 'b' }], []]),
  createTarget('mutable', MutableCodec, [MUTABLE]),
]
