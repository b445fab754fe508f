/** What a state says of the stream before it, held against every way on which a session can come to it. */

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { streamedStates } from '../../../codegen/emit/streamed.ts'
import type { Machine, MachineNode, Move } from '../../../src/ir/machine.ts'
import { otherRole, type Role } from '../../../src/ir/source.ts'
import { statesOf } from '../../../src/ir/states.ts'
import { span } from '../../ir/declare.ts'

interface NodeSketch {
  readonly from: Role
  /** Of a signal: false. */
  readonly isMessage: boolean
  readonly isStream: boolean
  readonly targets: readonly number[]
}

const arbitrarySketches = fc.array(
  fc.record({
    from: fc.constantFrom<Role>('master', 'peer'),
    isMessage: fc.boolean(),
    isStream: fc.boolean(),
    targets: fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 9 },
)

/** A machine of any form, but that automatic nodes lead forwards, so that each round has a message. */
function build(sketches: readonly NodeSketch[]): Machine {
  const source = span()
  const count = sketches.length
  const nodes = sketches.map(({ from, isMessage, isStream, targets }, number): MachineNode => {
    if (!isMessage) return { kind: 'signal', from, signal: 'keepalive', next: number + 1, source }
    const moves = (isStream ? targets.slice(0, 1) : targets).map((target, index): Move => {
      const label = `n${number}-${index}`
      const stream = isStream ? { stream: { window: 1 } } : {}
      return {
        label,
        ...stream,
        next: target % (count + 1),
        path: ['start', label],
        earlier: { labels: [], count: 0 },
        source,
      }
    })
    return { kind: 'message', from, moves, source }
  })
  return { nodes: [...nodes, { kind: 'end' }], scopes: [], forever: [] }
}

/** For each message that arrives at the role, what the role had done last: sent a stream, or anything else. */
function observe({ nodes }: Machine, role: Role): ReadonlyMap<Move, ReadonlySet<boolean>> {
  const seen = new Map<Move, Set<boolean>>()
  const visited = new Set<string>()
  const walk = (number: number, isBehindStream: boolean): void => {
    const node = nodes[number]
    const key = `${number} ${isBehindStream}`
    if (node === undefined || visited.has(key)) return
    visited.add(key)
    if (node.kind === 'message') {
      for (const move of node.moves) {
        if (node.from !== role) seen.set(move, (seen.get(move) ?? new Set()).add(isBehindStream))
        walk(move.next, node.from === role && move.stream !== undefined)
      }
    } else if (node.kind !== 'end') {
      walk(node.next, isBehindStream)
    }
  }
  walk(0, false)
  return seen
}

test('a state says how the stream before it ended where there always is one, may say so where there can be, and never else', () => {
  const counts = { always: 0, sometimes: 0, never: 0 }
  fc.assert(
    fc.property(arbitrarySketches, fc.constantFrom<Role>('master', 'peer'), (sketches, role) => {
      const machine = build(sketches)
      const side = statesOf(machine, role)
      const streamed = streamedStates(machine, side)
      const observed = observe(machine, role)
      expect(new Set(observed.keys())).toEqual(new Set(side.arrivals.keys()))
      for (const [move, state] of side.arrivals) {
        const ways = observed.get(move)
        const expected = ways?.has(true) !== true ? 'never' : ways.has(false) ? 'sometimes' : 'always'
        expect(streamed.get(state) ?? 'never', move.label).toBe(expected)
        counts[expected]++
      }
      for (const [move, state] of side.sent) {
        expect(streamed.get(state) ?? 'never').toBe(move.stream === undefined ? 'never' : 'always')
      }
    }),
    { numRuns: 500 },
  )
  // The machines were of all kinds.
  expect(Math.min(...Object.values(counts))).toBeGreaterThan(10)
})

test('a side does not speak of the streams of the other', () => {
  const machine = build([{ from: 'master', isMessage: true, isStream: true, targets: [1] }])
  for (const role of ['master', 'peer'] as const) {
    expect(streamedStates(machine, statesOf(machine, otherRole(role))).size).toBe(0)
  }
})
