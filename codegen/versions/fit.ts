/**
 * Whether a receiver takes what a sender sends: the rules of the codecs, on shapes, in the direction of travel. TypeScript's
 * assignability plays no part: a decoder refuses a member that it does not know, and a `u64` of TypeScript's `bigint` may be
 * the same bytes as a `number`.
 *
 * Recursive types are compared as infinite trees: a pair that is met again while it is being compared fits unless something
 * else does not (coinduction). Nothing is ever tried and taken back, since a decoder decides by what stands next.
 */

import { resolveShape } from '../../src/ir/resolve-shape.ts'
import type { Member, Shape } from '../../src/ir/shape.ts'
import { discriminate, type Case } from './discriminate.ts'
import { fitNumber, fitText, takesOne, wireNumberOf, type Literal } from './fit-scalars.ts'
import { describeShape, memberPath, misfit, type Misfit } from './misfit.ts'
import { wholeMembers } from './resolve.ts'
import type { PlainType } from './plain-types.ts'

/** A payload and the types that it refers to. */
export interface Payload {
  readonly shape: Shape
  readonly types: readonly PlainType[]
}

/** The first thing that the receiver does not take; undefined where it takes all. `skips`: it skips unknown members. */
export function findMisfit(sent: Payload, taken: Payload, skips: boolean): Misfit | undefined {
  return new Fitting(sent.types, taken.types, skips ? 'all' : 'none').find(sent.shape, taken.shape, '')
}

/** Which unknown members are skipped. `constant`: those that are always there and always the same. */
type Skips = 'all' | 'constant' | 'none'

type ListShape = Extract<Shape, { readonly kind: 'array' | 'tuple' }>
type ObjectShape = Extract<Shape, { readonly kind: 'object' }>
type RecordShape = Extract<Shape, { readonly kind: 'record' }>
type MapShape = Extract<Shape, { readonly kind: 'map' }>
type KeyedShape = ObjectShape | RecordShape | MapShape

const ANY_TEXT: Shape = { kind: 'string' }

class Fitting {
  readonly #sentTypes: readonly PlainType[]
  readonly #takenTypes: readonly PlainType[]
  readonly #skips: Skips
  /** The same, skipping only what tells no two values apart. */
  #apart: Fitting | undefined
  /** The pairs that have been begun. */
  readonly #met = new Map<Shape, Set<Shape>>()

  constructor(sentTypes: readonly PlainType[], takenTypes: readonly PlainType[], skips: Skips) {
    this.#sentTypes = sentTypes
    this.#takenTypes = takenTypes
    this.#skips = skips
  }

  find(sent: Shape, taken: Shape, path: string): Misfit | undefined {
    const source = resolveShape(sent, this.#sentTypes)
    const target = resolveShape(taken, this.#takenTypes)
    const met = this.#met.get(source) ?? new Set()
    if (met.has(target)) return undefined
    this.#met.set(source, met.add(target))
    const choices = wholeMembers(target, this.#takenTypes)
    return first(wholeMembers(source, this.#sentTypes), (member) => this.#place(member, choices, path))
  }

  /** For what may not come twice: two values that differ in skipped members alone would be one for the receiver. */
  #findApart(sent: Shape, taken: Shape, path: string): Misfit | undefined {
    if (this.#skips !== 'all') return this.find(sent, taken, path)
    this.#apart ??= new Fitting(this.#sentTypes, this.#takenTypes, 'constant')
    return this.#apart.find(sent, taken, path)
  }

  /** A shape that is no union, against the members of the receiver's type. */
  #place(sent: Shape, choices: readonly Shape[], path: string): Misfit | undefined {
    if (choices.some(({ kind }) => kind === 'open')) return this.#findClosed(sent, path, new Set())
    const number = wireNumberOf(sent)
    if (number !== undefined) return fitNumber(sent, number, choices, path)
    switch (sent.kind) {
      case 'boolean':
        return first([true, false], (value) => this.#place({ kind: 'literal', value }, choices, path))
      case 'string':
        return fitText(sent, choices, path)
      case 'literal':
        return this.#placeLiteral(sent, choices, path)
      case 'bytes': {
        const fits = choices.some((choice) => choice.kind === 'bytes' && within(sent.maxBytes, choice.maxBytes))
        return fits ? undefined : misfit(path, sent, choices)
      }
      case 'array':
      case 'tuple':
        return this.#placeList(sent, choices, path)
      case 'set': {
        const choice = choices.find(({ kind }) => kind === 'set')
        return choice?.kind === 'set'
          ? this.#findApart(sent.element, choice.element, `${path}[]`)
          : misfit(path, sent, choices)
      }
      case 'object':
      case 'record':
      case 'map':
        return this.#placeKeyed(sent, choices, path)
      default:
        return choices.some(({ kind }) => kind === sent.kind) ? undefined : misfit(path, sent, choices)
    }
  }

  #placeLiteral(sent: Literal, choices: readonly Shape[], path: string): Misfit | undefined {
    if (typeof sent.value === 'string') return fitText(sent, choices, path)
    const fits = choices.some(
      (choice) => choice.kind === 'boolean' || (choice.kind === 'literal' && choice.value === sent.value),
    )
    return fits ? undefined : misfit(path, sent, choices)
  }

  #placeList(sent: ListShape, choices: readonly Shape[], path: string): Misfit | undefined {
    const choice = choices.find(({ kind }) => kind === 'array' || kind === 'tuple')
    if (choice?.kind !== 'array' && choice?.kind !== 'tuple') return misfit(path, sent, choices)
    const [sentMin, sentMax] = lengthsOf(sent)
    const [takenMin, takenMax] = lengthsOf(choice)
    if (sentMin < takenMin || sentMax > takenMax) return misfit(path, sent, [choice])
    // Behind the elements that one of the two names, each has one shape for all.
    const apart = Math.max(namedCount(sent), namedCount(choice)) + 1
    for (let index = 0; index < Math.min(apart, sentMax); index++) {
      const at = sent.kind === 'array' && choice.kind === 'array' ? `${path}[]` : `${path}[${index}]`
      const found = this.find(elementAt(sent, index)!, elementAt(choice, index)!, at)
      if (found !== undefined) return found
    }
    return undefined
  }

  #placeKeyed(sent: KeyedShape, choices: readonly Shape[], path: string): Misfit | undefined {
    const keyed = choices.filter(isKeyed)
    const [choice] = keyed
    if (choice === undefined) return misfit(path, sent, choices)
    if (keyed.length === 1) return this.#fitKeyed(sent, choice, path)
    const objects = keyed.filter((shape): shape is ObjectShape => shape.kind === 'object')
    const { name, cases } = discriminate(objects, this.#takenTypes)
    if (sent.kind !== 'object') return misfit(path, sent, `an object with a member ${JSON.stringify(name)}`)
    return this.#fitCases(sent, name, cases, path)
  }

  /** The receiver has several objects, told apart by a literal member: each value that it may have leads to one of them. */
  #fitCases(sent: ObjectShape, name: string, cases: readonly Case[], path: string): Misfit | undefined {
    const member = sent.members.find((candidate) => candidate.name === name)
    const at = memberPath(path, name)
    if (member === undefined || member.optional) return misfit(at, 'sometimes nothing', 'always something')
    const values = wholeMembers(resolveShape(member.shape, this.#sentTypes), this.#sentTypes).flatMap(split)
    return first(values, (value) => {
      const target = cases.find(({ shape }) => this.#isOneOf(value, shape))
      if (target === undefined) {
        return misfit(
          at,
          value,
          cases.map(({ shape }) => shape),
        )
      }
      const narrowed = sent.members.map((other) => (other === member ? { ...other, shape: value } : other))
      return this.#fitObject(narrowed, target.object.members, path)
    })
  }

  #isOneOf(value: Shape, taken: Shape): boolean {
    return this.#place(value, [taken], '') === undefined
  }

  #fitKeyed(sent: KeyedShape, taken: KeyedShape, path: string): Misfit | undefined {
    if (taken.kind === 'object') {
      return sent.kind === 'object'
        ? this.#fitObject(sent.members, taken.members, path)
        : this.#fitEntriesAsObject(sent, taken, path)
    }
    if (sent.kind === 'object') {
      return first(sent.members, ({ name, shape }) => {
        const at = memberPath(path, name)
        const key =
          taken.kind === 'map' ? this.find({ kind: 'literal', value: name }, taken.key, `${at}{key}`) : undefined
        return key ?? this.find(shape, taken.value, at)
      })
    }
    const sentKey = sent.kind === 'map' ? sent.key : ANY_TEXT
    const takenKey = taken.kind === 'map' ? taken.key : ANY_TEXT
    return this.#findApart(sentKey, takenKey, `${path}{key}`) ?? this.find(sent.value, taken.value, `${path}{}`)
  }

  #fitObject(sent: readonly Member[], taken: readonly Member[], path: string): Misfit | undefined {
    const sentByName = new Map(sent.map((member) => [member.name, member]))
    const takenNames = new Set(taken.map(({ name }) => name))
    const inTaken = first(taken, ({ name, shape, optional }) => {
      const member = sentByName.get(name)
      const at = memberPath(path, name)
      if (member === undefined) return optional ? undefined : misfit(at, 'nothing', 'always something')
      if (member.optional && !optional) return misfit(at, 'sometimes nothing', 'always something')
      return this.find(member.shape, shape, at)
    })
    if (inTaken !== undefined || this.#skips === 'all') return inTaken
    const unknown = sent.find(({ name, shape, optional }) => {
      const isSkipped = this.#skips === 'constant' && !optional && isConstant(shape)
      return !takenNames.has(name) && !isSkipped
    })
    return unknown === undefined ? undefined : unknownMember(memberPath(path, unknown.name), unknown.shape)
  }

  /** Any keys of a record or a Map may be there, and none has to be. */
  #fitEntriesAsObject(sent: RecordShape | MapShape, taken: ObjectShape, path: string): Misfit | undefined {
    const required = taken.members.find(({ optional }) => !optional)
    if (required !== undefined) return misfit(memberPath(path, required.name), 'sometimes nothing', 'always something')
    const keys =
      sent.kind === 'map'
        ? wholeMembers(resolveShape(sent.key, this.#sentTypes), this.#sentTypes)
        : ([ANY_TEXT] as const)
    return first(keys, (key) => {
      const named = key.kind === 'literal' && typeof key.value === 'string' ? key.value : undefined
      const possible = taken.members.filter(({ name }) =>
        key.kind === 'string' ? takesOne(key, name) : named === undefined || name === named,
      )
      if (named === undefined && (this.#skips !== 'all' || key.kind !== 'string'))
        return misfit(`${path}{key}`, key, 'a known member')
      if (possible.length === 0 && this.#skips !== 'all')
        return unknownMember(memberPath(path, named ?? ''), sent.value)
      return first(possible, ({ name, shape }) => this.find(sent.value, shape, memberPath(path, name)))
    })
  }

  /** `Open` takes all that its admission scan lets in. */
  #findClosed(sent: Shape, path: string, met: Set<Shape>): Misfit | undefined {
    const source = resolveShape(sent, this.#sentTypes)
    if (met.has(source)) return undefined
    met.add(source)
    const inner = (part: Shape, at: string): Misfit | undefined => this.#findClosed(part, at, met)
    switch (source.kind) {
      case 'array':
        return source.maxCount === 0 ? undefined : inner(source.element, `${path}[]`)
      case 'tuple': {
        const parts = source.rest === undefined ? source.elements : [...source.elements, source.rest]
        return first([...parts.entries()], ([index, part]) => inner(part, `${path}[${index}]`))
      }
      case 'object':
        return first(source.members, ({ name, shape }) => {
          const at = memberPath(path, name)
          return name === '__proto__' ? misfit(at, 'such a member', 'none of that name') : inner(shape, at)
        })
      case 'union':
        return first(source.members, (member) => inner(member, path))
      case 'map':
        return this.#findClosedKey(source.key, path) ?? inner(source.value, `${path}{}`)
      case 'record':
        return misfit(`${path}{key}`, 'any text', 'any but "__proto__"')
      case 'set':
        return misfit(path, source, 'what CBOR has without tags of its own')
      case 'date':
        return misfit(path, 'any Date', 'one within 2^42 seconds of 1970')
      default:
        return undefined
    }
  }

  #findClosedKey(key: Shape, path: string): Misfit | undefined {
    const keys = wholeMembers(resolveShape(key, this.#sentTypes), this.#sentTypes)
    return first(keys, (one) => {
      const isText = one.kind === 'string' || (one.kind === 'literal' && typeof one.value === 'string')
      const isFine = isText && fitText({ kind: 'literal', value: '__proto__' }, [one], path) !== undefined
      return isFine ? undefined : misfit(`${path}{key}`, one, 'text other than "__proto__"')
    })
  }
}

function unknownMember(path: string, shape: Shape): Misfit {
  return { path, reason: `sent may be ${describeShape(shape)}, and the receiver knows no such member` }
}

/** Whether a shape has one value alone. That what it refers to may have one alone is not looked for. */
function isConstant(shape: Shape): boolean {
  switch (shape.kind) {
    case 'null':
    case 'literal':
      return true
    case 'string':
      return shape.maxLength === 0
    case 'bytes':
      return shape.maxBytes === 0
    case 'array':
      return shape.maxCount === 0
    case 'tuple': {
      const isOpenEnded = shape.required < shape.elements.length || shape.rest !== undefined
      return !isOpenEnded && shape.elements.every(isConstant)
    }
    case 'object':
      return shape.members.every((member) => !member.optional && isConstant(member.shape))
    default:
      return false
  }
}

function isKeyed(shape: Shape): shape is KeyedShape {
  return shape.kind === 'object' || shape.kind === 'record' || shape.kind === 'map'
}

/** A boolean as its two values, so that each can lead elsewhere. */
function split(shape: Shape): Shape[] {
  if (shape.kind !== 'boolean') return [shape]
  return [
    { kind: 'literal', value: false },
    { kind: 'literal', value: true },
  ]
}

function within(sent: number | undefined, taken: number | undefined): boolean {
  return taken === undefined || (sent !== undefined && sent <= taken)
}

function lengthsOf(shape: ListShape): readonly [min: number, max: number] {
  if (shape.kind === 'array') return [0, shape.maxCount ?? Infinity]
  return [shape.required, shape.rest === undefined ? shape.elements.length : Infinity]
}

function namedCount(shape: ListShape): number {
  return shape.kind === 'array' ? 0 : shape.elements.length
}

function elementAt(shape: ListShape, index: number): Shape | undefined {
  return shape.kind === 'array' ? shape.element : (shape.elements[index] ?? shape.rest)
}

function first<Item>(items: readonly Item[], look: (item: Item) => Misfit | undefined): Misfit | undefined {
  for (const item of items) {
    const found = look(item)
    if (found !== undefined) return found
  }
  return undefined
}
