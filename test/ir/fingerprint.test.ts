import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Step } from '../../src/ir/declaration.ts'
import { canonicalText, fingerprintOf } from '../../src/ir/fingerprint.ts'
import { minimise, type AutomatonState } from '../../src/ir/minimise.ts'
import { digestShape } from '../../src/ir/shape-digest.ts'
import type { Shape, TypeDefinition } from '../../src/ir/shape.ts'
import { frozen, shapeArbitrary, TYPES } from '../codegen/codec/arbitrary-shape.ts'
import {
  choose,
  forever,
  handshake,
  hook,
  keepalive,
  loop,
  machine,
  negotiate,
  NUMBER,
  on,
  onWith,
  point,
  receive,
  send,
  span,
  TEXT,
} from './declare.ts'

function print(...steps: Step[]): string {
  return fingerprintOf(machine(...steps), [], false)
}

function named(name: string, shape: Shape, doc?: string): TypeDefinition {
  return { name, shape, source: span(), ...(doc === undefined ? {} : { doc }) }
}

function object(members: Readonly<Record<string, Shape>>, optional: readonly string[] = []): Shape {
  return {
    kind: 'object',
    members: Object.entries(members).map(([name, shape]) => ({ name, shape, optional: optional.includes(name) })),
  }
}

describe('a fingerprint', () => {
  test('is 64 lower-case hex digits', () => {
    expect(print(send('a'))).toMatch(/^[0-9a-f]{64}$/)
  })

  test('does not change with hooks, points and the order of branches', () => {
    const plain = print(receive('q'), choose({ a: on(), b: on(receive('c')) }))
    expect(
      print(receive('q'), hook('seen', 'master', 'peer'), point('here'), choose({ a: on(), b: on(receive('c')) })),
    ).toBe(plain)
    expect(print(hook('first', 'peer'), receive('q'), choose({ b: on(receive('c')), a: on() }))).toBe(plain)
  })

  test('does not change when a loop is written in another way', () => {
    const once = print(forever((again) => [send('tick'), again]))
    expect(print(forever(() => [send('tick')]))).toBe(once)
    expect(print(forever((again) => [send('tick'), send('tick'), again]))).toBe(once)
    expect(
      print(
        send('tick'),
        forever(() => [send('tick')]),
      ),
    ).toBe(once)
  })

  test('does not change when equal steps are written once or in each branch', () => {
    const apart = print(choose({ a: on(receive('x'), send('y')), b: on(receive('x'), send('y')) }))
    expect(print(choose({ a: on(), b: on() }), receive('x'), send('y'))).toBe(apart)
  })

  const variants: Readonly<Record<string, Step[]>> = {
    base: [receive('a', NUMBER), send('b')],
    label: [receive('a', NUMBER), send('c')],
    direction: [send('a', NUMBER), send('b')],
    'no payload': [receive('a'), send('b')],
    payload: [receive('a', TEXT), send('b')],
    refinement: [receive('a', { kind: 'number', format: 'u8' }), send('b')],
    keepalive: [receive('a', NUMBER), keepalive('master'), send('b')],
    'keepalive of the other side': [receive('a', NUMBER), keepalive('peer'), send('b')],
    'a message called keepalive': [receive('a', NUMBER), send('keepalive'), send('b')],
    handshake: [handshake('peer'), receive('a', NUMBER), send('b')],
    'another step': [receive('a', NUMBER), send('b'), send('b')],
    'a branch': [receive('a', NUMBER), choose({ b: on(), c: on() })],
    'a loop': [receive('a', NUMBER), forever(() => [send('b')])],
    'the payload at another message': [receive('a'), send('b', NUMBER)],
  }

  test('changes with labels, directions, payloads, refinements, automatic frames and order', () => {
    const prints = Object.values(variants).map((steps) => print(...steps))
    expect(new Set(prints).size).toBe(prints.length)
  })

  test('changes with `open`', () => {
    const base = machine(...variants['base']!)
    expect(fingerprintOf(base, [], true)).not.toBe(fingerprintOf(base, [], false))
  })

  test('cannot be confused by a label that spells another part of the text', () => {
    const tricky = machine(send('a', { kind: 'literal', value: '["a"]\n' }))
    expect(canonicalText(tricky, [], false).split('\n')).toHaveLength(3)
  })

  test('is the same for Negotiate whatever the numbers of its loops', () => {
    expect(print(...negotiate())).toBe(print(...negotiate()))
  })
})

describe('the digest of a payload', () => {
  test('does not know how a type was written: read-only, exact, over which buffer', () => {
    fc.assert(
      fc.property(shapeArbitrary, (shape) => {
        const types = TYPES.map((type) => ({ ...type, source: span() }))
        expect(digestShape(frozen(shape), types)).toBe(digestShape(shape, types))
      }),
    )
    const note = (absence?: 'key' | 'value'): Shape => {
      const member = { name: 'note', shape: TEXT, optional: true }
      return { kind: 'object', members: [absence === undefined ? member : { ...member, absence }] }
    }
    expect(digestShape(note('value'), [])).toBe(digestShape(note(), []))
    expect(digestShape(note('key'), [])).toBe(digestShape(note(), []))
  })

  const digest = (shape: Shape, ...types: TypeDefinition[]): string => digestShape(shape, types)

  test('does not change with names, documentation, order, and where types are cut', () => {
    const inline = object({ a: NUMBER, b: object({ c: TEXT }) })
    const cut: Shape = { kind: 'reference', type: 1 }
    const types = [
      named('Inner', object({ c: TEXT }), 'Documented.'),
      named('Outer', object({ b: { kind: 'reference', type: 0 }, a: NUMBER })),
    ]
    expect(digest(cut, ...types)).toBe(digest(inline))
    const union: Shape = { kind: 'union', members: [NUMBER, TEXT] }
    expect(digest({ kind: 'union', members: [TEXT, NUMBER] })).toBe(digest(union))
  })

  test('does not change when a union is cut into named ones', () => {
    const flat: Shape = { kind: 'union', members: [NUMBER, TEXT, { kind: 'null' }] }
    const inner: Shape = { kind: 'union', members: [{ kind: 'null' }, TEXT] }
    expect(digest({ kind: 'union', members: [{ kind: 'reference', type: 0 }, NUMBER] }, named('Rest', inner))).toBe(
      digest(flat),
    )
  })

  test('does not change when a recursion is unrolled', () => {
    const self: Shape = { kind: 'reference', type: 0 }
    const list = named('List', object({ next: self, value: NUMBER }, ['next']))
    const unrolled = object({ next: object({ next: self, value: NUMBER }, ['next']), value: NUMBER }, ['next'])
    expect(digest(unrolled, list)).toBe(digest(self, list))
    const other = named('List', object({ next: self, value: TEXT }, ['next']))
    expect(digest(self, other)).not.toBe(digest(self, list))
  })

  const different: Readonly<Record<string, Shape>> = {
    boolean: { kind: 'boolean' },
    null: { kind: 'null' },
    date: { kind: 'date' },
    open: { kind: 'open' },
    number: NUMBER,
    int: { kind: 'number', format: 'int' },
    u8: { kind: 'number', format: 'u8' },
    bigint: { kind: 'bigint' },
    u64: { kind: 'bigint', format: 'u64' },
    text: TEXT,
    'short text': { kind: 'string', maxLength: 3 },
    'matched text': { kind: 'string', pattern: 'a' },
    bytes: { kind: 'bytes' },
    'few bytes': { kind: 'bytes', maxBytes: 3 },
    'literal 1': { kind: 'literal', value: 1 },
    'literal "1"': { kind: 'literal', value: '1' },
    'literal 1n': { kind: 'literal', value: 1n },
    'literal true': { kind: 'literal', value: true },
    'literal 0': { kind: 'literal', value: 0 },
    'literal -0': { kind: 'literal', value: -0 },
    array: { kind: 'array', element: NUMBER },
    'short array': { kind: 'array', element: NUMBER, maxCount: 3 },
    set: { kind: 'set', element: NUMBER },
    record: { kind: 'record', value: NUMBER },
    map: { kind: 'map', key: TEXT, value: NUMBER },
    'map the other way': { kind: 'map', key: NUMBER, value: TEXT },
    tuple: { kind: 'tuple', elements: [NUMBER, TEXT], required: 2 },
    'tuple the other way': { kind: 'tuple', elements: [TEXT, NUMBER], required: 2 },
    'optional tuple': { kind: 'tuple', elements: [NUMBER, TEXT], required: 1 },
    'open tuple': { kind: 'tuple', elements: [NUMBER], required: 1, rest: TEXT },
    object: object({ a: NUMBER }),
    'other member': object({ b: NUMBER }),
    'optional member': object({ a: NUMBER }, ['a']),
    union: { kind: 'union', members: [NUMBER, TEXT] },
    'larger union': { kind: 'union', members: [NUMBER, TEXT, { kind: 'null' }] },
  }

  test('differs wherever values differ', () => {
    const digests = Object.entries(different).map(([name, shape]) => [digest(shape), name] as const)
    expect(new Map(digests).size).toBe(digests.length)
  })

  test('refuses a reference that leads nowhere', () => {
    expect(() => digest({ kind: 'reference', type: 0 })).toThrow('nowhere')
    expect(() => digest({ kind: 'reference', type: 0 }, named('Self', { kind: 'reference', type: 0 }))).toThrow(
      'nowhere',
    )
  })
})

describe('the smallest machine', () => {
  const automaton = fc
    .array(fc.tuple(fc.constantFrom('x', 'y'), fc.nat(), fc.nat(), fc.constantFrom(0, 1, 2)), {
      minLength: 1,
      maxLength: 14,
    })
    .map((rows) =>
      rows.map(([colour, a, b, count]): AutomatonState => {
        const edges = (
          [
            ['a', a % rows.length],
            ['b', b % rows.length],
          ] as const
        ).slice(0, count)
        return { colour, edges: new Map(edges) }
      }),
    )

  /** Moore's algorithm: as many rounds as there are states. */
  function slowClasses(states: readonly AutomatonState[]): string[] {
    let classes = states.map(({ colour, edges }) => JSON.stringify([colour, [...edges.keys()]]))
    for (let round = 0; round < states.length; round++) {
      const before = classes
      const keys = states.map(({ edges }, index) =>
        JSON.stringify([before[index], ...[...edges.values()].map((to) => before[to])]),
      )
      const numbers = new Map([...new Set(keys)].map((key, number) => [key, String(number)]))
      classes = keys.map((key) => numbers.get(key)!)
    }
    return classes
  }

  test('joins exactly the states that nothing tells apart', () => {
    fc.assert(
      fc.property(automaton, (states) => {
        const fast = minimise({ states })
        const slow = slowClasses(states)
        states.forEach((_, left) => {
          states.forEach((__, right) => expect(fast[left] === fast[right]).toBe(slow[left] === slow[right]))
        })
      }),
    )
  })

  test('is found quickly for a long chain', () => {
    const states = Array.from({ length: 20_000 }, (_, index) => {
      return { colour: index === 19_999 ? 'end' : 'x', edges: new Map(index === 19_999 ? [] : [['a', index + 1]]) }
    })
    expect(new Set(minimise({ states })).size).toBe(20_000)
  })

  test('keeps payloads of branches apart', () => {
    expect(print(choose({ a: onWith(NUMBER), b: onWith(TEXT) }))).not.toBe(
      print(choose({ a: onWith(TEXT), b: onWith(NUMBER) })),
    )
    expect(print(loop((_again, leave) => [choose({ a: on(), b: on(leave) })]))).not.toBe(
      print(choose({ a: on(), b: on() })),
    )
  })
})
