/** Nested unions, followed. */

import { resolveShape } from '../../src/ir/resolve-shape.ts'
import type { Shape } from '../../src/ir/shape.ts'
import type { PlainType } from './plain-types.ts'

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
