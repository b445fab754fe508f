/** The most bytes that a value of a shape can take; `Infinity` where nothing bounds it. */

import type { Shape, TypeDefinition } from '../../../src/ir/shape.ts'
import { encodedHead, encodedText } from './shape-query.ts'

// A head and a bignum of 32 bytes behind its tag.
const BIGINT_BYTES = 1 + 2 + 32
const FLOAT_BYTES = 9

/** Counts `shape`. A type that reaches itself is recursion, which nothing bounds, wherever the count began. */
export function maxBytesOf(shape: Shape, types: readonly TypeDefinition[]): number {
  return countBytes(shape, types, new Map())
}

/**
 * `counted` holds what each type was found to take, so that a type is counted once however many refer to it. While a type is
 * being counted it stands there as `Infinity`: whoever meets it then is part of the recursion. (Where the
 * recursion leads only through a list of no items, the error is on the high side.)
 */
function countBytes(shape: Shape, types: readonly TypeDefinition[], counted: Map<number, number>): number {
  const inner = (part: Shape): number => countBytes(part, types, counted)
  switch (shape.kind) {
    case 'boolean':
    case 'null':
      return 1
    case 'literal':
      return literalBytes(shape.value)
    case 'number':
      return numberBytes(shape.format)
    case 'bigint':
      return shape.format === undefined ? BIGINT_BYTES : 9
    case 'date':
      return 1 + FLOAT_BYTES
    case 'string':
      return shape.maxLength === undefined ? Infinity : stringBytes(3 * shape.maxLength)
    case 'bytes':
      return shape.maxBytes === undefined ? Infinity : stringBytes(shape.maxBytes)
    case 'array':
      return shape.maxCount === undefined ? Infinity : repeated(shape.maxCount, inner(shape.element))
    case 'tuple':
      if (shape.rest !== undefined) return Infinity
      return headBytes(shape.elements.length) + sum(shape.elements.map(inner))
    case 'object':
      return (
        headBytes(shape.members.length) +
        sum(shape.members.map((member) => encodedText(member.name).length + inner(member.shape)))
      )
    case 'union':
      return Math.max(...shape.members.map(inner))
    case 'reference':
      return countType(shape.type, types, counted)
    default:
      return Infinity
  }
}

function countType(type: number, types: readonly TypeDefinition[], counted: Map<number, number>): number {
  const known = counted.get(type)
  if (known !== undefined) return known
  counted.set(type, Infinity)
  const bytes = countBytes(types[type]!.shape, types, counted)
  counted.set(type, bytes)
  return bytes
}

function repeated(count: number, bytes: number): number {
  return headBytes(count) + (count === 0 ? 0 : count * bytes)
}

function stringBytes(length: number): number {
  return headBytes(length) + length
}

function headBytes(argument: number): number {
  return encodedHead(0, argument).length
}

function numberBytes(format: string | undefined): number {
  if (format === 'u8' || format === 'i8') return 2
  if (format === 'u16' || format === 'i16') return 3
  return format === 'u32' || format === 'i32' ? 5 : FLOAT_BYTES
}

function literalBytes(value: string | number | boolean | bigint): number {
  if (typeof value === 'string') return encodedText(value).length
  if (typeof value === 'boolean') return 1
  return typeof value === 'number' ? FLOAT_BYTES : BIGINT_BYTES
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
