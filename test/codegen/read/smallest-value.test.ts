import { describe, expect, it } from 'vitest'
import { findEndless } from '../../../codegen/read/smallest-value.ts'
import type { Shape } from '../../../src/ir/shape.ts'

const to = (type: number): Shape => ({ kind: 'reference', type })
const object = (shape: Shape, optional = false): Shape => ({
  kind: 'object',
  members: [{ name: 'next', shape, optional }],
})

describe('findEndless', () => {
  it('lists types that contain themselves, not those that only contain such a one', () => {
    expect(findEndless([object(to(1)), object(to(2)), object(to(1)), object(to(3))])).toEqual([1, 2, 3])
  })

  it('takes a way out: optional, null, an empty collection, an optional element', () => {
    const shapes: Shape[] = [
      object(to(0), true),
      object({ kind: 'union', members: [to(1), { kind: 'null' }] }),
      object({ kind: 'array', element: to(2) }),
      { kind: 'tuple', elements: [{ kind: 'string' }, to(3)], required: 1, rest: to(3) },
      object({ kind: 'map', key: to(4), value: to(4) }),
      object(to(6)),
      { kind: 'number' },
    ]
    expect(findEndless(shapes)).toEqual([])
  })

  it('finds the circle through unions and tuples', () => {
    const both: Shape = { kind: 'union', members: [to(1), object(to(0))] }
    expect(findEndless([both, { kind: 'tuple', elements: [to(0)], required: 1 }])).toEqual([0, 1])
  })

  it('says nothing of a type that could not be read', () => {
    expect(findEndless([object(to(1)), undefined])).toEqual([])
  })
})
