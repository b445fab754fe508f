/** How the members of a union are told apart: by the kind of CBOR item, and objects among themselves by a literal member. */

import { areDistinct } from '../../../src/ir/distinct-literals.ts'
import { resolveShape } from '../../../src/ir/resolve-shape.ts'
import type { Shape, TypeDefinition } from '../../../src/ir/shape.ts'
import {
  encodedText,
  shapeKey,
  unionMembers,
  type Discriminant,
  type LiteralShape,
  type ObjectShape,
} from './shape-query.ts'

/** The members of a union that begin with the same kinds of item. */
export interface Group {
  readonly category: Category
  readonly members: readonly Shape[]
}

export type Category =
  | 'text'
  | 'number'
  | 'bigint'
  | 'boolean'
  | 'null'
  | 'bytes'
  | 'array'
  | 'object'
  | 'map'
  | 'date'
  | 'set'

/** The groups of a union, in the order of their first members. */
export function groupsOf(shape: Shape, types: readonly TypeDefinition[]): Group[] {
  const groups = new Map<Category, Shape[]>()
  for (const member of unionMembers(shape, types)) {
    const category = categoryOf(resolveShape(member, types))
    const members = groups.get(category) ?? []
    if (!members.some((other) => shapeKey(other) === shapeKey(member))) members.push(member)
    groups.set(category, members)
  }
  const list = [...groups].map(([category, members]) => ({ category, members }))
  for (const group of list) assertApart(group, types)
  return list
}

function categoryOf(shape: Shape): Category {
  switch (shape.kind) {
    case 'string':
      return 'text'
    case 'literal':
      return categoryOfLiteral(shape.value)
    case 'tuple':
      return 'array'
    case 'record':
      return 'object'
    case 'union':
    case 'reference':
    case 'open':
      throw new Error(`a union has a member of kind ${shape.kind}`)
    default:
      return shape.kind
  }
}

function categoryOfLiteral(value: LiteralShape['value']): Category {
  return typeof value === 'string' ? 'text' : (typeof value as 'number' | 'boolean' | 'bigint')
}

// The reader refuses such unions with a position; this is the last resort.
function assertApart(group: Group, types: readonly TypeDefinition[]): void {
  const members = group.members.map((member) => resolveShape(member, types))
  if (members.length < 2 || members.every((member) => member.kind === 'literal')) return
  if (members.every((member) => member.kind === 'object')) {
    discriminatorOf(group.members, types)
    return
  }
  throw new Error(`members of a union are not told apart: several of kind ${group.category}`)
}

/** The member by which objects are told apart. */
export interface Discriminator {
  readonly name: string
  /** For each object, the values that stand for it. */
  readonly values: readonly (readonly Discriminant[])[]
}

/** The required literal member, earliest in the encoding, whose values no two of `objects` share. */
export function discriminatorOf(objects: readonly Shape[], types: readonly TypeDefinition[]): Discriminator {
  const shapes = objects.map((object) => resolveShape(object, types) as ObjectShape)
  const names = shapes[0]!.members.map((member) => member.name)
  names.sort((left, right) => Buffer.compare(encodedText(left), encodedText(right)))
  for (const name of names) {
    const values = shapes.map((shape) => literalsOf(shape, name, types))
    if (values.every((list) => list !== undefined) && areDistinct(values.flat())) return { name, values }
  }
  throw new Error('objects of a union are not told apart by a literal member')
}

function literalsOf(shape: ObjectShape, name: string, types: readonly TypeDefinition[]): Discriminant[] | undefined {
  const member = shape.members.find((candidate) => candidate.name === name)
  if (member === undefined || member.optional) return undefined
  const values = unionMembers(member.shape, types).map((part) => valuesOf(resolveShape(part, types)))
  return values.includes(undefined) ? undefined : values.flatMap((list) => list ?? [])
}

/** The few values that a shape has; undefined where they are many. */
function valuesOf(shape: Shape): readonly Discriminant[] | undefined {
  if (shape.kind === 'literal') return [shape.value]
  if (shape.kind === 'boolean') return [false, true]
  return shape.kind === 'null' ? [null] : undefined
}
