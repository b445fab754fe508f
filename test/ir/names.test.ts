import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Machine, Move } from '../../src/ir/machine.ts'
import { nameMoves } from '../../src/ir/names.ts'
import type { Step } from '../../src/ir/declaration.ts'
import type { Role } from '../../src/ir/source.ts'
import { outcomesOf, statesOf } from '../../src/ir/states.ts'
import {
  call,
  choose,
  handshake,
  hook,
  keepalive,
  loop,
  machine,
  negotiate,
  offer,
  on,
  point,
  receive,
  send,
  smtp,
} from './declare.ts'

function namesOf(of: Machine, role: Role): string[] {
  return statesOf(of, role).states.map((state) => state.name)
}

function viasOf(of: Machine, role: Role, name: string): string[] {
  return statesOf(of, role)
    .states.filter((state) => state.merged && state.name === name)
    .map((state) => state.ownName)
}

describe('the names of states', () => {
  test('are those of the design for the peer of Negotiate', () => {
    expect(namesOf(machine(...negotiate()), 'peer').sort()).toEqual(['accept', 'ask', 'confirm', 'counter', 'reject'])
  })

  test('are those of the design for the peer of SMTP', () => {
    expect(namesOf(machine(...smtp()), 'peer').sort()).toEqual(
      ['220', 'EHLO.250', '501', 'MAIL.250', 'RCPT.250', '550', '354', 'DATA.250', '221'].sort(),
    )
  })

  test('put the earlier labels of the list before the own one where paths are the same', () => {
    expect(namesOf(machine(...call('load'), ...call('store')), 'master')).toEqual([
      'start',
      'load.reply',
      'store.reply',
    ])
  })

  test('get a number, which is reported, where nothing else tells them apart', () => {
    const twice = machine(
      receive('x'),
      loop((_again, leave) => [receive('x'), offer({ y: on(leave), z: on() })]),
    )
    const states = statesOf(twice, 'master').states
    expect(states.map((state) => [state.name, state.numbered])).toEqual([
      ['x', false],
      ['x#2', true],
      ['y', false],
      ['z', false],
    ])
  })

  test('are kept apart for messages that arrive and messages that were sent', () => {
    const both = machine(send('a'), send('b'), receive('a'), send('b'), send('c'))
    expect(namesOf(both, 'master')).toEqual(['start', 'sent.a', 'a', 'sent.b'])
    expect(namesOf(both, 'peer')).toEqual(['a', 'start.a.b', 'b.a.b', 'c'])
  })

  test('have a start only on the side that moves first, automatic steps apart', () => {
    const first = machine(handshake('peer'), hook('ready', 'peer'), send('a'), receive('b'))
    expect(namesOf(first, 'master')[0]).toBe('start')
    expect(namesOf(first, 'peer')).toEqual(['a'])
  })

  test('see through automatic steps to whose turn it is', () => {
    const checked = machine(receive('a'), keepalive('master'), send('b'), keepalive('peer'))
    expect(statesOf(checked, 'master').states.map((state) => [state.name, state.turn])).toEqual([['a', 'mine']])
    expect(statesOf(checked, 'peer').states.map((state) => [state.name, state.turn])).toEqual([
      ['start', 'mine'],
      ['b', 'over'],
    ])
  })
})

describe('a point', () => {
  test('merges, for the side whose turn it is, everything that arrives there', () => {
    const mail = machine(...smtp(point('ready')))
    expect(viasOf(mail, 'peer', 'ready')).toEqual(['220', 'EHLO.250', '501', 'DATA.250'])
    expect(namesOf(mail, 'master')).not.toContain('ready')
  })

  test('merges the start and what was sent as well', () => {
    const sending = machine(
      loop((again, leave) => [point('idle'), choose({ ask: on(receive('yes')), tick: on(again), stop: on(leave) })]),
    )
    expect(viasOf(sending, 'master', 'idle')).toEqual(['start', 'sent.tick', 'yes'])
  })

  test('that comes first on the way names a state, where several do', () => {
    const both = machine(
      receive('hello'),
      point('fresh'),
      loop((again, leave) => [point('ready'), choose({ go: on(receive('ok'), again), stop: on(leave) })]),
    )
    expect(namesOf(both, 'master')).toEqual(['fresh', 'ready'])
  })
})

describe('the names of outcomes', () => {
  const outcomes = (...steps: Step[]): string[] => [...outcomesOf(machine(...steps)).names.values()].sort()

  test('are the last label, else the sender and the label', () => {
    expect(outcomes(choose({ stored: on(), corrupt: on() }))).toEqual(['corrupt', 'stored'])
    expect(outcomes(...negotiate())).toEqual(['master.confirm', 'master.reject', 'peer.confirm', 'peer.reject'])
  })

  test('are the path where the sender does not tell them apart', () => {
    expect(outcomes(choose({ a: on(receive('ok')), b: on(receive('ok')) }))).toEqual(['start.a.ok', 'start.b.ok'])
  })

  test('leave `cancelled` to sessions that were cancelled', () => {
    expect(outcomes(choose({ cancelled: on(), done: on() }))).toEqual(['done', 'master.cancelled'])
  })

  test('are reported where even the paths are the same', () => {
    const twice = machine(
      loop((_again, leave) => [
        choose({ a: on(), stop: on(leave) }),
        receive('x'),
        choose({ b: on(), stop: on(leave) }),
      ]),
    )
    expect(outcomesOf(twice).clashes.map(([first, other]) => [first.label, other.label])).toEqual([['stop', 'stop']])
  })
})

describe('naming in general', () => {
  /** The rule as the design words it, by brute force. */
  function expectedNames(moves: readonly Move[]): (string | undefined)[] {
    const plain = moves.map((move) => move.path)
    const extended = moves.map((move) => [
      ...move.path.slice(0, -1),
      ...move.earlier.labels.slice(0, move.earlier.count),
      move.label,
    ])
    const endsWith = (path: readonly string[], suffix: readonly string[]): boolean =>
      suffix.length <= path.length &&
      suffix.every((label, index) => label === path[path.length - suffix.length + index])
    const shortest = (
      paths: readonly (readonly string[])[],
      index: number,
      taken: ReadonlySet<string>,
    ): string | undefined => {
      const path = paths[index]!
      for (let length = 2; length <= path.length; length++) {
        const suffix = path.slice(-length)
        const isUnique = paths.every((other, position) => position === index || !endsWith(other, suffix))
        if (isUnique && !taken.has(suffix.join('.'))) return suffix.join('.')
      }
      return undefined
    }
    const isAlone = (move: Move): boolean => moves.filter((other) => other.label === move.label).length === 1
    const first = moves.map((move, index) => (isAlone(move) ? move.label : shortest(plain, index, new Set())))
    const taken = new Set(first.filter((name) => name !== undefined))
    return first.map((name, index) => name ?? shortest(extended, index, taken))
  }

  const labels = fc.constantFrom('a', 'b', 'c')
  const moveArbitrary = fc
    .record({ path: fc.array(labels, { maxLength: 3 }), earlier: fc.array(labels, { maxLength: 3 }), label: labels })
    .map(({ path, earlier, label }): Move => {
      const source = { file: 'x.steer.ts', line: 1, column: 1, length: 1 }
      return {
        label,
        next: 0,
        path: ['start', ...path, label],
        earlier: { labels: earlier, count: earlier.length },
        source,
      }
    })

  test('is the rule of the design, and gives no name twice', () => {
    fc.assert(
      fc.property(fc.array(moveArbitrary, { maxLength: 12 }), (moves) => {
        const names = nameMoves(moves)
        const given = moves.map((move) => names.get(move)?.name)
        expect(new Set(given).size).toBe(moves.length)
        expectedNames(moves).forEach((expected, index) => {
          if (expected !== undefined) expect(given[index]).toBe(expected)
        })
      }),
    )
  })

  test('does not take long for very many messages of one label', () => {
    const many = machine(...Array.from({ length: 5000 }, () => send('tick')))
    expect(new Set(namesOf(many, 'peer')).size).toBe(5000)
  })
})
