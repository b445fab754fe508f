import { describe, expect, test } from 'vitest'

import { maxBytesOf } from '../../../codegen/emit/codec/size.ts'
import type { Shape, TypeDefinition } from '../../../src/ir/shape.ts'
import { span } from '../../ir/declare.ts'

const FLAG: Shape = { kind: 'boolean' }

function reference(type: number): Shape {
  return { kind: 'reference', type }
}

function pair(left: Shape, right: Shape): Shape {
  return { kind: 'tuple', elements: [left, right], required: 2 }
}

function types(...shapes: Shape[]): TypeDefinition[] {
  return shapes.map((shape, index) => ({ name: `T${index}`, shape, source: span() }))
}

describe('the most bytes of a payload', () => {
  test('are counted once for each type, however many refer to it', () => {
    // Each of 60 types holds the one before twice: counted anew each time, this takes 2^60 steps.
    const depth = 60
    const chain = Array.from({ length: depth }, (_, index) =>
      index === 0 ? FLAG : pair(reference(index - 1), reference(index - 1)),
    )
    expect(maxBytesOf(reference(depth - 1), types(...chain))).toBe(2 ** depth - 1)
  })

  test('are unbounded for a type that reaches itself, from wherever the count begins', () => {
    const knot = types(pair(FLAG, reference(1)), pair(FLAG, reference(0)), pair(FLAG, reference(0)), FLAG)
    expect([0, 1, 2, 3].map((type) => maxBytesOf(reference(type), knot))).toEqual([Infinity, Infinity, Infinity, 1])
  })

  test('are those of an empty list where a list may have no items', () => {
    const none: Shape = { kind: 'array', element: { kind: 'open' }, maxCount: 0 }
    expect(maxBytesOf(none, [])).toBe(1)
  })
})
