/** Whether a type has any finite value. `interface Node { next: Node }` has none: no encoder could end. Pure. */

import type { Shape } from '../../src/ir/shape.ts'

/**
 * The numbers of the definitions that contain themselves and so have no finite value. Those that only contain such a one are
 * not listed. Missing shapes, complained about elsewhere, count as having a value.
 */
export function findEndless(shapes: readonly (Shape | undefined)[]): readonly number[] {
  const finite = shapes.map((shape) => shape === undefined)
  // Each round settles at least one more, or is the last.
  for (let settled = true; settled;) {
    settled = false
    for (const [index, shape] of shapes.entries()) {
      if (finite[index] === true || shape === undefined || !hasValue(shape, finite)) continue
      finite[index] = true
      settled = true
    }
  }
  const endless = [...finite.keys()].filter((index) => finite[index] === false)
  const edges = new Map(
    endless.map((index) => [index, requiredReferences(shapes[index]).filter((to) => finite[to] === false)]),
  )
  return endless.filter((index) => reachesItself(index, edges))
}

function reachesItself(start: number, edges: ReadonlyMap<number, readonly number[]>): boolean {
  const seen = new Set<number>()
  const open = [...(edges.get(start) ?? [])]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === start) return true
    if (seen.has(next)) continue
    seen.add(next)
    open.push(...(edges.get(next) ?? []))
  }
  return false
}

/** The definitions of which each value of the shape contains one. */
function requiredReferences(shape: Shape | undefined): readonly number[] {
  switch (shape?.kind) {
    case 'reference':
      return [shape.type]
    case 'object':
      return shape.members.flatMap((member) => (member.optional ? [] : requiredReferences(member.shape)))
    case 'tuple':
      return shape.elements.slice(0, shape.required).flatMap(requiredReferences)
    case 'union':
      return shape.members.flatMap(requiredReferences)
    default:
      return []
  }
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
