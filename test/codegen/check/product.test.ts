import { describe, expect, test } from 'vitest'

import { checkProtocol } from '../../../codegen/check/index.ts'
import {
  drawTrace,
  exploreProduct,
  readSide,
  type SideMachine,
  type SideState,
} from '../../../codegen/check/product.ts'
import type { Step } from '../../../src/ir/declaration.ts'
import type { Table } from '../../../src/ir/table.ts'
import {
  choose,
  forever,
  handshake,
  hook,
  loop,
  negotiate,
  offer,
  on,
  point,
  protocol,
  receive,
  send,
  smtp,
} from '../../ir/declare.ts'

function tableOf(...steps: Step[]): Table {
  const { model } = checkProtocol(protocol(...steps), [])
  if (model === undefined) throw new Error('not proved')
  return model.table
}

/** `!a1 b2` sends a or b, `?a1` receives a; the number is the next state; `.` is the end. */
function side(...states: string[]): SideMachine {
  return {
    states: states.map((text): SideState => {
      if (text === '.') return { does: 'end', edges: new Map() }
      const edges = text
        .slice(1)
        .split(' ')
        .map((edge): [string, number] => [edge.slice(0, 1), Number(edge.slice(1))])
      return { does: text.startsWith('!') ? 'send' : 'receive', edges: new Map(edges) }
    }),
  }
}

function problem(master: SideMachine, peer: SideMachine): string {
  const found = exploreProduct(master, peer)
  if (found === undefined) return 'none'
  return `${found.problem} after ${found.trace.map(({ from, label }) => `${from} ${label}`).join(', ') || 'nothing'}`
}

describe('the product of the two sides', () => {
  test('finds nothing in the tables of well-formed protocols', () => {
    const hooked = [
      hook('first', 'master'),
      handshake('peer'),
      send('a'),
      hook('then', 'peer', 'master'),
      offer({ b: on(), c: on(point('p'), send('d')) }),
    ]
    for (const steps of [negotiate(), smtp(point('ready')), hooked, [forever(() => [send('tick'), receive('tock')])]]) {
      const table = tableOf(...steps)
      expect(exploreProduct(readSide(table, 'master'), readSide(table, 'peer'))).toBeUndefined()
    }
  })

  test('finds a message that the other side does not expect, with the shortest way to it', () => {
    expect(problem(side('!a1 b2', '?c3', '?d3', '.'), side('?a1 b2', '!c3', '!c3', '.'))).toBe(
      'the other side does not expect "c" after master b, peer c',
    )
  })

  test('finds sides that both send and sides that both wait', () => {
    expect(problem(side('!a1', '!b2', '.'), side('?a1', '!c2', '.'))).toBe('both sides may send after master a')
    expect(problem(side('?a1', '.'), side('?a1', '.'))).toBe('both sides wait after nothing')
  })

  test('finds a side that has ended while the other goes on', () => {
    expect(problem(side('!a1', '.'), side('?a1', '?b2', '.'))).toBe(
      'the master has ended, and the other side waits after master a',
    )
    expect(problem(side('!a1', '!b2', '.'), side('?a1', '.'))).toBe(
      'the peer has ended, and what the other side sends stays unread after master a',
    )
  })

  test('finds a state that is missing', () => {
    expect(problem(side('!a7'), side('?a1', '.'))).toBe('a state is missing after master a')
  })

  test('lets a receiver expect more than is sent', () => {
    expect(problem(side('!a1', '.'), side('?a1 b2', '.', '!c1'))).toBe('none')
  })

  test('finds what is wrong when one edge of a proved pair is turned elsewhere', () => {
    const table = tableOf(...negotiate(), receive('bye'))
    const master = readSide(table, 'master')
    master.states.forEach((state, number) => {
      for (const [label, right] of state.edges) {
        for (const wrong of master.states.keys()) {
          if (wrong === right) continue
          const edges = new Map(state.edges).set(label, wrong)
          const states = master.states.map((other, index) => (index === number ? { ...other, edges } : other))
          expect(exploreProduct({ states }, readSide(table, 'peer'))).toBeDefined()
        }
      }
    })
  })

  test('refuses to read a table that is none', () => {
    expect(() => readSide({ start: {}, points: [], scopes: [] }, 'master')).toThrow('no point 0')
    const spinning: Table = { start: {}, points: [{ kind: 'local', side: 'peer', local: 'h', next: 0 }], scopes: [] }
    expect(() => readSide(spinning, 'master')).toThrow('round')
  })
})

describe('a trace', () => {
  test('is drawn as a sequence of arrows', () => {
    const drawn = drawTrace([
      { from: 'master', label: 'ask' },
      { from: 'peer', label: 'counter' },
    ])
    expect(drawn).toBe('  master ─── ask ───▶ peer\n  master ◀─ counter ─ peer')
    expect(drawTrace([])).toBe('')
  })
})

describe('the table', () => {
  test('starts at number 0 where points come first, and names the start', () => {
    const table = tableOf(point('ready'), send('a'))
    expect(table.start).toEqual({ master: 'ready' })
    expect(table.points).toEqual([
      { kind: 'message', from: 'master', moves: [{ label: 'a', next: 1, at: 'a', outcome: 'a' }] },
      { kind: 'end' },
    ])
    const byPeer = tableOf(loop((again, leave) => [point('idle'), offer({ more: on(again), done: on(leave) })]))
    expect(byPeer.start).toEqual({ peer: 'idle' })
  })

  test('says how a state under a point was reached, on both sides', () => {
    const table = tableOf(
      loop((again, leave) => [point('idle'), choose({ ask: on(receive('yes')), tick: on(again), stop: on(leave) })]),
    )
    const moves = table.points.flatMap((at) => (at.kind === 'message' ? at.moves : []))
    expect(moves).toEqual([
      { label: 'ask', next: 1, at: 'ask' },
      { label: 'tick', next: 0, at: 'tick', sent: 'idle', sentVia: 'sent.tick' },
      { label: 'stop', next: 2, at: 'stop', outcome: 'stop' },
      { label: 'yes', next: 0, at: 'idle', via: 'yes' },
    ])
  })
})
