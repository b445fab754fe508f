/** The values of a shape that are most likely to be refused elsewhere: bounds, both ways of everything that is optional. */

import type { Shape } from '../../../src/ir/shape.ts'
import { inspectKey, TYPES } from '../codec/arbitrary-shape.ts'

const RANGES: Readonly<Record<string, readonly [min: bigint, max: bigint]>> = {
  int: [BigInt(Number.MIN_SAFE_INTEGER), BigInt(Number.MAX_SAFE_INTEGER)],
  u8: [0n, 255n],
  u16: [0n, 65_535n],
  u32: [0n, 4_294_967_295n],
  i8: [-128n, 127n],
  i16: [-32_768n, 32_767n],
  i32: [-2_147_483_648n, 2_147_483_647n],
  u64: [0n, 2n ** 64n - 1n],
  i64: [-(2n ** 63n), 2n ** 63n - 1n],
}

/** Longer than any bound that shapes are drawn with. */
const LONG = 100

/**
 * A few dozen values; one part of a composite at a time is anything but plain. `names` are keys that mean something to whoever
 * takes them; `fuel` bounds how deep they go.
 */
export function extremeValues(shape: Shape, names: readonly string[] = [], fuel = 7): readonly unknown[] {
  const inner = (part: Shape): readonly unknown[] => extremeValues(part, names, fuel - 1)
  switch (shape.kind) {
    case 'boolean':
      return [false, true]
    case 'null':
      return [null]
    case 'literal':
      return [shape.value]
    case 'number':
      if (shape.format === undefined) return [0, 1.5, -0, 2 ** 60, Number.MAX_SAFE_INTEGER, -1, 300]
      return RANGES[shape.format]!.map(Number)
    case 'bigint':
      return RANGES[shape.format ?? ''] ?? [0n, 2n ** 256n - 1n, -(2n ** 256n), 2n ** 53n + 1n]
    case 'string':
      if (shape.pattern !== undefined) return ['a', `abcdefgh-${'1'.repeat(LONG)}`]
      return [
        '',
        'x'.repeat(Math.min(shape.maxLength ?? LONG, LONG)),
        ...((shape.maxLength ?? LONG) < 9 ? [] : ['__proto__']),
      ]
    case 'bytes':
      return [new Uint8Array(0), new Uint8Array(Math.min(shape.maxBytes ?? LONG, LONG))]
    case 'date':
      return [new Date(0), new Date(8.64e15)]
    case 'open':
      return [null, 1, 'x', [1], { a: 1 }]
    case 'reference':
      return fuel <= 0 ? smallest(TYPES[shape.type]!.shape) : inner(TYPES[shape.type]!.shape)
    case 'union':
      return shape.members.flatMap(inner)
    case 'array':
      return fuel <= 0 ? [[]] : lists(inner(shape.element), shape.maxCount ?? 12)
    case 'tuple':
      return tuples(shape, inner)
    case 'object':
      return objects(shape, inner)
    case 'record':
      if (fuel <= 0) return [{}]
      return [
        {},
        ...inner(shape.value).flatMap((value) =>
          ['k', '__proto__', ...names, ...(inner({ kind: 'string' }) as string[])].map((key) =>
            Object.fromEntries([[key, value]]),
          ),
        ),
      ]
    case 'map': {
      if (fuel <= 0) return [new Map()]
      const values = inner(shape.value)
      const keys = [...inner(shape.key), ...names.filter((name) => isOneOf(name, shape.key))]
      return [
        new Map(),
        ...pairs(keys).map((some) => new Map(some.map((key) => [key, values[0]]))),
        ...values.map((value) => new Map([[keys[0], value]])),
      ]
    }
    case 'set':
      if (fuel <= 0) return [new Set()]
      return [new Set(), ...pairs(inner(shape.element)).map((elements) => new Set(elements))]
  }
}

function smallest(shape: Shape): readonly unknown[] {
  if (shape.kind === 'union') return smallest(shape.members[0]!)
  if (shape.kind === 'object') {
    const required = shape.members.filter(({ optional }) => !optional)
    return [Object.fromEntries(required.map(({ name, shape: part }) => [name, smallest(part)[0]]))]
  }
  if (shape.kind === 'reference') return smallest(TYPES[shape.type]!.shape)
  return extremeValues(shape, [], 0).slice(0, 1)
}

function lists(elements: readonly unknown[], maxCount: number): unknown[][] {
  if (maxCount === 0) return [[]]
  const count = Math.min(maxCount, 12)
  // Alone, and in all places: whoever takes a tuple may refuse it in one of them only.
  return [[], ...elements.flatMap((element) => [[element], Array.from({ length: count }, () => element)])]
}

/** Each alone, and each beside the first and those that are tried next, which may differ from it in a single part. */
function pairs(values: readonly unknown[]): unknown[][] {
  const beside = values.flatMap((value, index) =>
    [values[0], values[index + 1], values[index + 2]].map((other) => [value, other]),
  )
  const apart = beside.filter(([one, other]) => other !== undefined && inspectKey(one) !== inspectKey(other))
  return [...values.map((value) => [value]), ...apart]
}

/** Whether a name is a text of the shape. Patterns are not looked at: a name that matches one is left out. */
function isOneOf(name: string, shape: Shape): boolean {
  return shape.kind === 'string' && shape.pattern === undefined && name.length <= (shape.maxLength ?? LONG)
}

function tuples(
  { elements, required, rest }: Extract<Shape, { readonly kind: 'tuple' }>,
  inner: (part: Shape) => readonly unknown[],
): unknown[][] {
  const choices = elements.map(inner)
  const plain = choices.map((list) => list[0])
  const varied = choices.flatMap((list, index) => list.map((value) => plain.with(index, value)))
  const longer =
    rest === undefined
      ? []
      : inner(rest).flatMap((value) => [
          [...plain, value],
          [...plain, ...Array.from({ length: 9 }, () => value)],
        ])
  return [plain.slice(0, required), plain, ...varied, ...longer]
}

function objects(
  { members }: Extract<Shape, { readonly kind: 'object' }>,
  inner: (part: Shape) => readonly unknown[],
): object[] {
  const choices = members.map(({ name, shape, optional }) => ({ name, optional, values: inner(shape) }))
  const required = choices.filter(({ optional }) => !optional).map(({ name, values }) => [name, values[0]] as const)
  const varied = choices.flatMap(({ name, values }) =>
    values.map((value) => [...required.filter(([other]) => other !== name), [name, value] as const]),
  )
  return [required, ...varied].map((entries) => Object.fromEntries(entries))
}
