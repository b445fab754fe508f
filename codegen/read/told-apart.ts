/** Whether a decoder can tell from the bytes which member of a union came. Pure: shapes and definitions in, a clash out. */

import type { Shape } from '../../src/ir/shape.ts'

type Literal = string | number | boolean | bigint | null

/** Two members that look the same on the wire, and as what. */
export interface Clash {
  readonly left: Shape
  readonly right: Shape
  readonly reason: string
}

/** Resolves a `reference`; undefined for a definition that could not be read, which is complained about elsewhere. */
export type ResolveShape = (type: number) => Shape | undefined

/**
 * The first two members that cannot be told apart by CBOR major type, tag or literal, or between objects by one member that is
 * required in all of them and has literals of its own in each.
 */
export function findClash(members: readonly Shape[], resolve: ResolveShape): Clash | undefined {
  const byForm = new Map<string, Shape[]>()
  for (const member of members) {
    const shape = follow(member, resolve)
    if (shape === undefined) return undefined
    for (const form of formsOf(shape)) byForm.set(form, [...(byForm.get(form) ?? []), member])
  }
  for (const [form, [left, ...others]] of byForm) {
    const right = others[0]
    if (left === undefined || right === undefined) continue
    const clash =
      form === 'map' ? findObjectClash([left, ...others], resolve) : findScalarClash([left, ...others], form)
    if (clash !== undefined) return clash
  }
  return undefined
}

const FORM_TITLES: Readonly<Record<string, string>> = {
  boolean: 'a CBOR boolean',
  number: 'a CBOR number',
  text: 'a CBOR text string',
  bytes: 'a CBOR byte string',
  array: 'a CBOR array',
  map: 'a CBOR map',
}

const LITERAL_FORMS = { string: 'text', number: 'number', bigint: 'number', boolean: 'boolean' } as const

/** What the first bytes of an encoded value can say. */
function formsOf(shape: Shape): readonly string[] {
  switch (shape.kind) {
    case 'boolean':
      return ['boolean']
    case 'literal':
      return [LITERAL_FORMS[typeof shape.value as keyof typeof LITERAL_FORMS]]
    case 'number':
    case 'bigint':
      return ['number']
    case 'string':
      return ['text']
    case 'bytes':
      return ['bytes']
    case 'array':
    case 'tuple':
      return ['array']
    case 'object':
    case 'record':
    case 'map':
      return ['map']
    case 'null':
    case 'date':
    case 'set':
      return [shape.kind]
    case 'open':
      return ['boolean', 'number', 'text', 'bytes', 'array', 'map', 'null', 'date', 'set']
    case 'union':
    case 'reference':
      return []
  }
}

/** Literals stand beside each other, and beside nothing else of their form. Equal ones were one member already. */
function findScalarClash(members: readonly Shape[], form: string): Clash | undefined {
  const odd = members.find((member) => member.kind !== 'literal') ?? members.find(isBigintBeside(members))
  if (odd === undefined) return undefined
  return clash(members[0] === odd ? [odd, members[1]] : [members[0], odd], `both are ${FORM_TITLES[form] ?? form}`)
}

/** Finds the first literal that is a bigint where others are numbers, or the other way round: their bytes do not say which. */
function isBigintBeside([first]: readonly Shape[]): (member: Shape) => boolean {
  return (member) =>
    first?.kind === 'literal' &&
    member.kind === 'literal' &&
    (typeof first.value === 'bigint') !== (typeof member.value === 'bigint')
}

function findObjectClash(members: readonly Shape[], resolve: ResolveShape): Clash | undefined {
  const shapes = members.map((member) => follow(member, resolve))
  const odd = shapes.findIndex((shape) => shape?.kind !== 'object')
  if (odd !== -1) return clash([members[odd === 0 ? 0 : odd - 1], members[odd === 0 ? 1 : odd]], 'both are a CBOR map')
  const [first] = shapes
  const names = first?.kind === 'object' ? first.members.map(({ name }) => name) : []
  const clashes = names.map((name) => findDiscriminantClash(members, shapes, name, resolve))
  if (clashes.includes(undefined)) return undefined
  // The member that tells the most of them apart was probably meant to tell all.
  const best = clashes.reduce((left, right) => ((right?.index ?? 0) > (left?.index ?? 0) ? right : left), clashes[0])
  const index = best?.index ?? 1
  return clash(
    [members[best?.twin ?? 0], members[index]],
    'no member of theirs is required in all with a literal of its own in each',
  )
}

/** The first object that the member does not tell apart from an earlier one, or undefined where it tells all apart. */
function findDiscriminantClash(
  members: readonly Shape[],
  shapes: readonly (Shape | undefined)[],
  name: string,
  resolve: ResolveShape,
): { index: number; twin: number } | undefined {
  const seen = new Map<string, number>()
  for (const index of members.keys()) {
    const literals = literalsOf(shapes[index], name, resolve)
    if (literals === undefined) return { index: Math.max(index, 1), twin: index === 0 ? 0 : index - 1 }
    for (const literal of literals) {
      const type = typeof literal
      const rival = type === 'bigint' ? 'number' : type === 'number' ? 'bigint' : ''
      // The bytes of a number do not say whether it is a bigint: `3` in one object and `4n` in another are no choice.
      const twin = seen.get(`${type} ${literal}`) ?? seen.get(rival)
      if (twin !== undefined && twin !== index) return { index, twin }
      seen.set(`${type} ${literal}`, index).set(type, index)
    }
  }
  return undefined
}

/** The literals that a required member can have; undefined where it is optional, missing or no literal. */
function literalsOf(object: Shape | undefined, name: string, resolve: ResolveShape): readonly Literal[] | undefined {
  const member = object?.kind === 'object' ? object.members.find((other) => other.name === name) : undefined
  if (member === undefined || member.optional) return undefined
  const shape = follow(member.shape, resolve)
  const alternatives = shape?.kind === 'union' ? shape.members : shape === undefined ? [] : [shape]
  const literals = alternatives.flatMap(literalsOfOne)
  return literals.includes(undefined) || literals.length === 0 ? undefined : (literals as Literal[])
}

function literalsOfOne(shape: Shape): (Literal | undefined)[] {
  if (shape.kind === 'literal') return [shape.value]
  if (shape.kind === 'boolean') return [false, true]
  return [shape.kind === 'null' ? null : undefined]
}

function clash([left, right]: readonly [Shape | undefined, Shape | undefined], reason: string): Clash | undefined {
  return left === undefined || right === undefined ? undefined : { left, right, reason }
}

/** References lead to definitions, and definitions of unions are never members: at most a few steps, bounded all the same. */
function follow(shape: Shape, resolve: ResolveShape): Shape | undefined {
  let current: Shape | undefined = shape
  for (let steps = 0; current?.kind === 'reference' && steps < REFERENCES_MAX; steps += 1)
    current = resolve(current.type)
  return current
}

const REFERENCES_MAX = 100
