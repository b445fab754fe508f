import { describe, expect, onTestFinished, test } from 'vitest'

import { run } from '../cli/run.ts'
import { createProject } from '../codegen/emit/generate.ts'

/** What docs/versions.md says of a change of what the peer sends. */
const PAYLOADS: readonly (readonly [change: string, older: string, newer: string, verdict: string])[] = [
  ['another optional member', '<{ a: string }>', '<{ a: string; b?: string }>', 'deploy masters first'],
  ['an optional member taken away', '<{ a: string; b?: string }>', '<{ a: string }>', 'deploy peers first'],
  [
    'an optional member made required',
    '<{ a: string; b?: string }>',
    '<{ a: string; b: string }>',
    'deploy peers first',
  ],
  ['another required member', '<{ a: string }>', '<{ a: string; b: string }>', 'breaking'],
  ['a required member taken away', '<{ a: string; b: string }>', '<{ a: string }>', 'breaking'],
  ['another type', '<string>', '<boolean>', 'breaking'],
  ['another literal', "<'a' | 'b'>", "<'a' | 'b' | 'c'>", 'deploy masters first'],
  ['another member of a union', '<string>', '<string | boolean>', 'deploy masters first'],
  ['a higher bound', '<Text<{ max: 8 }>>', '<Text<{ max: 9 }>>', 'deploy masters first'],
  ['a lower bound', '<List<string, { max: 8 }>>', '<List<string, { max: 7 }>>', 'deploy peers first'],
  ['fewer literals', "<'a' | 'b'>", "<'a'>", 'deploy peers first'],
  ['U8 to Int', '<U8>', '<Int>', 'deploy masters first'],
  ['Int to number', '<Int>', '<number>', 'deploy masters first'],
  ['number to Int', '<number>', '<Int>', 'deploy peers first'],
  ['another pattern', "<Match<'[a-c]{1,4}'>>", "<Match<'[a-d]{1,4}'>>", 'breaking'],
  ['sealed', '<string>', '<Sealed<string>>', 'breaking'],
  ['something where nothing was', '', '<string>', 'breaking'],
]

const REVERSED: Readonly<Record<string, string>> = {
  'deploy masters first': 'deploy peers first',
  'deploy peers first': 'deploy masters first',
}

/** The verdicts on pairs of declarations with the names `p0`, `p1` and so on. */
async function verdictsOf(pairs: readonly (readonly [older: string, newer: string])[]): Promise<string[]> {
  const file = (side: 0 | 1): string =>
    [
      "import { choose, offer, on, receive, receiveStream, send, steer, txKeepalive } from 'coxswain/steer'",
      "import type { Int, List, Match, Sealed, Text, U8 } from 'coxswain/steer'",
      ...pairs.map((pair, index) => `export const P${index} = steer('p${index}', ${pair[side]})`),
    ].join('\n')
  const { root, remove } = createProject({ 'old/p.steer.ts': file(0), 'new/p.steer.ts': file(1) })
  onTestFinished(remove)
  const { out, err } = await run(root, 'diff', 'old', 'new', '--json')
  expect(err).toBe('')
  const { protocols } = JSON.parse(out) as { protocols: { name: string; verdict: string }[] }
  return pairs.map((_, index) => protocols.find(({ name }) => name === `p${index}`)!.verdict)
}

describe('docs/versions.md', () => {
  test('says what a change of a payload means, in either direction', async () => {
    const receives = PAYLOADS.map(([, older, newer]) => [`receive${older}('it')`, `receive${newer}('it')`] as const)
    const sends = PAYLOADS.map(([, older, newer]) => [`send${older}('it')`, `send${newer}('it')`] as const)
    const told = PAYLOADS.map(([change, , , verdict]) => [change, verdict])
    expect((await verdictsOf(receives)).map((verdict, index) => [PAYLOADS[index]![0], verdict])).toEqual(told)
    expect((await verdictsOf(sends)).map((verdict, index) => [PAYLOADS[index]![0], verdict])).toEqual(
      told.map(([change, verdict]) => [change, REVERSED[verdict!] ?? verdict]),
    )
  })

  test('says what a change of steps means', async () => {
    expect(
      await verdictsOf([
        ['choose({ a: on(), b: on() })', 'choose({ a: on(), b: on(), c: on() })'],
        ['offer({ a: on(), b: on() })', 'offer({ a: on(), b: on(), c: on() })'],
        ['choose({ a: on(), b: on(), c: on() })', 'choose({ a: on(), b: on() })'],
        ["send('a')", "send('a'), txKeepalive()"],
        ["send('a'), receive('b')", "receive('b'), send('a')"],
        ["send('a')", "send('b')"],
        ["receive<string>('a')", "receiveStream<string>('a', { window: 1 })"],
        // One type in both directions.
        ["receive<{ a: 1 }>('a'), send<{ a: 1 }>('b')", "receive<{ a: 1; b?: 1 }>('a'), send<{ a: 1; b?: 1 }>('b')"],
        ["send<{ a: 1 }>('a')", "{ open: true }, send<{ a: 1 }>('a')"],
        ["{ open: true }, send<{ a: 1 }>('a')", "{ open: true }, send<{ a: 1; b?: 1 }>('a')"],
      ]),
    ).toEqual([
      'deploy peers first',
      'deploy masters first',
      'deploy masters first',
      'breaking',
      'breaking',
      'breaking',
      'breaking',
      'breaking',
      'compatible, any order',
      'compatible, any order',
    ])
  })
})
