/** What a receiver does not take, and how shapes are called in saying so. */

import type { Shape } from '../../src/ir/shape.ts'

/** Where in the payload, and why. */
export interface Misfit {
  /** From the payload inwards: `.items`, `[2]`, `[]`, `{key}`. Empty for the payload itself. */
  readonly path: string
  /** What is sent against what is taken: lower case, no full stop. */
  readonly reason: string
}

/** `sends any number, taken is an integer from 0 to 255`. */
export function misfit(path: string, sent: Shape | string, taken: readonly Shape[] | string): Misfit {
  const sentText = typeof sent === 'string' ? sent : describeShape(sent)
  const takenText = typeof taken === 'string' ? taken : describeChoice(taken)
  return { path, reason: `sent is ${sentText}, taken is ${takenText}` }
}

/** The path of a member: `.name`, quoted where it is no identifier. */
export function memberPath(path: string, name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`
}

/** How many alternatives of a union are named. */
const SHOWN_MAX = 6

function describeChoice(shapes: readonly Shape[]): string {
  const texts = [...new Set(shapes.map(describeShape))]
  const shown = texts.length > SHOWN_MAX ? [...texts.slice(0, SHOWN_MAX), '…'] : texts
  return shown.join(' or ')
}

/** A few words for a shape, without its parts. */
export function describeShape(shape: Shape): string {
  switch (shape.kind) {
    case 'boolean':
      return 'a boolean'
    case 'literal':
      return typeof shape.value === 'string' ? JSON.stringify(shape.value) : literalText(shape.value)
    case 'number':
      return shape.format === undefined ? 'any number' : `an integer (${shape.format})`
    case 'bigint':
      return shape.format === undefined ? 'a bigint' : `a bigint (${shape.format})`
    case 'string':
      return describeText(shape)
    case 'bytes':
      return shape.maxBytes === undefined ? 'bytes' : `at most ${shape.maxBytes} bytes`
    case 'date':
      return 'a Date'
    case 'array':
      return shape.maxCount === undefined ? 'an array' : `an array of at most ${shape.maxCount}`
    case 'tuple':
      return `a tuple of ${tupleLengths(shape)}`
    case 'record':
      return 'a record'
    case 'map':
      return 'a Map'
    case 'set':
      return 'a Set'
    case 'object':
      return 'an object'
    case 'union':
      return describeChoice(shape.members)
    case 'open':
      return 'anything'
    case 'null':
      return 'null'
    case 'reference':
      return 'a named type'
  }
}

function describeText({ maxLength, pattern }: Extract<Shape, { readonly kind: 'string' }>): string {
  const bound = maxLength === undefined ? 'any text' : `text of at most ${maxLength} units`
  return pattern === undefined ? bound : `${bound} that matches ${JSON.stringify(pattern)}`
}

function tupleLengths({ elements, required, rest }: Extract<Shape, { readonly kind: 'tuple' }>): string {
  if (rest !== undefined) return `${required} or more`
  return required === elements.length ? String(required) : `${required} to ${elements.length}`
}

function literalText(value: number | boolean | bigint): string {
  if (typeof value === 'bigint') return `${value}n`
  return Object.is(value, -0) ? '-0' : String(value)
}
