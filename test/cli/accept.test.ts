import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { withWords } from '../codegen/emit/generate.ts'
import { project } from './project.ts'
import { run } from './run.ts'

const FIRST = withWords(`
export interface Order { item: string; count: number }
export const Shop = steer('shop', receive<Order>('order'), choose({ shipped: on(), refused: on<string>() }))
export const Bell = steer('bell', send('ring'))`)
const SECOND = FIRST.replace('refused: on<string>() }', 'refused: on<string>(), later: on() }')
const THIRD = FIRST.replace("receive<Order>('order')", "send('hello'), receive<Order>('order')")

function shop(): { readonly root: string; read(name: string): string; write(name: string, text: string): void } {
  const root = project({ 'shop.steer.ts': FIRST })
  return {
    root,
    read: (name) => readFileSync(join(root, name), 'utf8'),
    write: (name, text) => {
      writeFileSync(join(root, name), text)
    },
  }
}

function twice(text: string): string {
  const json = JSON.parse(text) as { protocols: { bell: unknown[] } }
  json.protocols.bell.push(...json.protocols.bell)
  return JSON.stringify(json)
}

const HISTORY = 'shop.steer.history.json'

describe('coxswain gen --accept', () => {
  test('writes the present versions into a history, in which each of them stands once', async () => {
    const { root, read, write } = shop()
    const first = await run(root, 'gen', '--accept')
    expect([first.code, first.err]).toEqual([0, ''])
    expect(first.out).toContain(`written   ${HISTORY}`)
    const one = read(HISTORY)
    expect(JSON.parse(one)).toMatchObject({
      coxswain: 'history 1',
      protocols: { bell: [{ open: false, labels: ['ring'] }], shop: [{ labels: ['order', 'refused', 'shipped'] }] },
    })
    expect((await run(root, 'gen', '--accept')).out).toContain(`unchanged ${HISTORY}`)
    write('shop.steer.ts', SECOND)
    await run(root, 'gen', '--accept')
    const { protocols } = JSON.parse(read(HISTORY)) as { protocols: Record<string, unknown[]> }
    expect([protocols['bell']?.length, protocols['shop']?.length]).toEqual([1, 2])
    // Back at the first version nothing is new, and what was written first is written again for the same history.
    write('shop.steer.ts', FIRST)
    rmSync(join(root, HISTORY))
    await run(root, 'gen', '--accept')
    expect(read(HISTORY)).toBe(one)
  })

  test('lets generated files say how they get on with each earlier version', async () => {
    const { root, read, write } = shop()
    await run(root, 'gen', '--accept')
    expect(read('shop.gen.ts')).not.toContain('accepts:')
    const fingerprint = /fingerprint: '([0-9a-f]{64})'/.exec(read('shop.gen.ts'))![1]!
    write('shop.steer.ts', SECOND)
    await run(root, 'gen')
    const second = read('shop.gen.ts')
    expect(second.slice(second.indexOf('  accepts:'), second.indexOf('\n})'))).toBe(`  accepts: {
    '${fingerprint}': {
      labels: ['order', 'refused', 'shipped'],
      master: 'the peer does not expect "later" from the master here, after peer "order"',
    },
  },`)
    write('shop.steer.ts', THIRD)
    await run(root, 'gen')
    expect(read('shop.gen.ts')).toContain(
      "master: 'here both sides send, at the start',\n      peer: 'here both sides wait, at the start',",
    )
  })

  test('leaves a history alone that was only laid out anew', async () => {
    const { root, read, write } = shop()
    await run(root, 'gen', '--accept')
    const compact = JSON.stringify(JSON.parse(read(HISTORY)))
    write(HISTORY, compact)
    const again = await run(root, 'gen', '--accept')
    expect([again.code, read(HISTORY)]).toEqual([0, compact])
    expect((await run(root, 'gen', '--check')).code).toBe(0)
  })

  test('takes the entries of a protocol in any order, and goes on where one was taken out', async () => {
    const { root, read, write } = shop()
    await run(root, 'gen', '--accept')
    write('shop.steer.ts', SECOND)
    await run(root, 'gen', '--accept')
    write('shop.steer.ts', THIRD)
    const history = JSON.parse(read(HISTORY)) as { protocols: { shop: { fingerprint: string }[] } }
    const [first, second] = history.protocols.shop.map(({ fingerprint }) => fingerprint)
    history.protocols.shop.reverse()
    write(HISTORY, JSON.stringify(history))
    expect((await run(root, 'gen')).code).toBe(0)
    for (const fingerprint of [first, second]) expect(read('shop.gen.ts')).toContain(`    '${fingerprint}': {`)
    history.protocols.shop.pop()
    write(HISTORY, JSON.stringify(history))
    expect((await run(root, 'gen')).code).toBe(0)
    expect(read('shop.gen.ts')).not.toContain(`'${first}'`)
    expect(read('shop.gen.ts')).toContain(`    '${second}': {`)
  })

  test('does not go together with --check or --watch', async () => {
    const { root } = shop()
    expect((await run(root, 'gen', '--accept', '--check')).code).toBe(2)
    expect((await run(root, 'gen', '--watch', '--accept')).code).toBe(2)
  })
})

describe('a history', () => {
  test.each([
    ['another label', (text: string) => text.replaceAll('"shipped"', '"sent-off"')],
    ['another payload', (text: string) => text.replace('"kind": "number"', '"kind": "bigint"')],
    ['another fingerprint', (text: string) => text.replace(/"fingerprint": "./, '"fingerprint": "x')],
    ['another list of labels', (text: string) => text.replace('"labels": ["ring"]', '"labels": ["ring", "x"]')],
    ['another target', (text: string) => text.replace('"next": 1', '"next": 0')],
    ['a target that is not there', (text: string) => text.replace('"next": 1', '"next": 99')],
    ['an unknown member', (text: string) => text.replace('"open": false', '"open": false, "note": 1')],
    ['one version twice', twice],
    ['the form of another time', (text: string) => text.replace('history 1', 'history 9')],
    ['the marks of a merge', (text: string) => `<<<<<<< HEAD\n${text}`],
  ])('with %s is refused by every run, and nothing is written', async (_, edit) => {
    const { root, read, write } = shop()
    await run(root, 'gen', '--accept')
    const edited = edit(read(HISTORY))
    expect(edited).not.toBe(read(HISTORY))
    write(HISTORY, edited)
    write('shop.steer.ts', SECOND)
    const before = read('shop.gen.ts')
    for (const flags of [[], ['--check'], ['--accept']]) {
      const { code, err } = await run(root, 'gen', ...flags)
      expect(code).toBe(1)
      expect(err).toMatch(/^shop\.steer\.history\.json:\d+:1 - error STEER4008: /)
    }
    expect([read(HISTORY), read('shop.gen.ts')]).toEqual([edited, before])
  })

  test('that has changed makes the generated file stale', async () => {
    const { root, read, write } = shop()
    await run(root, 'gen', '--accept')
    const first = read(HISTORY)
    write('shop.steer.ts', SECOND)
    await run(root, 'gen')
    expect((await run(root, 'gen', '--check')).code).toBe(0)
    rmSync(join(root, HISTORY))
    expect((await run(root, 'gen', '--check')).err).toContain('shop.gen.ts:1:1 - error STEER4001')
    write(HISTORY, first)
    expect((await run(root, 'gen', '--check')).code).toBe(0)
  })

  test('of a protocol that has gone is refused, at its line', async () => {
    const { root, write } = shop()
    await run(root, 'gen', '--accept')
    write('shop.steer.ts', FIRST.replace("steer('shop'", "steer('store'"))
    const { code, err } = await run(root, 'gen', '--check')
    expect(code).toBe(1)
    expect(err).toContain(
      'error STEER4009: the history holds versions of "shop", which is not declared beside it any more',
    )
  })

  test('without its declaration is an orphan, as generated files are', async () => {
    const { root } = shop()
    await run(root, 'gen', '--accept')
    rmSync(join(root, 'shop.steer.ts'))
    expect((await run(root, 'gen')).err).toContain(`orphaned  ${HISTORY}`)
    expect((await run(root, 'gen', '--check')).err).toContain(`${HISTORY}:1:1 - error STEER4007`)
  })
})
