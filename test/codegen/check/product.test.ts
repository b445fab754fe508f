import { describe, expect, test } from 'vitest'

import { checkProtocol } from '../../../codegen/check/index.ts'
import { exploreProduct } from '../../../codegen/check/product.ts'
import { readSide, type SideEdge, type SideMachine, type SideState } from '../../../codegen/check/side-machine.ts'
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

/** `!a1 b2` sends a or b, `?a1` receives a; the number is the next state; `~` before a label is a stream, `$` is sealed. */
function side(...states: string[]): SideMachine {
  return {
    states: states.map((text): SideState => {
      if (text === '.') return { does: 'end', edges: new Map() }
      const edges = text
        .slice(1)
        .split(' ')
        .filter((edge) => edge !== '')
        .map((edge): [string, SideEdge] => {
          const [, stream, sealed, label = '', payload, next] =
            /^(~?)(\$?)([a-z])(?::([a-z]*):)?(\d+)$/.exec(edge) ?? []
          return [
            label,
            {
              next: Number(next),
              ...(stream === '~' ? { stream: true } : {}),
              ...(sealed === '$' ? { sealed: true } : {}),
              ...(payload === undefined ? {} : { payload }),
            },
          ]
        })
      return { does: text.startsWith('!') ? 'send' : 'receive', edges: new Map(edges) }
    }),
  }
}

/** Where nothing but these states may go on for ever. */
function ending(machine: SideMachine, ...forever: number[]): SideMachine {
  return { ...machine, forever: new Set(forever) }
}

function problem(master: SideMachine, peer: SideMachine): string {
  const found = exploreProduct(master, peer)
  if (found === undefined) return 'none'
  const way = found.trace.map(({ from, label }) => `${from} ${label}`).join(', ') || 'nothing'
  return `${found.kind}: ${found.problem} after ${way}`
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
      'unspecified-reception: the other side does not expect "c" after master b, peer c',
    )
  })

  test('finds sides that both send and sides that both wait', () => {
    expect(problem(side('!a1', '!b2', '.'), side('?a1', '!c2', '.'))).toBe(
      'both-send: both sides may send after master a',
    )
    expect(problem(side('?a1', '.'), side('?a1', '.'))).toBe('both-wait: both sides wait after nothing')
  })

  test('finds a side that has ended while the other goes on', () => {
    expect(problem(side('!a1', '.'), side('?a1', '?b2', '.'))).toBe(
      'left-waiting: the master has ended, and the other side waits after master a',
    )
    expect(problem(side('!a1', '!b2', '.'), side('?a1', '.'))).toBe(
      'orphan-message: the peer has ended, and what the other side sends stays unread after master a',
    )
  })

  test('finds a state that is missing', () => {
    expect(problem(side('!a7'), side('?a1', '.'))).toBe('missing-state: a state is missing after master a')
  })

  test('finds a turn in which there is nothing to send', () => {
    expect(problem(side('!a1', '!'), side('?a1', '?b0'))).toBe(
      'both-wait: it is the turn of the master, which has nothing to send after master a',
    )
  })

  test('takes a stream and a message of one label for different letters, from either side', () => {
    expect(problem(side('!~a1', '.'), side('?~a1', '.'))).toBe('none')
    expect(problem(side('!~a1', '.'), side('?a1', '.'))).toBe(
      'unspecified-reception: "a" is a stream, and the other side expects a message after master a',
    )
    expect(problem(side('?~a1', '.'), side('!a1', '.'))).toBe(
      'unspecified-reception: "a" is a message, and the other side expects a stream after peer a',
    )
  })

  test('takes what is sealed, and another payload, for something else, where both sides say what it is', () => {
    expect(problem(side('!$a1', '.'), side('?a1', '.'))).toContain('"a" is sealed, and the other side expects it open')
    expect(problem(side('!a1', '.'), side('?$a1', '.'))).toContain('"a" is not sealed')
    expect(problem(side('!a:x:1', '.'), side('?a:y:1', '.'))).toContain('does not carry the payload')
    expect(problem(side('!a:x:1', '.'), side('?a::1', '.'))).toContain('does not carry the payload')
    expect(problem(side('!a:x:1', '.'), side('?a1', '.'))).toBe('none')
  })

  test('finds a place from which no end can be reached, unless a loop there is to have none', () => {
    const loops = [side('!a1 e3', '!b2', '!c1', '.'), side('?a1 e3', '?b2', '?c1', '.')] as const
    const [ours, theirs] = loops
    expect(problem(ours, theirs)).toBe('none')
    expect(problem(ending(ours), ending(theirs))).toBe('no-end: from here on no end can be reached after master a')
    expect(problem(ending(ours, 2), ending(theirs, 2))).toBe('none')
    // What one side alone takes for endless is not endless on purpose.
    expect(problem(ending(ours, 2), ending(theirs))).toContain('no-end')
    expect(problem(ending(ours, 0), ending(theirs, 0))).toContain('no-end')
  })

  test('reports what is not safe before what has no end', () => {
    const [ours, theirs] = [side('!a0 b1', '.'), side('?a0', '.')]
    expect(problem(ending(ours), ending(theirs))).toContain('unspecified-reception')
  })

  test('lets a receiver expect more than is sent', () => {
    expect(problem(side('!a1', '.'), side('?a1 b2', '.', '!c1'))).toBe('none')
  })

  test('finds what is wrong when one edge of a proved pair is turned elsewhere', () => {
    const table = tableOf(...negotiate(), receive('bye'))
    const master = readSide(table, 'master')
    master.states.forEach((state, number) => {
      for (const [label, right] of state.edges) {
        for (const next of master.states.keys()) {
          if (next === right.next) continue
          const edges = new Map(state.edges).set(label, { ...right, next })
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
