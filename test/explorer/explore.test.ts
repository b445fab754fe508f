import { describe, expect, test } from 'vitest'

import { AutomatonReader } from './automaton-text.ts'
import { Explorer, isSafe, TooManyConfigurations, type Exploration } from './explore.ts'

const explorer = new Explorer()

/** What the explorer finds, each fault with the way to it: `deadlock after 0!a 1?a`. */
function findings(first: readonly string[], second: readonly string[], capacity: number): readonly string[] {
  const reader = new AutomatonReader()
  const found = explorer.explore(reader.read(...first), reader.read(...second), capacity)
  return [...found.faults].map(([kind, steps]) => [kind, 'after', wayOf(steps, reader)].join(' ').trim())
}

function wayOf(steps: Exploration['bothMaySend'] & {}, reader: AutomatonReader): string {
  return steps.map(({ side, does, label }) => `${side}${does === 'sends' ? '!' : '?'}${reader.label(label)}`).join(' ')
}

describe('the explorer', () => {
  test('finds nothing in a dual pair, at any capacity', () => {
    const client = ['s: !ask w, !bye e', 'w: ?yes s, ?no e', 'e.']
    const server = ['s: ?ask w, ?bye e', 'w: !yes s, !no e', 'e.']
    for (const capacity of [1, 2, 3, 4]) expect(findings(client, server, capacity)).toEqual([])
  })

  test('finds a message that is not expected', () => {
    expect(findings(['s: !a e, !b e', 'e.'], ['s: ?a e', 'e.'], 1)).toEqual([
      'unspecified after 0!b',
      'endless after 0!b',
    ])
  })

  test('finds a message for a side that is over, even where the other side goes on for ever', () => {
    expect(findings(['s: !a s'], ['s.'], 2)).toEqual(['orphan after 0!a', 'endless after'])
    expect(findings(['s: !a t', 't: !b e', 'e.'], ['s: ?a e', 'e.'], 4)[0]).toBe('orphan after 0!a 0!b 1?a')
  })

  test('finds sides that wait for each other, and a side that waits for one that is over', () => {
    expect(findings(['s: ?a e', 'e.'], ['s: ?b e', 'e.'], 1)).toEqual(['deadlock after', 'endless after'])
    expect(findings(['s: !a t', 't: ?b e', 'e.'], ['s: ?a e', 'e.'], 1)[0]).toBe('deadlock after 0!a 1?a')
  })

  test('tells what more room would cure from what it would not', () => {
    const both = (sends: number): string[] => {
      const states = Array.from({ length: sends }, (_, number) => `s${number}: !m s${number + 1}`)
      const rest = Array.from({ length: sends }, (_, number) => `s${sends + number}: ?m s${sends + number + 1}`)
      return [...states, ...rest, `s${sends * 2}.`]
    }
    expect(findings(both(3), both(3), 1)).toEqual(['blocked after 0!m 1!m', 'endless after'])
    expect(findings(both(3), both(3), 2)[0]).toMatch(/^blocked after/)
    expect(findings(both(3), both(3), 3)).toEqual([])
  })

  test('finds what cannot end, and calls it safe', () => {
    const reader = new AutomatonReader()
    const found = explorer.explore(reader.read('s: !a s'), reader.read('s: ?a s'), 3)
    expect([...found.faults.keys()]).toEqual(['endless'])
    expect(isSafe(found)).toBe(true)
    expect(found.configurations).toBe(4)
    expect(findings(['s: !a s, !b t', 't: !c t'], ['s: ?a s, ?b t', 't: ?c t'], 1)).toEqual(['endless after'])
    expect(findings(['s: !a s, !b t, !e e', 't: !c t', 'e.'], ['s: ?a s, ?b t, ?e e', 't: ?c t', 'e.'], 1)).toEqual([
      'endless after 0!b',
    ])
  })

  test('finds where both sides have something to send, by the shortest way', () => {
    const reader = new AutomatonReader()
    const first = reader.read('s: !a t', 't: !b u', 'u: ?c e', 'e.')
    const second = reader.read('s: ?a t', 't: !c u', 'u: ?b e', 'e.')
    const { bothMaySend, faults } = explorer.explore(first, second, 2)
    expect(wayOf(bothMaySend!, reader)).toBe('0!a 1?a')
    expect(faults.size).toBe(0)
    expect(explorer.explore(reader.read('s: !a e', 'e.'), reader.read('s: ?a e', 'e.'), 2).bothMaySend).toBeUndefined()
  })

  test('keeps the order of messages in each channel, and lets channels be independent', () => {
    expect(findings(['s: !a t', 't: !b e', 'e.'], ['s: ?a t', 't: ?b e', 'e.'], 2)).toEqual([])
    expect(findings(['s: !a t', 't: !b e', 'e.'], ['s: ?b t', 't: ?a e', 'e.'], 2)[0]).toBe('unspecified after 0!a')
    expect(findings(['s: !a t', 't: ?b e', 'e.'], ['s: !b t', 't: ?a e', 'e.'], 1)).toEqual([])
  })

  test('lets a state send and receive, and be over with something still to receive', () => {
    expect(findings(['s: !a s, ?b e', 'e.'], ['s: ?a s, !b d', 'd.: ?a d'], 2)).toEqual([])
    expect(findings(['s: !a s, ?b e', 'e.'], ['s: ?a s, !b d', 'd.'], 2)[0]).toBe('orphan after 0!a 1!b')
    // A state that may also send is not stuck in front of what it does not expect, but where it can do neither, all is.
    expect(findings(['s: ?x s, !a e', 'e.'], ['s: !b t', 't: ?a e', 'e.'], 1)[0]).toBe('orphan after 0!a 1!b')
  })

  test('takes a conversation for over only when nothing is on its way', () => {
    const faults = findings(['s: !a e', 'e.'], ['d.: ?a x', 'x: ?never d'], 1)
    expect(faults).toEqual(['deadlock after 0!a 1?a', 'endless after'])
  })

  test('counts the configurations of a small pair as a person does', () => {
    const reader = new AutomatonReader()
    const found = explorer.explore(reader.read('s: !a t', 't: !b e', 'e.'), reader.read('s: ?a t', 't: ?b e', 'e.'), 2)
    // s/s; t/s with a; then e/s with ab, t/t; e/t with b; e/e.
    expect(found.configurations).toBe(6)
  })

  test('gives the same answer with a map as with an array', () => {
    const labels = Array.from({ length: 40 }, (_, number) => `l${number}`)
    const reader = new AutomatonReader()
    const first = reader.read(`s: ${labels.map((label) => `!${label} s`).join(', ')}, !end e`, 'e.')
    const second = reader.read(`s: ${labels.map((label) => `?${label} s`).join(', ')}, ?end e`, 'e.')
    const { configurations, faults } = explorer.explore(first, second, 3)
    // Words of up to 3 of the 40 labels, the same with the end behind at most 2, and the end taken.
    expect(configurations).toBe(1 + 40 + 40 ** 2 + 40 ** 3 + (1 + 40 + 40 ** 2) + 1)
    expect(faults.size).toBe(0)
  })

  test('says so where there is too much to see', () => {
    const reader = new AutomatonReader()
    const first = reader.read('s: !a s, !b s')
    const second = reader.read('s: ?a s, ?b s')
    expect(() => explorer.explore(first, second, 4, 20)).toThrow(TooManyConfigurations)
    expect(() => explorer.explore(first, second, 40)).toThrow(TooManyConfigurations)
  })
})
