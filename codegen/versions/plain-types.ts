/** Payload types without what only says how they were written: what crosses the wire is the same without it. */

import type { Shape, TypeDefinition } from '../../src/ir/shape.ts'

/** A named type of a version. The name is for people. */
export interface PlainType {
  readonly name: string
  readonly shape: Shape
}

/** The types that the plain shapes of one version refer to, numbered anew in the order of first use. */
export class PlainTypes {
  readonly #types: readonly TypeDefinition[]
  readonly #numbers = new Map<number, number>()
  readonly #used: PlainType[] = []

  constructor(types: readonly TypeDefinition[]) {
    this.#types = types
  }

  get used(): readonly PlainType[] {
    return this.#used
  }

  shapeOf(shape: Shape): Shape {
    return mapShape(shape, (type) => this.#numberOf(type))
  }

  #numberOf(type: number): number {
    const known = this.#numbers.get(type)
    if (known !== undefined) return known
    const definition = this.#types[type]
    if (definition === undefined) throw new Error(`type number ${type} leads nowhere`)
    const number = this.#used.length
    this.#numbers.set(type, number)
    // Its place is taken before its shape is known, since that may refer back to it.
    this.#used.push({ name: definition.name, shape: { kind: 'null' } })
    this.#used[number] = { name: definition.name, shape: this.shapeOf(definition.shape) }
    return number
  }
}

function mapShape(shape: Shape, numberOf: (type: number) => number): Shape {
  const inner = (part: Shape): Shape => mapShape(part, numberOf)
  switch (shape.kind) {
    case 'bytes':
      return shape.maxBytes === undefined ? { kind: 'bytes' } : { kind: 'bytes', maxBytes: shape.maxBytes }
    case 'array': {
      const element = inner(shape.element)
      return shape.maxCount === undefined
        ? { kind: 'array', element }
        : { kind: 'array', element, maxCount: shape.maxCount }
    }
    case 'tuple': {
      const { elements, required, rest } = shape
      const leading = { kind: 'tuple', elements: elements.map(inner), required } as const
      return rest === undefined ? leading : { ...leading, rest: inner(rest) }
    }
    case 'object': {
      const members = shape.members.map(({ name, shape: part, optional }) => ({ name, shape: inner(part), optional }))
      return { kind: 'object', members: members.sort((left, right) => (left.name < right.name ? -1 : 1)) }
    }
    case 'record':
      return { kind: 'record', value: inner(shape.value) }
    case 'map':
      return { kind: 'map', key: inner(shape.key), value: inner(shape.value) }
    case 'set':
      return { kind: 'set', element: inner(shape.element) }
    case 'union':
      return { kind: 'union', members: shape.members.map(inner) }
    case 'reference':
      return { kind: 'reference', type: numberOf(shape.type) }
    default:
      return shape
  }
}
