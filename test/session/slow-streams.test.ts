/**
 * A consumer a thousand times slower than its producer, in simulated time, for each direction of a stream and each kind of source:
 * no more than the window is ever held between them, and a consumer that stops early stops the producer.
 */

import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'

import type { ServeEntry } from 'coxswain'
import { createSimulation, type Simulation } from 'coxswain/testing'

import { Drop, Feed, Pair } from '../protocols/stream.gen.ts'

const ITEM_MS = 1
const SLOWER = 1000

/** Counts items where they are made and where they are done with. */
class Meter {
  made = 0
  done = 0
  /** Most items that were made and not done with. */
  most = 0
  stopped = false

  make(): number {
    this.made++
    this.most = Math.max(this.most, this.made - this.done)
    return this.made
  }
}

type Sleep = (ms: number) => Promise<void>
type Source = AsyncIterable<number> | Iterable<number>

async function* generator(meter: Meter, count: number, sleep: Sleep): AsyncGenerator<number> {
  try {
    while (meter.made < count) {
      await sleep(ITEM_MS)
      yield meter.make()
    }
  } finally {
    meter.stopped = true
  }
}

/** As fast as it is asked: it has no time of its own. */
function* eager(meter: Meter, count: number): Generator<number> {
  try {
    while (meter.made < count) yield meter.make()
  } finally {
    meter.stopped = true
  }
}

function webStream(meter: Meter, count: number, sleep: Sleep): ReadableStream<number> {
  const source = {
    async pull(controller: ReadableStreamDefaultController<number>): Promise<void> {
      await sleep(ITEM_MS)
      if (meter.made < count) controller.enqueue(meter.make())
      else controller.close()
    },
    cancel(): void {
      meter.stopped = true
    },
  }
  return new ReadableStream(source, { highWaterMark: 0 })
}

function nodeStream(meter: Meter, count: number, sleep: Sleep): Readable {
  return new Readable({
    objectMode: true,
    highWaterMark: 1,
    read() {
      void sleep(ITEM_MS).then(() => this.push(meter.made < count ? meter.make() : null))
    },
    destroy(_error, callback) {
      meter.stopped = true
      callback(null)
    },
  })
}

/** What a source may have read ahead by itself: Node fills its buffer of one while an item is on its way, and looks for the next. */
const KINDS = [
  ['an asynchronous generator', generator, 0],
  ['a generator', eager, 0],
  ['a web stream', webStream, 0],
  ['a Node stream', nodeStream, 2],
] as const

async function consume(stream: AsyncIterable<number>, meter: Meter, most: number, sleep: Sleep): Promise<number[]> {
  const seen: number[] = []
  for await (const item of stream) {
    seen.push(item)
    await sleep(SLOWER * ITEM_MS)
    meter.done++
    if (seen.length === most) break
  }
  return seen
}

interface Conversation {
  readonly window: number
  /** The end that produces serves, and the other opens; or the other way round. */
  run(
    simulation: Simulation,
    source: () => Source,
    read: (stream: AsyncIterable<number>) => Promise<unknown>,
  ): Promise<void>
}

async function openNear(simulation: Simulation, serve: ServeEntry) {
  return (await simulation.openLinks({ serveSecond: [serve], limits: { turnMaxMs: 3_600_000 } })).first
}

const DIRECTIONS: readonly (readonly [string, Conversation])[] = [
  [
    'from master to peer',
    {
      window: 8,
      async run(simulation, source, read) {
        const serve = Feed.master.with({
          from: (turn) => turn.send.numbers(source()),
          sum: (turn) => turn.send.thanks(),
        })
        const near = await openNear(simulation, serve)
        const handled = Feed.peer.handle(near, {
          start: (turn) => turn.send.from(0),
          numbers: async (turn) => {
            await read(turn.stream)
            return (await turn.end()).send.sum(0)
          },
        })
        expect(await simulation.until(handled)).toMatchObject({ outcome: 'thanks' })
      },
    },
  ],
  [
    'from peer to master',
    {
      window: 4,
      async run(simulation, source, read) {
        let whenRead: Promise<unknown> | undefined
        const serve = Drop.master.with({ numbers: (turn) => (whenRead = read(turn.stream)) })
        const near = await openNear(simulation, serve)
        const handled = Drop.peer.handle(near, { start: (turn) => turn.send.numbers(source()) })
        expect(await simulation.until(handled)).toMatchObject({ outcome: 'numbers' })
        // The session is over for its sender once the last item was taken; what is done with it takes its time.
        await simulation.until(whenRead!)
      },
    },
  ],
  [
    'through a window of one',
    {
      window: 1,
      async run(simulation, source, read) {
        const serve = Pair.peer.with({ ticks: (turn) => read(turn.stream), count: (turn) => turn.send.echo([]) })
        const near = await openNear(simulation, serve)
        const handled = Pair.master.handle(near, {
          start: (turn) => turn.send.ticks(source()),
          'sent.ticks': (turn) => turn.send.count(0),
          echo: () => undefined,
        })
        expect(await simulation.until(handled)).toMatchObject({ outcome: 'echo' })
      },
    },
  ],
]

describe.each(DIRECTIONS)('a stream %s', (_direction, { window, run }) => {
  describe.each(KINDS)('out of %s', (_kind, create, ahead) => {
    it('never holds more than its window, with a consumer a thousand times slower', async () => {
      const COUNT = 60
      const simulation = createSimulation({ seed: 1 })
      const sleep: Sleep = (ms) => new Promise((resolve) => void simulation.clock.after(ms, resolve))
      const meter = new Meter()
      let seen: number[] = []
      await run(
        simulation,
        () => create(meter, COUNT, sleep),
        async (stream) => {
          seen = await consume(stream, meter, Infinity, sleep)
        },
      )
      expect(seen).toEqual(Array.from({ length: COUNT }, (_, index) => index + 1))
      // The window is held for the consumer, and one item it has in its hands.
      expect(meter.most).toBeLessThanOrEqual(window + 1 + ahead)
      // The window is there to be used: the producer is not made to wait for each item.
      expect(meter.most).toBeGreaterThanOrEqual(window)
    })

    it('stops its producer when the consumer stops early', async () => {
      const simulation = createSimulation({ seed: 2 })
      const sleep: Sleep = (ms) => new Promise((resolve) => void simulation.clock.after(ms, resolve))
      const meter = new Meter()
      await run(
        simulation,
        () => create(meter, 1_000_000, sleep),
        (stream) => consume(stream, meter, 3, sleep),
      )
      await simulation.advance(100)
      expect(meter.stopped).toBe(true)
      expect(meter.done).toBe(3)
      const { made } = meter
      expect(made).toBeLessThanOrEqual(3 + window + 1 + ahead)
      await simulation.advance(10_000)
      expect(meter.made).toBe(made)
    })
  })
})
