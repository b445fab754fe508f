/** Questions about shapes that more than one part of the codec emitter asks. */

import { resolveShape } from '../../../src/ir/resolve-shape.ts'
import type { Member, Shape, TypeDefinition } from '../../../src/ir/shape.ts'

export type ObjectShape = Extract<Shape, { readonly kind: 'object' }>
export type LiteralShape = Extract<Shape, { readonly kind: 'literal' }>
/** A value by which objects can be told apart. */
export type Discriminant = LiteralShape['value'] | null

/** The members of a union, those of unions that it refers to included. Object members keep their references. */
export function unionMembers(shape: Shape, types: readonly TypeDefinition[]): Shape[] {
  const seen = new Set<Shape>()
  const members: Shape[] = []
  const collect = (part: Shape): void => {
    const target = resolveShape(part, types)
    if (target.kind !== 'union') {
      members.push(part)
    } else if (!seen.has(target)) {
      seen.add(target)
      target.members.forEach(collect)
    }
  }
  collect(shape)
  return members
}

/** A text that is equal for shapes with the same codec: documentation does not count. */
export function shapeKey(shape: Shape): string {
  // Most payloads are of a named type.
  if (shape.kind === 'reference') return `type ${shape.type}`
  return JSON.stringify(shape, (name, value: unknown) => {
    if (name === 'doc') return undefined
    if (typeof value === 'bigint') return { bigint: String(value) }
    return Object.is(value, -0) ? { negativeZero: true } : value
  })
}

/** The shape of a value that is still being put together: what it holds itself can be set. */
export function withoutReadonly(shape: Shape): Shape {
  if (shape.kind === 'object') {
    return { ...shape, members: shape.members.map(({ readonly: _, ...member }) => member) }
  }
  if (!('readonly' in shape)) return shape
  const { readonly: _, ...writable } = shape
  return writable
}

/** The shapes directly inside `shape`. References lead nowhere. */
export function innerShapes(shape: Shape): Shape[] {
  switch (shape.kind) {
    case 'array':
    case 'set':
      return [shape.element]
    case 'tuple':
      return shape.rest === undefined ? [...shape.elements] : [...shape.elements, shape.rest]
    case 'object':
      return shape.members.map((member) => member.shape)
    case 'record':
      return [shape.value]
    case 'map':
      return [shape.key, shape.value]
    case 'union':
      return [...shape.members]
    default:
      return []
  }
}

/** Members in the deterministic order of their encoded keys: shorter first, then bytewise. */
export function sortedMembers(shape: ObjectShape): Member[] {
  return [...shape.members].sort((left, right) => Buffer.compare(encodedText(left.name), encodedText(right.name)))
}

/** The CBOR encoding of a text. */
export function encodedText(text: string): Buffer {
  const content = Buffer.from(text, 'utf8')
  return Buffer.concat([encodedHead(3, content.length), content])
}

/** The shortest head for `major` and `argument`, which is a safe integer. */
export function encodedHead(major: number, argument: number): Buffer {
  const info = argument < 24 ? argument : argument < 0x100 ? 24 : argument < 0x10000 ? 25 : argument < 2 ** 32 ? 26 : 27
  const head = Buffer.alloc(info < 24 ? 1 : 1 + 2 ** (info - 24))
  head[0] = (major << 5) | info
  if (info === 24) head[1] = argument
  else if (info === 25) head.writeUInt16BE(argument, 1)
  else if (info === 26) head.writeUInt32BE(argument, 1)
  else if (info === 27) head.writeBigUInt64BE(BigInt(argument), 1)
  return head
}

/** True where two equal values are always the same to `Map` and `Set`. */
export function isPrimitive(shape: Shape, types: readonly TypeDefinition[]): boolean {
  const target = resolveShape(shape, types)
  switch (target.kind) {
    case 'boolean':
    case 'null':
    case 'literal':
    case 'number':
    case 'bigint':
    case 'string':
      return true
    case 'union':
      return unionMembers(target, types).every((member) => isPrimitive(member, types))
    default:
      return false
  }
}
