import assert from 'node:assert/strict'
import { Encoder } from 'cbor-x'
import { beforeAll, describe, expect, it } from 'vitest'
import { SteerError } from '../../../src/base/errors.ts'
import type { Member, Shape } from '../../../src/ir/shape.ts'
import { decodePayload, encodePayload, Output } from '../../../src/kernel/codec/index.ts'
import { declare, loadCodecs, type LoadedCodecs } from './load-codecs.ts'

const encoder = new Encoder({
  useRecords: false,
  variableMapSize: true,
  tagUint8Array: false,
  ...{ useTag259ForMaps: false },
})

function member(name: string, shape: Shape, optional = false): Member {
  return { name, shape, optional }
}

function object(...members: Member[]): Shape {
  return { kind: 'object', members }
}

function union(...members: Shape[]): Shape {
  return { kind: 'union', members }
}

const text: Shape = { kind: 'string' }
const finite: Shape = { kind: 'number' }
const TREE: Shape = { kind: 'reference', type: 0 }
const TREE_SHAPE = object(member('children', { kind: 'array', element: TREE }), member('name', text, true))
const NODE: Shape = { kind: 'reference', type: 1 }
const NODE_SHAPE = union(
  object(member('aa', finite), member('kind', { kind: 'literal', value: 'leaf' })),
  object(member('kind', { kind: 'literal', value: 'pair' }), member('a', NODE), member('zzzzz', NODE, true)),
)

const SHAPES = {
  order: object(
    member('items', {
      kind: 'array',
      element: object(member('price', finite), member('note', text, true)),
      maxCount: 5,
    }),
    member('unit price', finite, true),
  ),
  integer: { kind: 'number', format: 'u8' },
  safe: { kind: 'number', format: 'int' },
  finite,
  bigint: { kind: 'bigint' },
  u64: { kind: 'bigint', format: 'u64' },
  text,
  short: { kind: 'string', maxLength: 4 },
  match: { kind: 'string', pattern: '[a-z]+', maxLength: 40 },
  bytes: { kind: 'bytes', maxBytes: 3 },
  date: { kind: 'date' },
  record: { kind: 'record', value: object(member('price', finite)) },
  map: { kind: 'map', key: text, value: finite },
  dateMap: { kind: 'map', key: { kind: 'date' }, value: finite },
  set: { kind: 'set', element: finite },
  pairs: { kind: 'set', element: { kind: 'tuple', elements: [finite, finite], required: 2 } },
  tuple: { kind: 'tuple', elements: [finite, text], required: 1 },
  status: union({ kind: 'literal', value: 'on' }, { kind: 'literal', value: 'off' }),
  mixed: union(text, { kind: 'null' }, { kind: 'array', element: finite }, { kind: 'date' }, { kind: 'bytes' }),
  empty: object(member('a', finite, true)),
  open: { kind: 'open' },
  maybe: object(member('value', { kind: 'open' }), member('rest', { kind: 'open' }, true)),
  tree: TREE,
  node: NODE,
  truth: { kind: 'literal', value: true },
} as const satisfies Record<string, Shape>

let loaded: LoadedCodecs
let lenient: LoadedCodecs

beforeAll(async () => {
  const types = [
    { name: 'Tree', shape: TREE_SHAPE },
    { name: 'Node', shape: NODE_SHAPE },
  ]
  loaded = await loadCodecs(declare(Object.values(SHAPES), types))
  lenient = await loadCodecs(declare(Object.values(SHAPES), types, true))
})

function encode(name: keyof typeof SHAPES, value: unknown): Buffer {
  const output = new Output()
  encodePayload(loaded.codecFor(SHAPES[name]), output, value)
  return Buffer.from(output.bytes.subarray(0, output.position))
}

function decode(name: keyof typeof SHAPES, bytes: Uint8Array | string, open = false): unknown {
  const payload = typeof bytes === 'string' ? Buffer.from(bytes.replaceAll(' ', ''), 'hex') : bytes
  const codec = open ? lenient.codecFor(SHAPES[name], true) : loaded.codecFor(SHAPES[name])
  return decodePayload(codec, payload, 0, payload.length)
}

// The message of the refusal, which must be one: anything else fails the test.
function refusal(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    assert(SteerError.is(error) && error.code === 'invalid_payload', error as Error)
    return error.rawMessage
  }
  throw new Error('nothing was refused')
}

describe('a decoder', () => {
  it.each<[keyof typeof SHAPES, unknown, string]>([
    [
      'order',
      { items: [{ price: 1 }, { price: 2 }, { price: 3 }, { price: 'secret' }] },
      'items[3].price: expected a finite number, got a text string',
    ],
    ['order', { items: [{ price: 1, note: null }] }, 'items[0].note: expected a string, got null'],
    ['order', { items: [{}] }, 'items[0].price: expected a member that is required, got nothing'],
    ['order', {}, 'items: expected a member that is required, got nothing'],
    ['order', { items: [], 'unit price': 'secret' }, '["unit price"]: expected a finite number, got a text string'],
    [
      'order',
      { items: [{ price: 1, secret: 2 }] },
      'items[0]: expected only declared members, got a key that is not declared',
    ],
    [
      'order',
      { items: Array.from({ length: 6 }, () => ({ price: 1 })) },
      'items: expected an array of at most 5 elements, got more',
    ],
    ['order', [], 'payload: expected an object, got an array'],
    ['order', { items: {} }, 'items: expected an array, got a map'],
    [
      'record',
      // Counted as they are written: shorter keys first.
      { longest: { price: 1 }, secret: { price: true }, key: { price: 1 } },
      '[entry 1].price: expected a finite number, got a boolean',
    ],
    ['map', new Map([['secret', 'x']]), '[entry 0]: expected a finite number, got a text string'],
    ['integer', 256, 'payload: expected an integer from 0 to 255, got an integer out of range'],
    ['integer', 1.5, 'payload: expected an integer from 0 to 255, got a float'],
    ['short', 'abcde', 'payload: expected text of at most 4 UTF-16 units, got a longer one'],
    ['match', 'abc1', 'payload: expected text that matches the declared pattern, got text that does not'],
    ['bytes', Uint8Array.of(1, 2, 3, 4), 'payload: expected at most 3 bytes, got more'],
    ['status', 'secret', 'payload: expected one of "on", "off", got other text'],
    ['status', 1, 'payload: expected one of "on", "off", got an integer'],
    ['mixed', true, 'payload: expected a string, null, an array, a Date or a Uint8Array, got a boolean'],
    ['tuple', [], 'payload: expected an array of 1 to 2 elements, got another number of elements'],
    ['tuple', [1, 2], '[1]: expected a string, got an integer'],
    ['truth', false, 'payload: expected true, got the other boolean'],
    ['node', { kind: 'pair', a: { kind: 'leaf', aa: null } }, 'a.aa: expected a finite number, got null'],
    ['node', { kind: 'secret' }, 'kind: expected one of "leaf", "pair", got other text'],
    ['node', { aa: 1 }, 'payload: expected an object with a member kind, got an object without one'],
    [
      'tree',
      { children: [{ children: [{ children: 1 }] }] },
      'children[0].children[0].children: expected an array, got an integer',
    ],
    ['u64', -1, 'payload: expected a bigint from 0 to 18446744073709551615, got an integer out of range'],
  ])('of %s says where, what was expected and what kind came, never the value', (name, value, message) => {
    expect(refusal(() => decode(name, encoder.encode(value)))).toBe(message)
  })

  it.each<[keyof typeof SHAPES, string, string]>([
    ['order', 'a1 65 6974656d73 80 00', 'payload: expected the end of the payload, got an integer'],
    ['order', 'a1 65 6974656d', 'payload: expected a string, got one that is longer than the payload'],
    [
      'order',
      'a2 65 6974656d73 80 65 6974656d73 80',
      'payload: expected each key and each element of a set once, got one that has come before',
    ],
    ['order', 'bf 65 6974656d73 80 ff', 'payload: expected a map of definite length, got an indefinite length'],
    ['order', 'a1 01 80', 'payload: expected only declared members, got an integer as a key'],
    ['order', 'a1 65 6974656d73 9a ffffffff', 'items: expected an array, got one that is longer than the payload'],
    ['finite', 'f97e00', 'payload: expected a finite number, got a float that is not finite'],
    ['finite', 'fb7ff0000000000000', 'payload: expected a finite number, got a float that is not finite'],
    [
      'finite',
      '1b0020000000000001',
      'payload: expected a finite number, got an integer that a number cannot hold exactly',
    ],
    ['finite', '19 01', 'payload: expected a finite number, got an item that is cut off'],
    ['finite', '1c', 'payload: expected a finite number, got a reserved head'],
    ['finite', '', 'payload: expected a finite number, got the end of the payload'],
    ['finite', 'f7', 'payload: expected a finite number, got undefined'],
    ['safe', '1b0020000000000000', 'payload: expected a safe integer, got an integer out of range'],
    ['bigint', `c258 21 ${'11'.repeat(33)}`, 'payload: expected a bigint, got a bignum of more than 32 bytes'],
    ['bigint', 'c1 00', 'payload: expected a bigint, got tag 1'],
    ['text', '62 c328', 'payload: expected well-formed UTF-8, got a text string that is not'],
    ['text', '7f 61 61 ff', 'payload: expected a string of definite length, got an indefinite length'],
    ['date', 'c1 fb 3fb999999999999a', 'payload: expected a date, got one that is finer than milliseconds'].map(
      (part, index) => (index === 1 ? 'c1 fb 3f50624dd2f1a9fd' : part),
    ) as [keyof typeof SHAPES, string, string],
    ['date', 'c1 1b 000007dba8218001', 'payload: expected a date, got one too far away from 1970'],
    ['date', '00', 'payload: expected a date (tag 1), got an integer'],
    ['set', 'd90102 82 01 01', '[1]: expected each key and each element of a set once, got one that has come before'],
    ['set', '82 01 02', 'payload: expected a set (tag 258), got an array'],
    ['set', 'd90103 80', 'payload: expected a set (tag 258), got another tag'],
    [
      'pairs',
      'd90102 82 820102 821801f94000',
      '[1]: expected each key and each element of a set once, got one that has come before',
    ],
    [
      'map',
      'a2 6161 01 7801 61 02',
      'payload: expected each key and each element of a set once, got one that has come before',
    ],
    [
      'dateMap',
      'a2 c101 00 c1f93c00 00',
      'payload: expected each key and each element of a set once, got one that has come before',
    ],
    [
      'record',
      'a2 6161 a1 65 7072696365 01 6161 a1 65 7072696365 01',
      'payload: expected each key and each element of a set once, got one that has come before',
    ],
  ])('of %s refuses %s', (name, hex, message) => {
    expect(refusal(() => decode(name, hex))).toBe(message)
  })

  it('takes members in any order, and any width that a value fits', () => {
    expect(decode('node', 'a2 62 6161 01 64 6b696e64 64 6c656166')).toEqual({ aa: 1, kind: 'leaf' })
    expect(decode('node', 'a2 64 6b696e64 64 6c656166 62 6161 01')).toEqual({ aa: 1, kind: 'leaf' })
    expect(decode('node', 'b802 7804 6b696e64 7904 6c656166 62 6161 01'.replace('7904', '790004'))).toEqual({
      aa: 1,
      kind: 'leaf',
    })
    expect(decode('integer', '1b 0000000000000007')).toBe(7)
    expect(decode('finite', 'fb 3ff0000000000000')).toBe(1)
    expect(decode('finite', '1b 1000000000000000')).toBe(2 ** 60)
    expect(decode('bigint', 'c2 43 000005')).toBe(5n)
    expect(decode('u64', 'c2 41 05')).toBe(5n)
    expect(decode('set', 'da00000102 81 01')).toEqual(new Set([1]))
    expect(decode('mixed', 'd801 01')).toEqual(new Date(1000))
  })

  it('reads every value out of a receive buffer at an offset, and copies bytes', () => {
    const item = encode('mixed', Uint8Array.of(1, 2))
    const buffer = Buffer.concat([Buffer.from('ffff', 'hex'), item, Buffer.from('ffff', 'hex')])
    const read = decodePayload(loaded.codecFor(SHAPES.mixed), buffer, 2, 2 + item.length)
    buffer.fill(0)
    expect(read).toEqual(Uint8Array.of(1, 2))
    const inside = new Uint8Array(new Uint8Array([9, 9, 9, 0x61, 0x62]).buffer, 3, 2)
    expect(decodePayload(loaded.codecFor(text), inside, 0, 2)).toBe('b')
  })

  it('refuses 65 arrays and objects inside each other, and reads 64', () => {
    const nested = (count: number): string => {
      const open = 'a1 68 6368696c6472656e 81 '.repeat(count - 1)
      return `${open}a1 68 6368696c6472656e 80`
    }
    expect(JSON.stringify(decode('tree', nested(32)))).toContain('children')
    expect(refusal(() => decode('tree', nested(33)))).toMatch(
      /expected at most 64 arrays and objects inside each other, got more$/,
    )
    expect(refusal(() => decode('tree', nested(32).replace(/80$/, '81 a0')))).toMatch(/at most 64 arrays/)
    expect(refusal(() => decode('tree', nested(100_000)))).toMatch(/at most 64/)
  })

  it('takes bounded time over unions whose discriminator comes last at every depth', () => {
    const leaf = 'a2 62 6161 00 64 6b696e64 64 6c656166'
    let item = leaf
    for (let depth = 0; depth < 62; depth++) item = `a3 61 61 ${item} 65 7a7a7a7a7a ${leaf} 64 6b696e64 64 70616972`
    const bytes = Buffer.from(item.replaceAll(' ', ''), 'hex')
    const start = process.hrtime.bigint()
    decode('node', bytes)
    expect(Number(process.hrtime.bigint() - start) / 1e6).toBeLessThan(1000)
  })

  it('keeps a key called __proto__ of a record as data', () => {
    const read = decode('record', 'a1 69 5f5f70726f746f5f5f a1 65 7072696365 01') as Record<string, unknown>
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
    expect(Object.keys(read)).toEqual(['__proto__'])
  })

  it('tells an Open member that is undefined from one that is missing', () => {
    expect(decode('maybe', encode('maybe', { value: undefined }))).toStrictEqual({ value: undefined })
    expect(refusal(() => decode('maybe', 'a0'))).toBe('value: expected a member that is required, got nothing')
  })

  it('of an open protocol passes over undeclared members anywhere, well-formed ones only', () => {
    const value = { aaaa: { deep: [1, { x: null }] }, items: [{ price: 1, extra: new Map([[1, 2]]) }], zz: 'x' }
    expect(decode('order', encoder.encode(value), true)).toEqual({ items: [{ price: 1 }] })
    expect(refusal(() => decode('order', 'a2 61 78 ff 65 6974656d73 80', true))).toMatch(
      /item of definite length, got a break/,
    )
    expect(refusal(() => decode('order', `a2 61 78 ${'81'.repeat(65)}00 65 6974656d73 80`, true))).toMatch(
      /more than 64/,
    )
    expect(refusal(() => decode('order', 'a2 61 78 9f00ff 65 6974656d73 80', true))).toMatch(/indefinite/)
    expect(refusal(() => decode('order', 'a2 65 6974656d73 80 65 6974656d73 80', true))).toMatch(/come before/)
    expect(refusal(() => decode('order', encoder.encode({ aaaa: 1 }), true))).toBe(
      'items: expected a member that is required, got nothing',
    )
  })
})

describe('an encoder', () => {
  it.each<[keyof typeof SHAPES, unknown, string]>([
    ['order', { items: [{ price: 1 }, { price: 'secret' }] }, 'items[1].price: expected a finite number, got a string'],
    ['order', { items: [{ price: Number.NaN }] }, 'items[0].price: expected a finite number, got NaN'],
    ['order', { items: [{ price: -Infinity }] }, 'items[0].price: expected a finite number, got an infinite number'],
    ['order', { items: [undefined] }, 'items[0]: expected an object, got undefined'],
    // A hole is an element like any other.
    ['order', { items: Array(1) }, 'items[0]: expected an object, got undefined'],
    ['order', {}, 'items: expected an array, got undefined'],
    ['order', null, 'payload: expected an object, got null'],
    [
      'order',
      { items: Array.from({ length: 6 }, () => ({ price: 1 })) },
      'items: expected an array of at most 5 elements, got more',
    ],
    [
      'record',
      // Counted as they are written: shorter keys first.
      { longest: { price: 1 }, secret: { price: true }, key: { price: 1 } },
      '[entry 1].price: expected a finite number, got a boolean',
    ],
    ['record', new Map(), 'payload: expected an object, got a Map'],
    ['record', [], 'payload: expected an object, got an array'],
    ['map', {}, 'payload: expected a Map, got an object'],
    ['map', Object.create(Map.prototype), 'payload: expected a Map, got a Map'],
    ['set', [1], 'payload: expected a Set, got an array'],
    [
      'pairs',
      new Set([
        [1, 2],
        [1, 2],
      ]),
      'payload: expected each element once, got one that has come before',
    ],
    [
      'dateMap',
      new Map([
        [new Date(5), 1],
        [new Date(5), 2],
      ]),
      'payload: expected each key once, got one that has come before',
    ],
    ['integer', 256, 'payload: expected an integer from 0 to 255, got an integer out of range'],
    ['integer', 0.5, 'payload: expected an integer from 0 to 255, got a number that is not an integer'],
    ['safe', 2 ** 53, 'payload: expected a safe integer, got an integer out of range'],
    ['bigint', 1, 'payload: expected a bigint of at most 32 bytes, got a number'],
    ['bigint', 2n ** 256n, 'payload: expected a bigint of at most 32 bytes, got a bigint out of range'],
    ['text', '\udc00secret', 'payload: expected well-formed text, got text with a lone surrogate'],
    ['short', 'abcde', 'payload: expected text of at most 4 UTF-16 units, got a longer one'],
    ['match', 'secret 1', 'payload: expected text that matches the declared pattern, got text that does not'],
    ['bytes', Uint8Array.of(1, 2, 3, 4), 'payload: expected at most 3 bytes, got more'],
    ['bytes', [1], 'payload: expected a Uint8Array, got an array'],
    ['date', new Date(Number.NaN), 'payload: expected a Date, got an invalid one'],
    ['date', 5, 'payload: expected a Date, got a number'],
    ['status', 'secret', 'payload: expected one of "on", "off", got a string'],
    ['mixed', true, 'payload: expected a string, null, an array, a Date or a Uint8Array, got a boolean'],
    ['tuple', [1, 'a', 2], 'payload: expected an array of 1 to 2 elements, got another number of elements'],
    ['truth', false, 'payload: expected true, got a boolean'],
    ['empty', [], 'payload: expected an object, got an array'],
    ['node', { kind: 'secret' }, 'payload: expected an object whose kind is one of "leaf", "pair", got another object'],
    ['node', { kind: 'pair', a: { kind: 'leaf' } }, 'a.aa: expected a finite number, got undefined'],
    ['text', Symbol('s'), 'payload: expected a string, got a symbol'],
    ['open', { price: [() => 1] }, 'price[0]: expected plain data, got a function'],
  ])('of %s says where, what was expected and what kind came, never the value', (name, value, message) => {
    expect(refusal(() => encode(name, value))).toBe(message)
  })

  it('wraps whatever a value throws', () => {
    const thrown = new TypeError('secret')
    const throwing = {
      get items(): never {
        throw thrown
      },
    }
    expect(() => encode('order', throwing)).toThrow(
      expect.objectContaining({
        code: 'invalid_payload',
        rawMessage: 'payload: expected a value that can be read, got an exception',
        cause: thrown,
      }),
    )
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    for (const name of Object.keys(SHAPES) as (keyof typeof SHAPES)[]) refusal(() => encode(name, proxy))
    const foreign = {
      get items(): never {
        throw new SteerError('unavailable', 'of someone else')
      },
    }
    expect(() => encode('order', foreign)).toThrow(expect.objectContaining({ code: 'invalid_payload' }))
  })

  it('refuses a value that contains itself', () => {
    const tree: { children: unknown[] } = { children: [] }
    tree.children.push(tree)
    expect(refusal(() => encode('tree', tree))).toMatch(
      /at most 64 arrays and objects inside each other, got more, or a value that contains itself$/,
    )
  })

  it('writes declared members only, inherited ones too, and leaves out what is undefined', () => {
    const item: object = Object.create({ price: 1 }) as object
    const value = { items: [Object.assign(item, { note: undefined, extra: 'x' })], other: 1 }
    expect(decode('order', encode('order', value))).toStrictEqual({ items: [{ price: 1 }] })
  })

  it('reads each member once, so that a changing getter cannot make head and content disagree', () => {
    let reads = 0
    const value = {
      get a(): number | undefined {
        return reads++ === 0 ? 1 : undefined
      },
    }
    expect(decode('empty', encode('empty', value))).toEqual({ a: 1 })
    expect(reads).toBe(1)
  })

  it('takes trailing undefined elements of a tuple as absent', () => {
    expect(decode('tuple', encode('tuple', [1, undefined]))).toEqual([1])
  })

  it('takes a Buffer for bytes, and a Map of another order for the same bytes', () => {
    expect(encode('bytes', Buffer.from([1, 2])).toString('hex')).toBe('420102')
    const forwards = new Map([
      ['b', 1],
      ['a', 2],
      ['cc', 3],
    ])
    expect(encode('map', forwards).toString('hex')).toBe('a361610261620162636303')
  })
})
