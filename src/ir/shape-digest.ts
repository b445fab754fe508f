/**
 * One digest for all ways to write the same payload type down: names, documentation, the order of members, and where a type is
 * cut into named ones do not count.
 */

import { createHash } from 'node:crypto'

import { resolveShape } from './resolve-shape.ts'
import type { Shape, TypeDefinition } from './shape.ts'

/** A shape without its parts, and the parts. `sorted`: their order does not count, nor does one that stands there twice. */
interface Local {
  readonly text: string
  readonly parts: readonly Shape[]
  readonly sorted: boolean
}

/**
 * The digest of a shape: 64 hex digits. Two shapes have one digest exactly when they describe the same values.
 *
 * Each shape in reach gets a colour from what it is, and then, round by round, from that and the colours of its parts, until
 * a round tells no more of them apart than the one before. Unrolling a recursion adds shapes but no colours, so it changes
 * neither the count of rounds nor the result.
 */
export function digestShape(root: Shape, types: readonly TypeDefinition[]): string {
  const locals = [...localsInReach(root, types)]
  let colours = new Map(locals.map(([shape, { text }]) => [shape, sha256(text)]))
  for (let count = 0; ;) {
    const before = new Set(colours.values()).size
    if (before === count) return colours.get(resolveShape(root, types))!
    count = before
    const previous = colours
    colours = new Map(locals.map(([shape, local]) => [shape, nextColour(shape, local, types, previous)]))
  }
}

/** SHA-256 of a text in UTF-8, as lower-case hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

function nextColour(
  shape: Shape,
  local: Local,
  types: readonly TypeDefinition[],
  colours: ReadonlyMap<Shape, string>,
): string {
  // Without parts the text is all there is to hash, in every round.
  if (local.parts.length === 0) return colours.get(shape)!
  const parts = local.parts.map((part) => colours.get(resolveShape(part, types))!)
  return sha256([local.text, ...(local.sorted ? [...new Set(parts)].sort() : parts)].join('\n'))
}

function localsInReach(root: Shape, types: readonly TypeDefinition[]): Map<Shape, Local> {
  const start = resolveShape(root, types)
  const found = new Map([[start, describe(start, types)]])
  // What is found on the way is visited as well.
  for (const { parts } of found.values()) {
    for (const part of parts) {
      const target = resolveShape(part, types)
      if (!found.has(target)) found.set(target, describe(target, types))
    }
  }
  return found
}

function describe(shape: Shape, types: readonly TypeDefinition[]): Local {
  switch (shape.kind) {
    case 'boolean':
    case 'null':
    case 'date':
    case 'open':
      return leaf(shape.kind)
    case 'literal':
      return leaf('literal', typeof shape.value, literalText(shape.value))
    case 'number':
    case 'bigint':
      return leaf(shape.kind, shape.format ?? '')
    case 'string':
      return leaf('string', shape.maxLength ?? '', shape.pattern ?? '')
    case 'bytes':
      return leaf('bytes', shape.maxBytes ?? '')
    case 'array':
      return { text: line('array', shape.maxCount ?? ''), parts: [shape.element], sorted: false }
    case 'set':
    case 'record':
      return { text: line(shape.kind), parts: [shape.kind === 'set' ? shape.element : shape.value], sorted: false }
    case 'map':
      return { text: line('map'), parts: [shape.key, shape.value], sorted: false }
    case 'tuple': {
      const rest = shape.rest === undefined ? [] : [shape.rest]
      const text = line('tuple', shape.required, shape.elements.length, rest.length)
      return { text, parts: [...shape.elements, ...rest], sorted: false }
    }
    case 'object': {
      const members = [...shape.members].sort((left, right) => (left.name < right.name ? -1 : 1))
      const names = members.flatMap((member) => [member.name, member.optional ? 'optional' : 'required'])
      return { text: line('object', ...names), parts: members.map((member) => member.shape), sorted: false }
    }
    case 'union':
      return { text: line('union'), parts: flattenUnion(shape, types), sorted: true }
    case 'reference':
      throw new Error('references are followed before shapes are described')
  }
}

/** The members of a union, those of the unions that it refers to included. */
function flattenUnion(union: Shape, types: readonly TypeDefinition[]): Shape[] {
  const seen = new Set<Shape>()
  const members: Shape[] = []
  const open = [union]
  for (let shape = open.pop(); shape !== undefined; shape = open.pop()) {
    const target = resolveShape(shape, types)
    if (seen.has(target)) continue
    seen.add(target)
    if (target.kind === 'union') open.push(...target.members)
    else members.push(target)
  }
  return members
}

function leaf(...words: readonly (string | number)[]): Local {
  return { text: line(...words), parts: [], sorted: false }
}

/** JSON keeps words apart whatever they contain. */
function line(...words: readonly (string | number)[]): string {
  return JSON.stringify(words)
}

function literalText(value: string | number | boolean | bigint): string {
  return Object.is(value, -0) ? '-0' : String(value)
}
