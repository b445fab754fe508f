import { describe, expect, test } from 'vitest'

import { lowerProtocol } from '../../src/ir/lower.ts'
import {
  choose,
  handshake,
  hook,
  keepalive,
  loop,
  machine,
  negotiate,
  on,
  offer,
  point,
  protocol,
  receive,
  send,
} from './declare.ts'
import type { MachineNode } from '../../src/ir/machine.ts'

/** A node in short: who, what, where to. */
function short(node: MachineNode): string {
  switch (node.kind) {
    case 'message':
      return `${node.from}: ${node.moves.map((move) => `${move.label}>${move.next}`).join(' ')}`
    case 'signal':
      return `${node.from}: :${node.signal}>${node.next}`
    case 'local':
      return `${node.side}: [${node.name}]>${node.next}`
    case 'point':
      return `point ${node.name}>${node.next}`
    case 'enter':
      return `enter ${node.scope}>${node.next}`
    case 'end':
      return 'end'
  }
}

describe('lowering a protocol', () => {
  test('numbers nodes in the order of the declaration, with the end last', () => {
    expect(machine(send('a'), receive('b'), send('c')).nodes.map(short)).toEqual([
      'master: a>1',
      'peer: b>2',
      'master: c>3',
      'end',
    ])
  })

  test('gives an empty protocol nothing but its end', () => {
    expect(machine().nodes).toEqual([{ kind: 'end' }])
  })

  test('joins the branches that do not jump at the step after their choice, which stands once', () => {
    const nodes = machine(
      choose({ a: on(), b: on(receive('x')), c: on(receive('y'), receive('z')) }),
      send('after'),
    ).nodes
    expect(nodes.map(short)).toEqual([
      'master: a>4 b>1 c>2',
      'peer: x>4',
      'peer: y>3',
      'peer: z>4',
      'master: after>5',
      'end',
    ])
  })

  test('leads again and the end of a body to the head, and leave behind the loop', () => {
    expect(machine(...negotiate()).nodes.map(short)).toEqual([
      'master: ask>1',
      'peer: accept>2 reject>5 counter>3',
      'master: confirm>5',
      'master: accept>4 reject>5 counter>1',
      'peer: confirm>5',
      'end',
    ])
    const falling = machine(
      loop((_again, leave) => [offer({ more: on(), stop: on(leave) })]),
      send('after'),
    )
    expect(falling.nodes.map(short)).toEqual(['peer: more>0 stop>1', 'master: after>2', 'end'])
  })

  test('resolves jumps through any number of loops that begin at one place', () => {
    const nodes = machine(
      loop((outer, done) => [
        loop((inner, leave) => [offer({ i: on(inner), o: on(outer), l: on(leave), d: on(done) })]),
      ]),
    ).nodes
    // The end of the outer body is its head, so leaving the inner loop goes round.
    expect(nodes.map(short)).toEqual(['peer: i>0 o>0 l>0 d>1', 'end'])
  })

  test('makes a handshake of two frames and a hook of both of two nodes, master first', () => {
    const nodes = machine(
      handshake('peer'),
      hook('seen', 'peer', 'master'),
      point('here'),
      send('x'),
      keepalive('peer'),
    ).nodes
    expect(nodes.map(short)).toEqual([
      'peer: :handshake>1',
      'master: :handshake>2',
      'master: [seen]>3',
      'peer: [seen]>4',
      'point here>5',
      'master: x>6',
      'peer: :keepalive>7',
      'end',
    ])
  })

  test('keeps the path of branches and the earlier labels of the own list', () => {
    const { nodes } = machine(send('a'), send('b'), offer({ c: on(send('d'), send('e')) }))
    const moves = nodes.flatMap((node) => (node.kind === 'message' ? node.moves : []))
    const seen = moves.map(({ path, earlier }) => [path.join('.'), earlier.labels.slice(0, earlier.count).join('.')])
    expect(seen).toEqual([
      ['start.a', ''],
      ['start.b', 'a'],
      ['start.c', 'a.b'],
      ['start.c.d', ''],
      ['start.c.e', 'd'],
    ])
  })

  test('grows with the steps and no faster', () => {
    const branches = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`b${index}`, on(receive(`r${index}`))]),
    )
    const steps = Array.from({ length: 500 }, (_, index) => send(`s${index}`))
    expect(machine(choose(branches), ...steps).nodes).toHaveLength(1 + 500 + 500 + 1)
  })

  test('refuses a round without a step and a jump without its loop', () => {
    expect(() => machine(loop((again) => [again]))).toThrow('round')
    expect(() => lowerProtocol(protocol({ kind: 'jump', to: 'again', loop: 99, source: protocol().source }))).toThrow(
      'loop 99',
    )
  })
})
