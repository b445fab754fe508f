import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'

import { Drop, Feed } from '../protocols/stream.gen.ts'
import { createGate, createPair, settle } from './pairs.ts'
import { strayErrors } from './strays.ts'

/** Reads one item and stops. */
const firstOnly = Drop.master.with({
  numbers: async (turn) => {
    for await (const item of turn.stream) return item
    return undefined
  },
})

const cancelsAtOnce = Drop.master.with({
  numbers: (turn) => {
    turn.session.cancel()
  },
})

/** A stream of Node that has given one item and will not give another by itself. */
function idleNodeStream(): PassThrough {
  const stream = new PassThrough({ objectMode: true })
  stream.write(1)
  return stream
}

/** The same of the web, with what is known of its end. */
function idleWebStream(): { readonly stream: ReadableStream<number>; readonly seen: { cancelled: boolean } } {
  const seen = { cancelled: false }
  const stream = new ReadableStream<number>({
    start: (controller) => {
      controller.enqueue(1)
    },
    cancel: () => {
      seen.cancelled = true
    },
  })
  return { stream, seen }
}

describe.each([
  ['whose reader stops', firstOnly, 'numbers'],
  ['whose session is cancelled', cancelsAtOnce, 'cancelled'],
])('a stream %s while its source has nothing to give', (_, serve, outcome) => {
  it('destroys a source that is a stream of Node', async () => {
    const strays = strayErrors()
    const { near } = await createPair([serve])
    const source = idleNodeStream()
    expect(await Drop.peer.handle(near, { start: (turn) => turn.send.numbers(source) })).toMatchObject({ outcome })
    await settle()
    expect(source.destroyed).toBe(true)
    expect(source.errored).toBe(null)
    expect(strays).toEqual([])
  })

  it('cancels a source that is a web stream', async () => {
    const strays = strayErrors()
    const { near } = await createPair([serve])
    const { stream, seen } = idleWebStream()
    expect(await Drop.peer.handle(near, { start: (turn) => turn.send.numbers(stream) })).toMatchObject({ outcome })
    await settle()
    expect(seen.cancelled).toBe(true)
    expect(strays).toEqual([])
  })
})

describe('a source that comes too late, when the session is over', () => {
  it('is let go of where a handler returns it', async () => {
    const { near } = await createPair([Drop.master.with({ numbers: () => undefined })])
    const source = idleNodeStream()
    const { stream, seen } = idleWebStream()
    const cancelled = createGate()
    for (const late of [source, stream]) {
      const running = Drop.peer.handle(near, {
        start: async (turn) => {
          turn.session.cancel()
          await cancelled.opened
          return turn.send.numbers(late)
        },
      })
      expect(await running).toMatchObject({ outcome: 'cancelled' })
    }
    cancelled.open()
    await settle()
    expect(source.destroyed).toBe(true)
    expect(seen.cancelled).toBe(true)
  })

  it('is let go of where a script sends it', async () => {
    const { near } = await createPair([Drop.master.with({ numbers: () => undefined })])
    const state = await Drop.peer.open(near)
    state.session.cancel()
    const source = idleNodeStream()
    expect(await state.send.numbers(source)).toMatchObject({ outcome: 'cancelled' })
    expect(source.destroyed).toBe(true)
  })
})

describe('a web stream as a source', () => {
  it('is read to its end and not locked behind it', async () => {
    const got: number[] = []
    const serve = Drop.master.with({
      numbers: async (turn) => {
        for await (const item of turn.stream) got.push(item)
      },
    })
    const { near } = await createPair([serve])
    const stream = ReadableStream.from([1, 2, 3, 4, 5, 6, 7])
    await Drop.peer.handle(near, { start: (turn) => turn.send.numbers(stream) })
    expect(got).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(stream.locked).toBe(false)
  })
})

const throwing = {
  get done(): boolean {
    throw new Error('no result')
  },
  value: 1,
}

describe.each([
  ['undefined', undefined, /\[misuse\].*"numbers".*gave undefined/],
  ['null', null, /\[misuse\].*"numbers".*gave null/],
  ['a number', 5, /\[misuse\].*"numbers".*gave number/],
  ['a result that throws', throwing, /no result/],
])('a source whose next() gives %s', (_, result, message) => {
  const broken = result as IteratorResult<number>

  it.each([
    ['at once', { [Symbol.iterator]: () => ({ next: () => broken }) }],
    ['later', { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(broken) }) }],
  ])('%s ends its session alone, and the link serves on', async (_when, source) => {
    const ends: unknown[] = []
    const serve = Feed.master.with(
      { from: (turn) => turn.send.numbers(turn.message === 0 ? source : [7]), sum: (turn) => turn.send.thanks() },
      { onSessionEnd: ({ error }) => ends.push(error) },
    )
    const { near } = await createPair([serve])
    const ask = (from: number): Promise<unknown> =>
      Feed.peer.handle(near, {
        start: (turn) => turn.send.from(from),
        numbers: async (turn) => {
          let sum = 0
          for await (const number of turn.stream) sum += number
          return (await turn.end()).send.sum(sum)
        },
      })
    await expect(ask(0)).rejects.toMatchObject({ code: 'aborted' })
    expect(String(ends[0])).toMatch(message)
    await expect(ask(1)).resolves.toMatchObject({ outcome: 'thanks' })
  })
})

describe('a payload that is not of its type, on its way out', () => {
  it('is refused with the name of its message', async () => {
    const { near } = await createPair([
      Feed.master.with({ from: (turn) => turn.send.numbers([]), sum: (turn) => turn.send.thanks() }),
    ])
    const state = await Feed.peer.open(near)
    await expect(state.send.from('one' as unknown as number)).rejects.toThrow(/^\[invalid_payload\] message "from": /)
  })

  it('is refused with the name of its stream', async () => {
    const { near } = await createPair([Drop.master.with({ numbers: () => undefined })])
    const state = await Drop.peer.open(near)
    await expect(state.send.numbers(['one' as unknown as number])).rejects.toThrow(
      /^\[invalid_payload\] item of stream "numbers": /,
    )
  })
})
