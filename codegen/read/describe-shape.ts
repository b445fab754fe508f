/** A shape in a few words, for messages. */

import type { Shape } from '../../src/ir/shape.ts'

/** `nameOf` gives the name of a definition. */
export function describeShape(shape: Shape, nameOf: (type: number) => string | undefined): string {
  switch (shape.kind) {
    case 'reference':
      return `\`${nameOf(shape.type) ?? 'another type'}\``
    case 'literal':
      return `\`${describeLiteral(shape.value)}\``
    case 'object': {
      const names = shape.members.map(({ name }) => name)
      const shown = names.slice(0, NAMES_MAX).join(', ')
      return `an object with ${shown}${names.length > NAMES_MAX ? ', …' : ''}`
    }
    case 'number':
    case 'bigint':
      return shape.format === undefined ? `a ${shape.kind}` : `a ${shape.kind} (${shape.format})`
    case 'array':
      return 'an array'
    case 'bytes':
      return 'bytes'
    case 'null':
      return 'null'
    case 'open':
      return '`Open`'
    default:
      return `a ${shape.kind}`
  }
}

const NAMES_MAX = 4

function describeLiteral(value: string | number | boolean | bigint): string {
  if (typeof value === 'string') return JSON.stringify(value)
  return typeof value === 'bigint' ? `${value}n` : String(value)
}
