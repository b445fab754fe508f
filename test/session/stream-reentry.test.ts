import { describe, expect, it } from 'vitest'
import { strayErrors } from './strays.ts'

import { Drop, Feed } from '../protocols/stream.gen.ts'
import { collect } from './collect.ts'
import { createPair, settle } from './pairs.ts'

describe('a source that acts on its own session', () => {
  it('by cancelling it while it is asked for an item is stopped, its finally included, and sends nothing more', async () => {
    const strays = strayErrors()
    let closed = false
    const got: number[] = []
    const serve = Drop.master.with({
      numbers: async (turn) => {
        for await (const item of turn.stream) got.push(item)
      },
    })
    const { near } = await createPair([serve])
    const result = await Drop.peer.handle(near, {
      start: (turn) => {
        function* numbers(): Generator<number> {
          try {
            yield 1
            turn.session.cancel('enough')
            yield 2
          } finally {
            closed = true
          }
        }
        return turn.send.numbers(numbers())
      },
    })
    await settle()
    expect(result).toMatchObject({ outcome: 'cancelled', by: 'peer' })
    expect(closed).toBe(true)
    expect(got).not.toContain(2)
    expect(strays).toEqual([])
  })

  it('by cancelling it as its iterator is made ends the session, and nothing brings it back', async () => {
    const { near, far } = await createPair([Drop.master.with({ numbers: () => undefined })])
    let asked = 0
    const result = await Drop.peer.handle(near, {
      start: (turn) =>
        turn.send.numbers({
          [Symbol.iterator]: () => {
            turn.session.cancel()
            return { next: () => ({ done: asked++ > 5, value: 1 }) }
          },
        }),
    })
    await settle()
    expect(result).toMatchObject({ outcome: 'cancelled', by: 'peer' })
    expect(asked).toBe(0)
    await expectClosable(near, far)
  })

  it.each(['throws', 'cancels the session'])(
    'whose finally %s when the reader stops ends the session once, on both sides',
    async (how) => {
      const strays = strayErrors()
      const ends: unknown[] = []
      const serve = Feed.master.with(
        {
          from: (turn) => {
            function* numbers(): Generator<number> {
              try {
                for (;;) yield 1
              } finally {
                closing(turn.session)
              }
            }
            const closing = (session: { cancel(): void }): void => {
              if (how === 'throws') throw new Error('the finally fails')
              session.cancel()
            }
            return turn.send.numbers(numbers())
          },
          sum: (turn) => turn.send.thanks(),
        },
        { onSessionEnd: ({ error, result }) => ends.push(error ?? result) },
      )
      const { near, far } = await createPair([serve])
      const result: unknown = await Feed.peer
        .handle(near, {
          start: (turn) => turn.send.from(0),
          numbers: async (turn) => {
            for await (const _ of turn.stream) break
            return (await turn.end()).send.sum(0)
          },
        })
        .catch((error: unknown) => error)
      await settle()
      expect(result).toMatchObject(how === 'throws' ? { code: 'aborted' } : { outcome: 'cancelled', by: 'master' })
      expect(ends).toMatchObject([how === 'throws' ? { message: 'the finally fails' } : { outcome: 'cancelled' }])
      expect(strays).toEqual([])
      await expectClosable(near, far)
    },
  )
})

describe('the reader of a final stream', () => {
  it('reads on when nothing but the stream is left of its state', async () => {
    const last = Drop.peer.with({ start: (turn) => turn.send.numbers(slowly()) })
    const { near } = await createPair([last])
    async function* slowly(): AsyncGenerator<number> {
      for (let count = 0; count < 20; count++) {
        await settle()
        collect()
        yield count
      }
    }
    const taken: number[] = []
    const { stream } = await Drop.master.open(near).then((state) => {
      if (state.at !== 'numbers') throw new Error('the stream has not come')
      return { stream: state.stream }
    })
    for await (const item of stream) taken.push(item)
    expect(taken).toHaveLength(20)
  })
})

/** No link has kept a session: it would wait for it. */
async function expectClosable(
  ...links: readonly {
    close(options: { readonly deadlineMs: number }): Promise<void>
    readonly closed: Promise<unknown>
  }[]
): Promise<void> {
  const began = performance.now()
  await Promise.all(links.map((link) => link.close({ deadlineMs: 5000 })))
  expect(performance.now() - began).toBeLessThan(2000)
}
