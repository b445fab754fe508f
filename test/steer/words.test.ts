import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type {
  Bytes,
  Finite,
  I64,
  Int,
  List,
  Match,
  Open,
  Protocol,
  Sealed,
  Step,
  Text,
  U64,
  U8,
} from '../../src/steer/index.ts'
import * as steer from '../../src/steer/index.ts'
import { readText } from '../codegen/read/read-text.ts'

describe('the words', () => {
  it('give back one inert frozen object, and call nothing', () => {
    const called: string[] = []
    const body = (again: steer.Jump): steer.Steps => {
      called.push('body')
      return [again]
    }
    const protocol = steer.steer('a', steer.send('x'))
    const results: object[] = [
      steer.loop(body),
      steer.forever(body),
      protocol,
      steer.on(),
      steer.choose({}),
      steer.offer({}),
      steer.include(protocol),
      steer.flip(protocol),
      steer.sendStream('x'),
      steer.receiveStream('x', { window: 3 }),
      steer.within(1, steer.send('x')),
      ...[steer.txHandshake, steer.rxHandshake, steer.txKeepalive, steer.rxKeepalive].map((word) => word()),
      ...[steer.receive, steer.call, steer.answer, steer.master, steer.peer, steer.both, steer.point].map((word) =>
        word('x'),
      ),
    ]
    expect(new Set(results).size).toBe(1)
    expect(Object.isFrozen(results[0])).toBe(true)
    expect(Reflect.ownKeys(results[0]!)).toEqual([])
    expect(called).toEqual([])
  })

  it('are those of the language', () => {
    expect(Object.keys(steer).sort()).toEqual(
      'answer both call choose flip forever include loop master offer on peer point receive receiveStream rxHandshake rxKeepalive send sendStream steer txHandshake txKeepalive within'.split(
        ' ',
      ),
    )
  })

  it('let a declaration be imported at run time', async () => {
    const words = (await import('../codegen/read/fixtures/right/greeting.steer.ts')) as Record<string, unknown>
    expect(Object.keys(words).sort()).toEqual(['Greeting', 'Inner'])
  })

  it('refuse what the editor can see: a jump that is not last, a step for a branch, a wrong option', () => {
    const declared: readonly (Protocol | Step)[] = [
      // @ts-expect-error a jump stands last
      steer.loop((again, leave) => [leave, steer.send('x')]),
      // @ts-expect-error a jump stands last
      steer.loop((again) => [steer.choose({ a: steer.on(again, steer.send('x')) })]),
      // @ts-expect-error a step is no branch
      steer.choose({ a: steer.send('x') }),
      // @ts-expect-error a branch is no step
      steer.steer('a', steer.on()),
      // @ts-expect-error the option is `open`
      steer.steer('a', { opne: true }, steer.send('x')),
      // @ts-expect-error a loop that is `forever` has no way out
      steer.forever((_again, _leave) => []),
      // @ts-expect-error a protocol is no step
      steer.steer('a', steer.steer('b')),
      // @ts-expect-error an option of streams is `window`
      steer.sendStream<string>('a', { windows: 3 }),
      // @ts-expect-error a stream is no branch
      steer.choose({ a: steer.receiveStream<string>('a') }),
      // @ts-expect-error there is a time, and then the steps
      steer.within(steer.send('x')),
      // @ts-expect-error there is a step in it
      steer.within(100),
      // @ts-expect-error a jump stands last
      steer.loop((again) => [steer.within(100, again, steer.send('x'))]),
      steer.loop((again) => [steer.within(100, steer.send('x'), again)]),
      steer.steer('a', { open: true }),
      steer.steer('a'),
      steer.loop(() => []),
    ]
    expect(declared.length).toBe(16)
  })

  it('have examples in their documentation that the generator reads without a complaint', () => {
    const folder = fileURLToPath(new URL('../../src/steer/', import.meta.url))
    const examples = readdirSync(folder).flatMap((file) => {
      const text = readFileSync(folder + file, 'utf8').replaceAll(/^ \* ?/gm, '')
      return [...text.matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1] ?? '')
    })
    expect(examples.length).toBeGreaterThanOrEqual(3)
    const { files, diagnostics } = readText(
      Object.fromEntries(examples.map((code, index) => [`e${index}.steer.ts`, code])),
    )
    expect(diagnostics).toEqual([])
    expect(files.every(({ protocols }) => protocols.length === 1)).toBe(true)
  })
})

describe('the refinements', () => {
  it('take plain values of their base types', () => {
    interface Plain {
      a: number
    }
    const plain: Plain = { a: 1 }
    const numbers: readonly [Int, U8, Finite] = [1, 2, 0.5]
    const bigints: readonly [U64, I64] = [1n, -1n]
    const texts: readonly [Text<{ max: 3 }>, Match<'a'>, Text<{ max: 3 }> & Match<'a'>] = ['abc', 'a', 'a']
    const lists: readonly [List<string, { max: 2 }>, Bytes<{ max: 2 }>] = [['a'], new Uint8Array(2)]
    const open: readonly Open[] = [plain, 1, 1n, 'a', true, null, [plain], new Map(), new Date(), {}]
    const sealed: readonly [Sealed<string>, Sealed<Plain>, Sealed<boolean>] = ['a', plain, true]
    // @ts-expect-error a number is no sealed string
    const wrongly: Sealed<string> = 1
    // @ts-expect-error a string is no Int
    const wrong: Int = 'a'
    // @ts-expect-error nothing is absent in Open but by an optional member
    const absent: Open = undefined
    expect([numbers, bigints, texts, lists, open, sealed, wrongly, wrong, absent].length).toBe(9)
  })
})
