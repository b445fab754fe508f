/** Random declared types, and random values of them. */

import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { findClash } from '../../../codegen/read/told-apart.ts'
import type { Member, Shape, TypeDefinition } from '../../../src/ir/shape.ts'

// In every Node that is supported; the type library only has it from ES2024 on.
function isWellFormed(text: string): boolean {
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed()
}

type NamedType = Omit<TypeDefinition, 'source'>

function member(name: string, shape: Shape, optional = false): Member {
  return { name, shape, optional }
}

/** Named types, most of them recursive, that random shapes refer to. */
export const TYPES: readonly NamedType[] = [
  {
    name: 'Tree',
    shape: {
      kind: 'object',
      members: [
        member('value', { kind: 'number' }),
        member('children', { kind: 'array', element: { kind: 'reference', type: 0 } }),
      ],
    },
  },
  {
    name: 'Chain',
    shape: {
      kind: 'object',
      members: [member('next', { kind: 'reference', type: 1 }, true), member('label', { kind: 'string' })],
    },
  },
  {
    name: 'Json',
    shape: {
      kind: 'union',
      members: [
        { kind: 'null' },
        { kind: 'boolean' },
        { kind: 'number' },
        { kind: 'string' },
        { kind: 'array', element: { kind: 'reference', type: 2 } },
        { kind: 'record', value: { kind: 'reference', type: 2 } },
      ],
    },
  },
  {
    name: 'Shape2d',
    shape: {
      kind: 'union',
      members: [
        {
          kind: 'object',
          members: [member('radius', { kind: 'number' }), member('kind', { kind: 'literal', value: 'circle' })],
        },
        {
          kind: 'object',
          members: [
            member('kind', { kind: 'literal', value: 'group' }),
            member('by', { kind: 'string' }, true),
            member('of', { kind: 'array', element: { kind: 'reference', type: 3 } }),
          ],
        },
        { kind: 'reference', type: 4 },
      ],
    },
  },
  {
    name: 'Square',
    shape: {
      kind: 'object',
      members: [
        member('kind', {
          kind: 'union',
          members: [
            { kind: 'literal', value: 'square' },
            { kind: 'literal', value: 'box' },
          ],
        }),
        member('side', { kind: 'number', format: 'u16' }),
      ],
    },
  },
  { name: 'Name', shape: { kind: 'string', maxLength: 20 } },
]

const NAMES = fc
  .oneof(
    {
      weight: 6,
      arbitrary: fc.string({
        unit: fc.constantFrom(...'abcdefgxyzABC019_$'.match(/./g)!),
        minLength: 1,
        maxLength: 20,
      }),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }).filter(isWellFormed) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        'constructor',
        'toString',
        'hasOwnProperty',
        'output',
        'value',
        'index',
        '',
        'a b',
        '$a',
      ),
    },
  )
  .filter((name) => name !== '__proto__')

const SCALARS: fc.Arbitrary<Shape> = fc.oneof(
  fc.constant<Shape>({ kind: 'boolean' }),
  fc.constant<Shape>({ kind: 'null' }),
  fc.constant<Shape>({ kind: 'number' }),
  fc.constantFrom('int', 'u8', 'u16', 'u32', 'i8', 'i16', 'i32').map((format): Shape => ({ kind: 'number', format })),
  fc.constant<Shape>({ kind: 'bigint' }),
  fc.constantFrom('u64', 'i64').map((format): Shape => ({ kind: 'bigint', format })),
  fc.constant<Shape>({ kind: 'string' }),
  fc.nat(60).map((maxLength): Shape => ({ kind: 'string', maxLength })),
  fc.constant<Shape>({ kind: 'string', pattern: '[a-z]{1,8}(?:-[0-9]+)?' }),
  fc.constant<Shape>({ kind: 'bytes' }),
  fc.nat(40).map((maxBytes): Shape => ({ kind: 'bytes', maxBytes })),
  fc.constant<Shape>({ kind: 'date' }),
  fc
    .oneof(
      fc.constantFrom('on', 'off', 'a text of more than sixteen bytes', 'ü'),
      fc.integer(),
      fc.boolean(),
      fc.bigInt(),
      fc.constantFrom(1.5, -0.1),
    )
    .map((value): Shape => ({ kind: 'literal', value })),
)

const { shape: SHAPE } = fc.letrec<{ shape: Shape; keyed: Shape }>((tie) => {
  const inner = tie('shape')
  const objects = fc
    .uniqueArray(fc.tuple(NAMES, inner, fc.boolean()), { selector: ([name]) => name, maxLength: 7 })
    .map((members): Shape => ({
      kind: 'object',
      members: members.map(([name, shape, optional]) => member(name, shape, optional)),
    }))
  return {
    keyed: fc.oneof({ depthSize: 'small' }, SCALARS, tie('shape')),
    shape: fc.oneof(
      { depthSize: 'small', maxDepth: 4, depthIdentifier: 'shape' },
      { weight: 5, arbitrary: SCALARS },
      { weight: 4, arbitrary: objects },
      {
        weight: 2,
        arbitrary: fc
          .tuple(inner, fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }))
          .map(([element, maxCount]): Shape =>
            maxCount === undefined ? { kind: 'array', element } : { kind: 'array', element, maxCount },
          ),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.array(inner, { maxLength: 3 }), fc.nat(3), fc.option(inner, { nil: undefined }))
          .map(tuple),
      },
      { weight: 1, arbitrary: inner.map((value): Shape => ({ kind: 'record', value })) },
      {
        weight: 1,
        arbitrary: fc.tuple(tie('keyed'), inner).map(([key, value]): Shape => ({ kind: 'map', key, value })),
      },
      { weight: 1, arbitrary: tie('keyed').map((element): Shape => ({ kind: 'set', element })) },
      { weight: 2, arbitrary: fc.tuple(inner, inner, inner).map(union) },
      { weight: 1, arbitrary: fc.constantFrom<Shape>(...enumerations()) },
      { weight: 1, arbitrary: fc.nat(TYPES.length - 1).map((type): Shape => ({ kind: 'reference', type })) },
    ),
  }
})

/** A random shape whose references point into `TYPES`, half of them read-only wherever they can be. */
export const shapeArbitrary: fc.Arbitrary<Shape> = fc
  .tuple(SHAPE, fc.boolean())
  .map(([shape, isReadonly]) => (isReadonly ? frozen(shape) : shape))

/** The same shape, written with `readonly` everywhere and without `undefined`. */
export function frozen(shape: Shape): Shape {
  switch (shape.kind) {
    case 'array':
    case 'set':
      return { ...shape, element: frozen(shape.element), readonly: true }
    case 'record':
      return { ...shape, value: frozen(shape.value), readonly: true }
    case 'map':
      return { ...shape, key: frozen(shape.key), value: frozen(shape.value), readonly: true }
    case 'tuple':
      return {
        ...shape,
        elements: shape.elements.map(frozen),
        ...(shape.rest === undefined ? {} : { rest: frozen(shape.rest) }),
        exact: [...shape.elements.keys()].slice(shape.required),
        readonly: true,
      }
    case 'object':
      return { kind: 'object', members: shape.members.map(frozenMember) }
    case 'union':
      return { kind: 'union', members: shape.members.map(frozen) }
    case 'bytes':
      return { ...shape, buffer: 'ArrayBuffer' }
    default:
      return shape
  }
}

function frozenMember({ shape, ...rest }: Member): Member {
  return { ...rest, shape: frozen(shape), readonly: true, ...(rest.optional ? { absence: 'key' } : {}) }
}

function tuple([elements, required, rest]: readonly [readonly Shape[], number, Shape | undefined]): Shape {
  const base = { kind: 'tuple', elements, required: Math.min(required, elements.length) } as const
  return rest === undefined ? base : { ...base, rest }
}

function enumerations(): Shape[] {
  const texts = (...values: readonly (string | number | bigint)[]): Shape => ({
    kind: 'union',
    members: values.map((value) => ({ kind: 'literal', value })),
  })
  return [
    texts('available', 'busy'),
    texts('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'ü'),
    texts(1, 2, 3.5),
    texts(1n, 2n ** 70n),
  ]
}

const resolve = (type: number): Shape | undefined => TYPES[type]?.shape

// Keeps of the parts what the reader takes beside what stands there already: its word is put to the test.
function union(parts: readonly Shape[]): Shape {
  const flat = parts.flatMap((part) => {
    const target = part.kind === 'reference' ? TYPES[part.type]!.shape : part
    return target.kind === 'union' ? target.members : [part]
  })
  const members: Shape[] = []
  for (const part of flat) {
    const isThere = members.some((other) => isDeepStrictEqual(other, part))
    if (!isThere && findClash([...members, part], resolve) === undefined) members.push(part)
  }
  return members.length > 1 ? { kind: 'union', members } : members[0]!
}

const LITERALS = fc
  .oneof(fc.constantFrom('a', 'b', 'c', 3, 4, 1.5, 3n, 4n, 5n, true, false))
  .map((value): Shape => ({ kind: 'literal', value }))

const DISCRIMINANTS: fc.Arbitrary<Shape> = fc.oneof(
  LITERALS,
  fc.constantFrom<Shape>({ kind: 'null' }, { kind: 'boolean' }),
)

const DISCRIMINATED = fc
  .tuple(
    fc.oneof(
      { weight: 5, arbitrary: DISCRIMINANTS },
      { weight: 1, arbitrary: fc.tuple(DISCRIMINANTS, DISCRIMINANTS).map(union) },
    ),
    fc.constantFrom('x', 'y'),
    SCALARS,
  )
  .map(([key, name, shape]): Shape => ({ kind: 'object', members: [member('k', key), member(name, shape)] }))

/** Unions of literals alone, and of objects that are told apart by one: of what the reader takes, all must be decodable. */
export const literalUnionArbitrary: fc.Arbitrary<Shape> = fc
  .oneof(LITERALS, DISCRIMINATED)
  .chain(({ kind }) => fc.array(kind === 'literal' ? LITERALS : DISCRIMINATED, { minLength: 2, maxLength: 4 }))
  .map(union)

const INTEGERS: Readonly<Record<string, readonly [number, number]>> = {
  int: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  u8: [0, 255],
  u16: [0, 65_535],
  u32: [0, 4_294_967_295],
  i8: [-128, 127],
  i16: [-32_768, 32_767],
  i32: [-2_147_483_648, 2_147_483_647],
}

const TEXT = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 80 }),
  fc.string({ unit: 'binary', maxLength: 100 }).filter(isWellFormed),
)

const FINITE = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  fc.constantFrom(
    0,
    -0,
    1,
    23,
    24,
    255,
    256,
    65_535,
    65_536,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 53,
    -(2 ** 53),
    2 ** 64,
    5.960464477539063e-8,
    65_504,
    1e300,
  ),
)

const BIGINT = fc.oneof(
  fc.bigInt({ min: -(2n ** 256n), max: 2n ** 256n - 1n }),
  fc.bigInt({ min: -300n, max: 300n }),
  fc.constantFrom(2n ** 64n, 2n ** 64n - 1n, -(2n ** 64n), -(2n ** 64n) - 1n, 2n ** 32n, -(2n ** 256n)),
)

/** A random value of a shape. `fuel` bounds how deep recursive types go. */
export function valueArbitrary(shape: Shape, fuel = 4): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'literal':
      return fc.constant(shape.value)
    case 'number': {
      if (shape.format === undefined) return FINITE
      const [min, max] = INTEGERS[shape.format]!
      return shape.format === 'int' ? fc.maxSafeInteger() : fc.integer({ min, max })
    }
    case 'bigint':
      if (shape.format === 'u64') return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
      return shape.format === 'i64' ? fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) : BIGINT
    case 'string':
      if (shape.pattern !== undefined) return fc.stringMatching(/^[a-z]{1,8}(?:-[0-9]+)?$/)
      return shape.maxLength === undefined ? TEXT : TEXT.map((text) => clip(text, shape.maxLength!))
    case 'bytes':
      return fc.uint8Array({ maxLength: shape.maxBytes ?? 70 })
    case 'date':
      return fc.date({ noInvalidDate: true })
    case 'reference':
      return valueArbitrary(TYPES[shape.type]!.shape, fuel - 1)
    case 'open':
      return fc.jsonValue({ maxDepth: 3 })
    default:
      return compositeValue(shape, fuel)
  }
}

function clip(text: string, length: number): string {
  const cut = text.slice(0, length)
  return isWellFormed(cut) ? cut : cut.slice(0, -1)
}

type Composite = Extract<Shape, { readonly kind: 'array' | 'tuple' | 'object' | 'record' | 'map' | 'set' | 'union' }>

function compositeValue(shape: Composite, fuel: number): fc.Arbitrary<unknown> {
  const most = fuel <= 0 ? 0 : 4
  const inner = (part: Shape): fc.Arbitrary<unknown> => valueArbitrary(part, fuel - 1)
  switch (shape.kind) {
    case 'array':
      return most === 0
        ? fc.constant([])
        : fc.array(inner(shape.element), { maxLength: Math.min(shape.maxCount ?? 5, 5) })
    case 'tuple':
      return tupleValue(shape, inner)
    case 'object':
      return objectValue(shape.members, fuel)
    case 'record':
      return most === 0
        ? fc.constant({})
        : fc
            .array(fc.tuple(fc.oneof(NAMES, fc.constant('__proto__')), inner(shape.value)), { maxLength: 5 })
            .map((entries) => Object.fromEntries(entries))
    case 'map':
      return distinctValues(shape.key, inner, most).chain((keys) =>
        fc
          .tuple(...keys.map((key) => fc.tuple(fc.constant(key), inner(shape.value))))
          .map((entries) => new Map(entries)),
      )
    case 'set':
      return distinctValues(shape.element, inner, most).map((elements) => new Set(elements))
    case 'union': {
      const small = fuel <= 0 ? shape.members.slice(0, 1) : shape.members
      return fc.oneof(...small.map(inner))
    }
  }
}

// Values that no two encodings can be equal of: compared by a text that tells as much apart as the encoding does.
function distinctValues(
  shape: Shape,
  inner: (shape: Shape) => fc.Arbitrary<unknown>,
  most: number,
): fc.Arbitrary<unknown[]> {
  return fc.uniqueArray(inner(shape), { maxLength: most, selector: (value) => inspectKey(value) })
}

/** A text that tells as much apart as the encoding does. */
export function inspectKey(value: unknown): string {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`
  if (value instanceof Date) return `date ${value.getTime()}`
  if (value instanceof Map)
    return `map ${[...value]
      .map(([key, item]) => `${inspectKey(key)}=${inspectKey(item)}`)
      .sort()
      .join()}`
  if (value instanceof Set) return `set ${[...value].map(inspectKey).sort().join()}`
  if (Array.isArray(value)) return `[${value.map(inspectKey).join()}]`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}:${inspectKey(item)}`)
      .sort()
      .join()}}`
  }
  return `${typeof value} ${typeof value === 'number' && value === 0 ? 0 : String(value)}`
}

function tupleValue(
  shape: Extract<Shape, { readonly kind: 'tuple' }>,
  inner: (shape: Shape) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown[]> {
  const { elements, required, rest } = shape
  return fc.integer({ min: required, max: elements.length }).chain((count) => {
    const leading = elements.slice(0, count).map(inner)
    const trailing =
      rest !== undefined && count === elements.length ? fc.array(inner(rest), { maxLength: 3 }) : fc.constant([])
    return fc.tuple(fc.tuple(...leading), trailing).map(([head, tail]) => [...head, ...tail])
  })
}

function objectValue(members: readonly Member[], fuel: number): fc.Arbitrary<unknown> {
  const entries = members.map(({ name, shape, optional }) => {
    if (optional && fuel <= 0) return fc.constant(undefined)
    const present = valueArbitrary(shape, fuel - 1).map((value) => [name, value] as const)
    return optional ? fc.option(present, { nil: undefined }) : present
  })
  return fc.tuple(...entries).map((list) => Object.fromEntries(list.filter((entry) => entry !== undefined)))
}
