/** Intersections: a base with refinements, or object types whose members are put together. */

import { ts } from 'ts-morph'
import type { Shape } from '../../src/ir/shape.ts'
import { readObject } from './object-shape.ts'
import type { PayloadPlace } from './payload-place.ts'
import { findRefinement, refineShape, type RefinedType } from './refinement.ts'
import type { TypeReader } from './type-reader.ts'

export function readIntersection(
  reader: TypeReader,
  type: ts.IntersectionType,
  place: PayloadPlace,
): Shape | undefined {
  const refined = findRefinement(reader.context, type)
  if (refined !== undefined) return readRefined(reader, refined, place)
  if (type.types.every((part) => isPlainObject(reader, part))) return readObject(reader, type, place)
  if (type.types.some((part) => part.flags & ts.TypeFlags.TypeVariable)) {
    return reader.refuse('STEER3004', place, `\`${reader.context.checker.typeToString(type)}\` is not a concrete type`)
  }
  return reader.refuse('STEER3017', place, 'an intersection must be of plain object types')
}

function readRefined(reader: TypeReader, { bases, brands }: RefinedType, place: PayloadPlace): Shape | undefined {
  if (brands.some(({ name }) => name === 'open')) return { kind: 'open' }
  const [base, second] = bases
  if (base === undefined || second !== undefined) {
    return reader.refuse('STEER3017', place, 'a refinement stands on one type and beside other refinements only')
  }
  const shape = reader.readType(base, place)
  if (shape === undefined) return undefined
  const refinedShape = refineShape(shape, brands)
  if ('shape' in refinedShape) return refinedShape.shape
  const { code, message, hint } = refinedShape.problem
  return reader.refuse(code, place, message, hint)
}

function isPlainObject(reader: TypeReader, type: ts.Type): boolean {
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return false
  const { checker } = reader.context
  return !checker.isArrayType(type) && !checker.isTupleType(type)
}
