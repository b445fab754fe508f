import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'

import type { SessionEnd } from 'coxswain'

import { Drop, Feed, Pair, Relay, type DropMasterResult } from '../protocols/stream.gen.ts'
import { createGate, createPair, settle } from './pairs.ts'

/** The numbers below `count`, and whether the generator's `finally` ran. */
class Numbers {
  given = 0
  closed = false
  readonly #count: number

  constructor(count: number) {
    this.#count = count
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<number> {
    try {
      for (; this.given < this.#count; this.given++) {
        await Promise.resolve()
        yield this.given
      }
    } finally {
      this.closed = true
    }
  }
}

/** Reads so many items and stops. */
async function take(stream: AsyncIterable<number>, count: number): Promise<number[]> {
  const taken: number[] = []
  if (count === 0) return taken
  for await (const item of stream) {
    taken.push(item)
    if (taken.length === count) break
  }
  return taken
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe('a stream', () => {
  it('carries every item in order, and both sides know that it ended', async () => {
    const numbers = new Numbers(1000)
    const serve = Feed.master.with({
      from: (turn) => turn.send.numbers(numbers),
      sum: (turn) => {
        expect(turn.streamed).toBe('ended')
        expect(turn.message).toBe(499_500)
        return turn.send.thanks()
      },
    })
    const { near } = await createPair([serve])
    const result = await Feed.peer.handle(near, {
      start: (turn) => turn.send.from(0),
      numbers: async (turn) => {
        let sum = 0
        for await (const number of turn.stream) sum += number
        const { how, send } = await turn.end()
        expect(how).toBe('ended')
        return send.sum(sum)
      },
    })
    expect(result.outcome).toBe('thanks')
    expect(numbers.closed).toBe(true)
  })

  it.each([0, 1, 5, 8, 9, 100])(
    'is cancelled by a reader that stops after %i items, and the source runs its `finally`',
    async (count) => {
      const numbers = new Numbers(10_000)
      const outcomes: unknown[] = []
      const serve = Feed.master.with({
        from: (turn) => turn.send.numbers(numbers),
        sum: (turn) => {
          outcomes.push(turn.streamed)
          return turn.send.thanks()
        },
      })
      const { near } = await createPair([serve])
      await Feed.peer.handle(near, {
        start: (turn) => turn.send.from(0),
        numbers: async (turn) => {
          expect(await take(turn.stream, count)).toEqual(upTo(count))
          const { how, send } = await turn.end()
          outcomes.push(how)
          return send.sum(0)
        },
      })
      await settle()
      expect(outcomes).toEqual(['cancelled', 'cancelled'])
      expect(numbers.closed).toBe(true)
      // The window of 8, and the item that the source had ready.
      expect(numbers.given).toBeLessThanOrEqual(count + 9)
    },
  )

  it('is not read further ahead than its window, however slow its reader is', async () => {
    const numbers = new Numbers(400)
    let taken = 0
    let most = 0
    const serve = Feed.master.with({ from: (turn) => turn.send.numbers(numbers), sum: (turn) => turn.send.thanks() })
    const { near } = await createPair([serve])
    await Feed.peer.handle(near, {
      start: (turn) => turn.send.from(0),
      numbers: async (turn) => {
        for await (const _number of turn.stream) {
          taken++
          await settle()
          most = Math.max(most, numbers.given - taken)
        }
        const { send } = await turn.end()
        return send.sum(taken)
      },
    })
    expect(taken).toBe(400)
    expect(most).toBeLessThanOrEqual(8)
  })

  it('may be empty', async () => {
    const ends: SessionEnd<DropMasterResult>[] = []
    const serve = Drop.master.with(
      { numbers: async (turn) => [await take(turn.stream, Infinity), (await turn.end()).how] },
      { onSessionEnd: (end) => ends.push(end) },
    )
    const { near } = await createPair([serve])
    const result = await Drop.peer.handle(near, { start: (turn) => turn.send.numbers([]) })
    await settle()
    expect(result.outcome).toBe('numbers')
    expect(ends[0]?.result).toMatchObject({ outcome: 'numbers', result: [[], 'ended'] })
  })

  it('is thrown away when its handler returns without reading it, and the session goes on', async () => {
    const numbers = new Numbers(1000)
    const serve = Drop.master.with({ numbers: () => undefined })
    const { near } = await createPair([serve])
    const state = await (await Drop.peer.open(near)).send.numbers(numbers)
    expect(state).toMatchObject({ at: 'end', outcome: 'numbers', streamed: 'cancelled' })
    await settle()
    expect(numbers.closed).toBe(true)
  })

  it.each([
    ['an array', () => upTo(50)],
    ['a generator', () => new Set(upTo(50))],
    ['a Node stream', () => Readable.from(upTo(50))],
    ['a web stream', () => ReadableStream.from(upTo(50)) as AsyncIterable<number>],
    ['an asynchronous generator', () => new Numbers(50)],
  ] as const)('can be sent from %s', async (_kind, create) => {
    const read: number[][] = []
    const serve = Drop.master.with({
      numbers: async (turn) => {
        read.push(await take(turn.stream, Infinity))
      },
    })
    const { near } = await createPair([serve])
    const { outcome } = await Drop.peer.handle(near, { start: (turn) => turn.send.numbers(create()) })
    expect(outcome).toBe('numbers')
    expect(read).toEqual([upTo(50)])
  })

  it('closes a Node stream that it stops reading', async () => {
    const source = Readable.from(new Numbers(1_000_000))
    const serve = Drop.master.with({
      numbers: async (turn) => {
        await take(turn.stream, 3)
      },
    })
    const { near } = await createPair([serve])
    await Drop.peer.handle(near, { start: (turn) => turn.send.numbers(source) })
    await settle()
    expect(source.destroyed).toBe(true)
  })

  it('is refused as misuse where it is no source', async () => {
    const { near } = await createPair([Drop.master.with({ numbers: () => undefined })])
    const handled = Drop.peer.handle(near, { start: (turn) => turn.send.numbers('12' as never) })
    await expect(handled).rejects.toMatchObject({
      code: 'misuse',
      rawMessage: expect.stringMatching(/not from string/),
    })
  })

  it('can be read once', async () => {
    const serve = Drop.master.with({
      numbers: async (turn) => {
        await take(turn.stream, Infinity)
        expect(() => turn.stream[Symbol.asyncIterator]()).toThrow('read already')
      },
    })
    const { near } = await createPair([serve])
    await Drop.peer.handle(near, { start: (turn) => turn.send.numbers([1]) })
  })

  it('fails the session on both sides when its source throws, and the reader learns it', async () => {
    const seen: unknown[] = []
    const ends: SessionEnd<DropMasterResult>[] = []
    const serve = Drop.master.with(
      {
        numbers: async (turn) => {
          try {
            await take(turn.stream, Infinity)
          } catch (error) {
            seen.push(error)
            throw error
          }
        },
      },
      { onSessionEnd: (end) => ends.push(end) },
    )
    const { near } = await createPair([serve])
    async function* failing(): AsyncGenerator<number> {
      yield await Promise.resolve(1)
      throw new Error('disk on fire')
    }
    const handled = Drop.peer.handle(near, { start: (turn) => turn.send.numbers(failing()) })
    await expect(handled).rejects.toThrow('disk on fire')
    await settle()
    expect(seen).toMatchObject([{ code: 'aborted' }])
    expect(ends).toMatchObject([{ error: { code: 'aborted' } }])
  })

  it('fails the session on both sides when an item is not of its type, and stops the source', async () => {
    const numbers = new Numbers(5)
    async function* wrong(): AsyncGenerator<number> {
      yield* numbers
      yield 'six' as never
    }
    const { near } = await createPair([
      Drop.master.with({
        numbers: async (turn) => {
          await take(turn.stream, 9)
        },
      }),
    ])
    const handled = Drop.peer.handle(near, { start: (turn) => turn.send.numbers(wrong()) })
    await expect(handled).rejects.toMatchObject({ code: 'invalid_payload' })
    expect(numbers.closed).toBe(true)
  })

  it('stops its source and makes its reader throw when the session is cancelled', async () => {
    const numbers = new Numbers(1_000_000)
    const gate = createGate()
    const seen: unknown[] = []
    const serve = Drop.master.with({
      numbers: async (turn) => {
        await take(turn.stream, 2).catch(() => undefined)
        gate.open()
      },
    })
    const { near } = await createPair([serve])
    const first = await Drop.peer.open(near)
    const sending = first.send.numbers(
      (async function* () {
        yield 1
        first.session.cancel('enough')
        yield* numbers
      })(),
    )
    expect(await sending).toMatchObject({ outcome: 'cancelled', by: 'peer', reason: 'enough' })
    await gate.opened
    const reading = await createPair([
      Drop.master.with({
        numbers: async (turn) => {
          const reader = turn.stream[Symbol.asyncIterator]()
          await reader.next()
          turn.session.cancel()
          await reader.next().catch((error: unknown) => seen.push(error))
          seen.push((await turn.end()).how)
        },
      }),
    ])
    const handled = await Drop.peer.handle(reading.near, { start: (turn) => turn.send.numbers(numbers) })
    expect(handled).toMatchObject({ outcome: 'cancelled', by: 'master' })
    await settle()
    expect(seen).toMatchObject([{ code: 'aborted' }, 'cancelled'])
    expect(numbers.closed).toBe(true)
  })

  it('does not wait for a source that hangs: the session goes on when the reader has stopped', async () => {
    const { near } = await createPair([
      Drop.master.with({
        numbers: async (turn) => {
          await take(turn.stream, 1)
        },
      }),
    ])
    async function* hanging(): AsyncGenerator<number> {
      yield 1
      await new Promise(() => undefined)
    }
    const { outcome } = await Drop.peer.handle(near, { start: (turn) => turn.send.numbers(hanging()) })
    expect(outcome).toBe('numbers')
  })

  it('works round by round in both directions, in the form of turns', async () => {
    const serve = Relay.master.with(() => {
      let seen: number[] = []
      return {
        up: async (turn) => {
          seen = await take(turn.stream, Infinity)
          const { send } = await turn.end()
          return send.down(seen.map((number) => number * 2))
        },
        more: () => undefined,
      }
    })
    const { near } = await createPair([serve])
    const rounds: number[][] = []
    for await (const turn of Relay.peer.turns(near)) {
      switch (turn.at) {
        case 'start':
        case 'sent.more':
          await turn.send.up(upTo(rounds.length * 3))
          break
        case 'down': {
          rounds.push(await take(turn.stream, Infinity))
          const { how, send } = await turn.end()
          expect(how).toBe('ended')
          await (rounds.length === 4 ? send.enough() : send.more())
          break
        }
        default:
          turn satisfies never
      }
    }
    expect(rounds).toEqual([[], [0, 2, 4], [0, 2, 4, 6, 8, 10], upTo(9).map((number) => number * 2)])
  })

  it('works in a straight script, with a final stream that ends the session when it is read', async () => {
    const ends: unknown[] = []
    const serve = Pair.peer.with(
      {
        ticks: async (turn) => {
          await take(turn.stream, Infinity)
        },
        count: (turn) => turn.send.echo(upTo(turn.message)),
      },
      { onSessionEnd: (end) => ends.push(end.result) },
    )
    const { near } = await createPair([serve])
    const counting = await (await Pair.master.open(near)).send.ticks([1, 2, 3])
    if (counting.at === 'end') throw new Error('cancelled')
    expect(counting).toMatchObject({ at: 'sent.ticks', streamed: 'ended' })
    const echo = await counting.send.count(70_000)
    if (echo.at === 'end') throw new Error('cancelled')
    expect((await take(echo.stream, Infinity)).length).toBe(70_000)
    expect(await echo.end()).toEqual({ how: 'ended' })
    await settle()
    expect(ends).toMatchObject([{ outcome: 'echo' }])
  })
})
