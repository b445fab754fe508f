/** Whether a type has any finite value. `interface Node { next: Node }` has none: no encoder could end. Pure. */

import type { Shape } from '../../src/ir/shape.ts'

/** The numbers of the definitions without a finite value. Missing shapes, complained about elsewhere, count as having one. */
export function findEndless(shapes: readonly (Shape | undefined)[]): readonly number[] {
  const finite = shapes.map((shape) => shape === undefined)
  // Each round settles at least one more, or is the last.
  for (let settled = true; settled; ) {
    settled = false
    for (const [index, shape] of shapes.entries()) {
      if (finite[index] === true || shape === undefined || !hasValue(shape, finite)) continue
      finite[index] = true
      settled = true
    }
  }
  return [...finite.keys()].filter((index) => finite[index] === false)
}

function hasValue(shape: Shape, finite: readonly boolean[]): boolean {
  switch (shape.kind) {
    case 'reference':
      return finite[shape.type] === true
    case 'object':
      return shape.members.every((member) => member.optional || hasValue(member.shape, finite))
    case 'tuple':
      return shape.elements.slice(0, shape.required).every((element) => hasValue(element, finite))
    case 'union':
      return shape.members.some((member) => hasValue(member, finite))
    default:
      // Arrays, maps, sets and records have their empty one.
      return true
  }
}
