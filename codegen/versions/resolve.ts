/** References and nested unions, followed. */

import type { Shape } from '../../src/ir/shape.ts'
import type { PlainType } from './plain-types.ts'

/** What a reference leads to. */
export function resolveShape(shape: Shape, types: readonly PlainType[]): Shape {
  let current = shape
  for (let steps = 0; current.kind === 'reference'; steps++) {
    const type = types[current.type]
    if (type === undefined || steps > types.length) throw new Error(`type number ${current.type} leads nowhere`)
    current = type.shape
  }
  return current
}

/** The members of a union, those of the unions in it included, references followed; a shape that is none, itself. */
export function wholeMembers(shape: Shape, types: readonly PlainType[]): readonly Shape[] {
  const target = resolveShape(shape, types)
  if (target.kind !== 'union') return [target]
  const seen = new Set<Shape>([target])
  const members: Shape[] = []
  const open = [...target.members]
  for (const part of open) {
    const member = resolveShape(part, types)
    if (seen.has(member)) continue
    seen.add(member)
    if (member.kind === 'union') open.push(...member.members)
    else members.push(member)
  }
  return members
}
