/** A shape as the next version of a declaration may have it: one thing in it is another. */

import fc from 'fast-check'

import { findClash } from '../../../codegen/read/told-apart.ts'
import type { Member, Shape } from '../../../src/ir/shape.ts'
import { shapeArbitrary, TYPES } from '../codec/arbitrary-shape.ts'

/** One change somewhere in the shape. Choices come from `draw`, a number below its argument. */
export function mutateShape(shape: Shape, draw: (below: number) => number, fresh: () => Shape): Shape {
  const parts = partsOf(shape)
  if (parts.length > 0 && draw(3) > 0) {
    const index = draw(parts.length)
    const changed = mutateShape(parts[index]!, draw, fresh)
    const whole = withParts(shape, parts.with(index, changed))
    return isDecodable(whole) ? whole : shape
  }
  const changed = changeHere(shape, draw, fresh)
  return isDecodable(changed) ? changed : shape
}

/** A pair of shapes that are alike, with the number of changes between them. */
export const relatedShapes: fc.Arbitrary<readonly [Shape, Shape]> = fc
  .tuple(
    shapeArbitrary,
    fc.array(fc.nat(1_000_000), { minLength: 40, maxLength: 40 }),
    fc.array(shapeArbitrary, { minLength: 6, maxLength: 6 }),
    fc.integer({ min: 1, max: 2 }),
  )
  .map(([shape, numbers, others, changes]) => {
    let number = 0
    let other = 0
    const draw = (below: number): number => numbers[number++ % numbers.length]! % below
    const fresh = (): Shape => others[other++ % others.length]!
    let changed = shape
    for (let count = 0; count < changes; count++) changed = mutateShape(changed, draw, fresh)
    return draw(2) === 0 ? ([shape, changed] as const) : ([changed, shape] as const)
  })

function partsOf(shape: Shape): readonly Shape[] {
  switch (shape.kind) {
    case 'array':
    case 'set':
      return [shape.element]
    case 'tuple':
      return shape.rest === undefined ? shape.elements : [...shape.elements, shape.rest]
    case 'object':
      return shape.members.map((member) => member.shape)
    case 'record':
      return [shape.value]
    case 'map':
      return [shape.key, shape.value]
    case 'union':
      return shape.members
    case 'reference':
      return []
    default:
      return []
  }
}

function withParts(shape: Shape, parts: readonly Shape[]): Shape {
  switch (shape.kind) {
    case 'array':
    case 'set':
      return { ...shape, element: parts[0]! }
    case 'tuple': {
      const { elements, rest } = shape
      const leading = { ...shape, elements: parts.slice(0, elements.length) }
      return rest === undefined ? leading : { ...leading, rest: parts.at(-1)! }
    }
    case 'object':
      return { ...shape, members: shape.members.map((member, index) => ({ ...member, shape: parts[index]! })) }
    case 'record':
      return { ...shape, value: parts[0]! }
    case 'map':
      return { ...shape, key: parts[0]!, value: parts[1]! }
    case 'union':
      return { ...shape, members: parts }
    default:
      return shape
  }
}

function changeHere(shape: Shape, draw: (below: number) => number, fresh: () => Shape): Shape {
  switch (shape.kind) {
    case 'number':
    case 'bigint':
      return NUMBERS[draw(NUMBERS.length)]!
    case 'string':
      return { kind: 'string', maxLength: draw(80) }
    case 'bytes':
      return draw(3) === 0 ? { kind: 'bytes' } : { kind: 'bytes', maxBytes: draw(60) }
    case 'array':
      return changeList(shape, draw)
    case 'tuple': {
      const required = draw(shape.elements.length + 1)
      return draw(2) === 0 ? { ...shape, required } : { ...shape, elements: [...shape.elements, fresh()] }
    }
    case 'object':
      return { kind: 'object', members: changeMembers(shape.members, draw, fresh) }
    case 'record':
      return { kind: 'map', key: { kind: 'string' }, value: shape.value }
    case 'union':
      return changeUnion(shape.members, draw, fresh)
    case 'reference':
      return TYPES[shape.type]!.shape
    case 'literal':
      return widened(shape.value, draw)
    default:
      return fresh()
  }
}

const NUMBERS: readonly Shape[] = [
  { kind: 'number' },
  { kind: 'number', format: 'int' },
  { kind: 'number', format: 'u8' },
  { kind: 'number', format: 'i16' },
  { kind: 'number', format: 'u32' },
  { kind: 'bigint' },
  { kind: 'bigint', format: 'u64' },
  { kind: 'bigint', format: 'i64' },
]

function changeList(shape: Extract<Shape, { readonly kind: 'array' }>, draw: (below: number) => number): Shape {
  const { element } = shape
  if (draw(3) === 0) return { kind: 'tuple', elements: [element, element], required: draw(3), rest: element }
  return draw(3) === 0 ? { kind: 'array', element } : { kind: 'array', element, maxCount: draw(8) }
}

function changeMembers(members: readonly Member[], draw: (below: number) => number, fresh: () => Shape): Member[] {
  const kept = [...members]
  const index = draw(Math.max(1, kept.length))
  const member = kept[index]
  const choice = draw(4)
  if (choice === 0 || member === undefined) {
    const name = `added${draw(1000)}`
    kept.push({ name, shape: fresh(), optional: draw(2) === 0 })
  } else if (choice === 1) kept.splice(index, 1)
  else kept[index] = { ...member, optional: !member.optional }
  return kept
}

function changeUnion(members: readonly Shape[], draw: (below: number) => number, fresh: () => Shape): Shape {
  if (draw(2) === 0) return { kind: 'union', members: [...members, fresh()] }
  const index = draw(members.length)
  const fewer = members.filter((_, position) => position !== index)
  return fewer.length === 1 ? fewer[0]! : { kind: 'union', members: fewer }
}

function widened(value: string | number | boolean | bigint, draw: (below: number) => number): Shape {
  if (draw(2) === 0) {
    if (typeof value === 'string') return { kind: 'string' }
    if (typeof value === 'boolean') return { kind: 'boolean' }
    return typeof value === 'bigint' ? { kind: 'bigint' } : { kind: 'number' }
  }
  const other = typeof value === 'string' ? `${value}2` : typeof value === 'bigint' ? value + 1n : undefined
  if (other === undefined) return { kind: 'literal', value }
  return {
    kind: 'union',
    members: [
      { kind: 'literal', value },
      { kind: 'literal', value: other },
    ],
  }
}

/** Only what the reader lets through has a decoder. */
function isDecodable(shape: Shape): boolean {
  if (shape.kind === 'union') {
    const nested = shape.members.some((member) => {
      const target = member.kind === 'reference' ? TYPES[member.type]!.shape : member
      return target.kind === 'union' || target.kind === 'open'
    })
    if (nested || findClash(shape.members, (type) => TYPES[type]?.shape) !== undefined) return false
    if (new Set(shape.members.map((member) => JSON.stringify(member, bigintText))).size < shape.members.length)
      return false
  }
  return partsOf(shape).every(isDecodable)
}

function bigintText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value
}
