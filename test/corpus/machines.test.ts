import { describe, expect, test } from 'vitest'

import { judge } from './judge.ts'
import { codeOfKind } from './pair.ts'
import { codeOf, verdictOn } from './module-text.ts'

function codeOfMachines(text: string): string {
  return codeOf(text, 'm.txt')
}

/** An automaton with these transitions, which begins in the state that comes first. */
function automaton(...transitions: string[]): string {
  return `.outputs\n.state graph\n${transitions.join('\n')}\n.marking ${transitions[0]?.split(' ')[0] ?? 'q'}\n.end\n`
}

describe('a pair of local types', () => {
  test.each([
    ['A: B!a; end B: A?a; end', 'ok'],
    ['A: rec x . B!a; B?b; x B: rec y . A?a; A!b; y', 'ok'],
    ['A: { B!a; end, B!b; B?c; end } B: { A?a; end, A?b; A!c; end }', 'ok'],
    ['A: rec x. { B!a; x, B!b; end } B: rec x. { A?a; x, A?b; end }', 'ok'],
    ['A: B!a; rec x. B!b; x B: A?a; rec y. rec z. A?b; y', 'ok'],
    ['A: B!a; rec x. end B: A?a; end', 'ok'],
    ['A: B!a<int>; end B: A?a<int>; end', 'ok'],
    ['A: { B!a; end, B!b; end } B: { A?a; end, A?b; end, A?c; end }', 'ok'],
    ['A: B!a; end B: A?b; end', 'rejected unspecified-reception'],
    ['A: B!a<int>; end B: A?a<bool>; end', 'rejected unspecified-reception'],
    ['A: { B!a; end, B!b; end } B: A?a; end', 'rejected unspecified-reception'],
    ['A: B!a; B!b; end B: A?a; end', 'rejected orphan'],
    ['A: B!a; B?b; end B: A?a; end', 'rejected deadlock'],
    ['A: B?a; end B: A?b; end', 'rejected deadlock'],
    ['A: B!a; B?b; end B: A!b; A?a; end', 'rejected full-duplex'],
    ['A: B!a; B?c; end B: A!b; A?a; end', 'rejected unspecified-reception'],
    ['A: { B!a; end, B?b; end } B: { A?a; end, A!b; end }', 'rejected orphan'],
    ['A: rec x. { B!a; x, B?b; x } B: rec x. { A?a; x, A!b; x }', 'rejected full-duplex'],
    ['A: rec x. B!a; x B: rec x. A!b; x', 'rejected full-duplex'],
    ['A: { B!a; end, B!a; B?b; end } B: A?a; end', 'rejected ambiguous-label'],
    ['A: { B!a<int>; end, B!a<bool>; end } B: A?a<int>; end', 'rejected ambiguous-label'],
    ['A: { B!a; end, end } B: A?a; end', 'rejected empty-branch'],
    ['A: rec x. { B!a; x, x } B: rec x. A?a; x', 'rejected unguarded'],
    ['A: rec x. x B: end', 'rejected unguarded'],
    ['A: B!a; y B: A?a; end', 'rejected unbound-name'],
    ['A: C!a; end B: end', 'rejected unbound-name'],
    ['A: A!a; end B: end', 'rejected self-message'],
    ['A: end B: end', 'rejected no-message'],
    ['A: B!a; end A: B?a; end', 'rejected duplicate-name'],
    ['A: B!a; end', 'unsupported roles'],
    ['A: B!a; end B: A?a; end C: end', 'unsupported roles'],
    ['A: B!a; B: A?a; end', 'unsupported syntax'],
    ['A: B!a; end | B: A?a; end', 'unsupported syntax'],
    ['A: B!a;', 'unsupported syntax'],
    ['A: { B!a; end', 'unsupported syntax'],
    ['A', 'unsupported syntax'],
    ['', 'unsupported syntax'],
    [`A: ${'{'.repeat(1000)}`, 'unsupported too-large'],
  ])('%s: %s', (text, code) => {
    expect(codeOfMachines(text)).toBe(code)
  })

  test('may be any length, since only choices nest', () => {
    expect(codeOfMachines(`A: ${'B!a; '.repeat(5000)}end B: ${'A?a; '.repeat(5000)}end`)).toBe('ok')
  })
})

describe('a pair of automata', () => {
  test.each([
    [[automaton('p 1 ! a q', 'q 1 ? b p'), automaton('p 0 ? a q', 'q 0 ! b p')], 'ok'],
    [['-- one\n', automaton('p 1 ! a<t> q'), '/* two\n */', automaton('p 0 ? a<t> q')], 'ok'],
    [[automaton('p 1 ! a q', 'p 1 ! a q'), automaton('p 0 ? a q')], 'ok'],
    [[automaton('p 1 ! a q', 'p 1 ! a p'), automaton('p 0 ? a q')], 'rejected ambiguous-label'],
    [[automaton('p 1 ! a q', 'p 1 ? a q'), automaton('p 0 ? a q')], 'rejected full-duplex'],
    [[automaton('p 1 ! a q', 'r 2 ! b q'), automaton('p 0 ? a q')], 'ok'],
    [[automaton('p 2 ! a q'), automaton('p 0 ? a q')], 'rejected unbound-name'],
    [[automaton('p 0 ! a q'), automaton('p 0 ? a q')], 'rejected self-message'],
    [[automaton(), automaton()], 'rejected no-message'],
    [[automaton('p 1 ! a q')], 'unsupported roles'],
    [[automaton('p 1 ! a q').replace('.end', '')], 'unsupported syntax'],
    [[automaton('p 1 a q')], 'unsupported syntax'],
    [[automaton('p 1 ! a q'), 'rest'], 'unsupported syntax'],
  ])('%j: %s', (parts, code) => {
    expect(codeOfMachines(parts.join('\n'))).toBe(code)
  })

  test('is refused at the transition that is not expected, or at the state that is stuck', () => {
    const first = automaton('p 1 ! a q', 'q 1 ! b r')
    expect(verdictOn(first + automaton('p 0 ? a q', 'q 0 ? c r'), 'm.txt')).toBe('rejected unspecified-reception 4:1')
    expect(verdictOn(first + automaton('p 0 ? a q'), 'm.txt')).toBe('rejected orphan 4:1')
    expect(judge(first + automaton('p 0 ? a q'), 'm.txt')).toMatchObject({
      reason: 'the peer has ended, and what the other side sends stays unread after a->',
    })
    expect(verdictOn(automaton('p 1 ? a q') + automaton('p 0 ? b q'), 'm.txt')).toBe('rejected deadlock 3:1')
  })

  test('becomes a machine with a node for each pair of states, and the positions of the sender', () => {
    const found = judge(automaton('p 1 ! a q', 'q 1 ? b p') + automaton('p 0 ? a q', 'q 0 ! b p'), 'm.txt')
    if (found.verdict !== 'ok') throw new Error(found.reason)
    expect(found.machines[0]!.nodes).toMatchObject([
      { from: 'master', moves: [{ label: 'a', next: 1, source: { line: 3, column: 1 } }] },
      { from: 'peer', moves: [{ label: 'b', next: 0, source: { line: 10, column: 1 } }] },
    ])
  })
})

test('a pair of machines becomes a machine with all that they can do together, and no more', () => {
  const found = judge(
    'A: rec x. { B!a; B?b; B!c; x, B!d; end } B: rec x. { A?a; A!b; A?c; x, A?d; end, A?e; end }',
    'm.txt',
  )
  if (found.verdict !== 'ok') throw new Error(found.reason)
  const nodes = found.machines[0]!.nodes.map((node) => {
    if (node.kind !== 'message') return node.kind
    return [node.from, ...node.moves.map(({ label, next }) => `${label} ${next}`)].join(', ')
  })
  expect(nodes).toEqual(['master, a 1, d 2', 'peer, b 3', 'end', 'master, c 0'])
})

test('a complaint of the product that cannot concern a corpus pair is an error', () => {
  expect(() => codeOfKind('no-end')).toThrow('no-end')
})
