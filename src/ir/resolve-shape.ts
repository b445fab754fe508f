/** References, followed. */

import type { Shape, TypeDefinition } from './shape.ts'

/** What a reference leads to. A type that is nothing but a reference to itself has no values; the reader refuses it. */
export function resolveShape(shape: Shape, types: readonly Pick<TypeDefinition, 'shape'>[]): Shape {
  let current = shape
  for (let steps = 0; current.kind === 'reference'; steps++) {
    const type = types[current.type]
    if (type === undefined || steps > types.length) throw new Error(`type number ${current.type} leads nowhere`)
    current = type.shape
  }
  return current
}
