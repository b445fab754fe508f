/** By which member the decoder of a union of objects tells them apart: the rule of the emitted codecs, on the same shapes. */

import { areDistinct } from '../../src/ir/distinct-literals.ts'
import { resolveShape } from '../../src/ir/resolve-shape.ts'
import type { Shape } from '../../src/ir/shape.ts'
import type { PlainType } from './plain-types.ts'
import { wholeMembers } from './resolve.ts'

type ObjectShape = Extract<Shape, { readonly kind: 'object' }>

/** One value of the member, and the object that it stands for. */
export interface Case {
  readonly shape: Shape
  readonly object: ObjectShape
}

export interface Discriminator {
  readonly name: string
  readonly cases: readonly Case[]
}

/** The required literal member, earliest in the encoding, whose values no two of the objects share. */
export function discriminate(objects: readonly ObjectShape[], types: readonly PlainType[]): Discriminator {
  const names = objects[0]!.members.map(({ name }) => name)
  names.sort((left, right) => compareEncoded(left, right))
  for (const name of names) {
    const lists = objects.map((object) => casesOf(object, name, types))
    const cases = lists.flatMap((list) => list ?? [])
    if (lists.includes(undefined) || !areDistinct(cases.map(valueOf))) continue
    return { name, cases }
  }
  throw new Error('objects of a union are not told apart by a literal member')
}

function casesOf(object: ObjectShape, name: string, types: readonly PlainType[]): Case[] | undefined {
  const member = object.members.find((candidate) => candidate.name === name)
  if (member === undefined || member.optional) return undefined
  const cases: Case[] = []
  for (const shape of wholeMembers(resolveShape(member.shape, types), types)) {
    if (shape.kind !== 'literal' && shape.kind !== 'boolean' && shape.kind !== 'null') return undefined
    if (shape.kind !== 'boolean') cases.push({ shape, object })
    else for (const value of [false, true]) cases.push({ shape: { kind: 'literal', value }, object })
  }
  return cases
}

function valueOf({ shape }: Case): string | number | boolean | bigint | null {
  return shape.kind === 'literal' ? shape.value : null
}

/** Shorter first, then bytewise, as their encodings are compared. */
function compareEncoded(left: string, right: string): number {
  const [a, b] = [Buffer.from(left, 'utf8'), Buffer.from(right, 'utf8')]
  return a.length - b.length || Buffer.compare(a, b)
}
