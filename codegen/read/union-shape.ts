/** Unions: `undefined` set apart, the rest in a fixed order and flat, `false | true` as boolean, and what makes a member optional. */

import { ts } from 'ts-morph'
import type { Shape } from '../../src/ir/shape.ts'
import type { PayloadPlace } from './payload-place.ts'
import { isOpen } from './refinement.ts'
import { isSealed, refuseSealed } from './sealed-payload.ts'
import type { TypeReader } from './type-reader.ts'
import { orderParts } from './union-order.ts'

const MEMBERS_MAX = 1000

/** The parts that are left when a type may be absent, and whether it may. */
export interface Presence {
  /** None, where the type is nothing but `undefined`. */
  readonly parts: readonly ts.Type[]
  readonly isOptional: boolean
  /** Whether `undefined` is among the values themselves: `note?: string` may be absent without it. */
  readonly hasUndefined: boolean
}

/** Takes `undefined` out of a type, as a member of an object has it. */
export function withoutUndefined({ context: { checker } }: TypeReader, type: ts.Type): Presence {
  const isAbsent = (part: ts.Type): boolean => (part.flags & ts.TypeFlags.Undefined) !== 0
  const all = type.isUnion() ? type.types : [type]
  const isOptional = all.some(isAbsent)
  // The compiler has a second `undefined` for what is only left out.
  const hasUndefined = all.includes(checker.getUndefinedType())
  if (!isOptional) return { parts: [type], isOptional, hasUndefined }
  if (!type.isUnion()) return { parts: [], isOptional, hasUndefined }
  // `level?: Level` is flattened by the compiler, which remembers the name for its messages; so the name is kept here too.
  const { origin } = type as { readonly origin?: ts.Type }
  const named = origin?.isUnion() === true ? origin.types.filter((part) => !isAbsent(part)) : []
  return { parts: named.length === 1 ? named : type.types.filter((part) => !isAbsent(part)), isOptional, hasUndefined }
}

/** The shape of what `withoutUndefined` left, which may be one type with its name or the parts of one. */
export function readPresent(reader: TypeReader, parts: readonly ts.Type[], place: PayloadPlace): Shape | undefined {
  const [only, second] = parts
  if (only !== undefined && second === undefined) return reader.readType(only, place)
  return readUnion(reader, parts, place)
}

/** The shape of a union from its parts. */
export function readUnion(reader: TypeReader, parts: readonly ts.Type[], place: PayloadPlace): Shape | undefined {
  if (parts.length > MEMBERS_MAX) {
    return reader.refuse('STEER3012', place, `a union of ${parts.length} members, at most ${MEMBERS_MAX} are allowed`)
  }
  const { context } = reader
  // An optional member comes here in parts, which are one complaint together.
  if (parts.some((part) => isSealed(context, part))) return refuseSealed(reader, place)
  const closed = parts.filter((part) => !isOpen(context, part))
  if (closed.length < parts.length) return readOpen(reader, closed, place)
  const members: Shape[] = []
  let isRefused = false
  for (const part of orderParts(context, parts, place.written)) {
    const shape = reader.readType(part, { ...place, written: undefined })
    if (shape === undefined) isRefused = true
    else if (!members.some((member) => isSameMember(member, shape))) members.push(shape)
  }
  if (isRefused) return undefined
  const joined = joinBooleans(members)
  if (joined.length === 1) return joined[0]
  reader.checkLater(joined, place)
  return { kind: 'union', members: joined }
}

/** `Open` is a union to the compiler. It covers `null`; anything else beside it could not be told apart from it. */
function readOpen(reader: TypeReader, closed: readonly ts.Type[], place: PayloadPlace): Shape | undefined {
  const other = closed.find((part) => !(part.flags & ts.TypeFlags.Null))
  if (other === undefined) return { kind: 'open' }
  const text = reader.context.checker.typeToString(other)
  return reader.refuse('STEER3005', place, `\`${text}\` and \`Open\` cannot be told apart: \`Open\` covers it`)
}

/** Enum members with equal values, and two names for one definition. */
function isSameMember(left: Shape, right: Shape): boolean {
  if (left.kind === 'literal') return right.kind === 'literal' && left.value === right.value
  return left.kind === 'reference' && right.kind === 'reference' && left.type === right.type
}

function joinBooleans(members: readonly Shape[]): Shape[] {
  const isBoolean = (shape: Shape): boolean => shape.kind === 'literal' && typeof shape.value === 'boolean'
  const first = members.findIndex(isBoolean)
  if (members.filter(isBoolean).length < 2) return [...members]
  return members.flatMap((member, index): Shape[] => {
    if (!isBoolean(member)) return [member]
    return index === first ? [{ kind: 'boolean' }] : []
  })
}
