import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findClash } from '../../../codegen/read/told-apart.ts'
import type { Shape } from '../../../src/ir/shape.ts'

const literal = (value: string | number | boolean | bigint): Shape => ({ kind: 'literal', value })
const object = (members: Record<string, Shape>, optional: readonly string[] = []): Shape => ({
  kind: 'object',
  members: Object.entries(members).map(([name, shape]) => ({ name, shape, optional: optional.includes(name) })),
})
const text: Shape = { kind: 'string' }

/** One shape for each form that the first bytes can tell. */
const FORMS: readonly Shape[] = [
  { kind: 'boolean' },
  { kind: 'number', format: 'u8' },
  { kind: 'string', maxLength: 3 },
  { kind: 'bytes' },
  { kind: 'tuple', elements: [text], required: 1 },
  { kind: 'map', key: text, value: text },
  { kind: 'null' },
  { kind: 'date' },
  { kind: 'set', element: text },
]

const clashes = (members: readonly Shape[], types: readonly Shape[] = []): boolean =>
  findClash(members, (type) => types[type]) !== undefined

describe('findClash', () => {
  it('tells every form from every other, and none from itself', () => {
    expect(clashes(FORMS)).toBe(false)
    for (const form of FORMS) expect(clashes([form, form]), form.kind).toBe(true)
  })

  it('finds a clash in any order of the members', () => {
    const pair = fc.constantFrom<Shape>(
      { kind: 'bigint' },
      literal(5),
      { kind: 'record', value: text },
      object({ kind: literal('a') }),
      { kind: 'array', element: text },
      { kind: 'open' },
      literal('x'),
      literal(true),
    )
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...FORMS], { maxLength: 3 }),
        fc.array(pair, { maxLength: 2 }),
        (forms, others) => {
          const members = [...forms, ...others]
          expect(clashes(members)).toBe(clashes([...members].reverse()))
        },
      ),
    )
  })

  it('takes literals of one form beside each other, but no bigint beside a number', () => {
    expect(clashes([literal('1'), literal(1), literal(true), literal(1.5)])).toBe(false)
    expect(clashes([literal('1'), literal(1n), literal(2n)])).toBe(false)
    expect(clashes([literal(1), literal(1n)])).toBe(true)
    expect(clashes([literal(3), literal(4n)])).toBe(true)
    expect(clashes([literal(4n), literal(5n), literal(3)])).toBe(true)
    expect(clashes([literal('a'), text])).toBe(true)
  })

  it('tells objects apart by one member that is required in all with literals of its own in each', () => {
    const a = object({ kind: literal('a'), x: text })
    const b = object({ kind: literal('b'), x: text })
    expect(clashes([a, b])).toBe(false)
    expect(clashes([a, object({ kind: { kind: 'union', members: [literal('b'), literal('a')] } })])).toBe(true)
    expect(clashes([a, object({ kind: { kind: 'union', members: [literal('b'), { kind: 'null' }] } })])).toBe(false)
    expect(clashes([a, object({ kind: { kind: 'union', members: [literal('b'), text] } })])).toBe(true)
    expect(clashes([a, object({ kind: { kind: 'null' } })])).toBe(false)
    expect(clashes([object({ kind: { kind: 'null' } }), object({ kind: { kind: 'null' }, x: text })])).toBe(true)
    expect(clashes([a, object({ kind: literal('b') }, ['kind'])])).toBe(true)
    expect(clashes([a, object({ other: literal('b') })])).toBe(true)
    expect(clashes([object({ ok: literal(true) }), object({ ok: literal(false) })])).toBe(false)
    expect(clashes([object({ ok: { kind: 'boolean' } }), object({ ok: literal('true') })])).toBe(false)
    expect(clashes([object({ ok: { kind: 'boolean' } }), object({ ok: literal(true) })])).toBe(true)
    expect(clashes([object({ n: literal(1) }), object({ n: literal(1n) })])).toBe(true)
    expect(clashes([object({ n: literal(3) }), object({ n: literal(4n) })])).toBe(true)
    expect(clashes([object({ n: literal(3n) }), object({ n: literal(4n) })])).toBe(false)
    expect(clashes([a, { kind: 'record', value: text }])).toBe(true)
  })

  it('takes a second member where the first tells only some apart', () => {
    const shape = (kind: string, sub: string): Shape => object({ kind: literal(kind), sub: literal(sub) })
    expect(clashes([shape('a', 'x'), shape('a', 'y'), shape('b', 'z')])).toBe(false)
    expect(clashes([shape('a', 'x'), shape('a', 'y'), shape('b', 'y')])).toBe(true)
  })

  it('looks through references, also of the discriminating member', () => {
    const types = [object({ kind: { kind: 'reference', type: 2 } }), object({ kind: literal('c') }), literal('a')]
    const reference = (type: number): Shape => ({ kind: 'reference', type })
    expect(clashes([reference(0), reference(1)], types)).toBe(false)
    expect(clashes([reference(0), object({ kind: literal('a') })], types)).toBe(true)
  })

  it('names the two that were probably meant to differ', () => {
    const shapes = ['a', 'b', 'c', 'b'].map((kind) => object({ x: literal(1), kind: literal(kind) }))
    const clash = findClash(shapes, () => undefined)
    expect([clash?.left, clash?.right]).toEqual([shapes[1], shapes[3]])
  })

  it('says nothing where a member could not be read', () => {
    expect(clashes([{ kind: 'reference', type: 9 }, text, text])).toBe(false)
  })
})
