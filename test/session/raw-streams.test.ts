/**
 * Streams against a peer that keeps to nothing, played as bytes on both ends of a stream. What the session says of it on this side
 * is what the other side is told, and the link lives on unless the bytes were no frames.
 */

import { describe, expect, it } from 'vitest'

import { SteerError, type ServeEntry, type SessionEnd } from 'coxswain'
import { createSimulation } from 'coxswain/testing'

import { Echo } from '../protocols/session.gen.ts'
import { Bulk, Drop, Feed, Pair } from '../protocols/stream.gen.ts'
import { openRaw, type RawScene } from '../simulation/raw-end.ts'
import { FRAME } from '../../src/wire/frame.ts'
import { openLink } from '../../src/session/index.ts'
import { createGate } from './pairs.ts'
import { bytes, faultOf, frame, HELLO, openFrame, type RawFrame } from './raw-peer.ts'

const ITEM = 'a2 616e 01 64 74657874 6161'
const MESSAGE = FRAME.message
const { streamItem: STREAM_ITEM, streamEnd: STREAM_END, streamCredit: STREAM_CREDIT } = FRAME

/** A link that serves every protocol here, and what became of its programs. */
interface Scene extends RawScene {
  /** Error codes, and outcomes, of the sessions in the order of their ends. */
  readonly ends: string[]
  /** What readers have taken. */
  readonly taken: unknown[]
  readonly sources: Source
  /** Readers that went on later go on. */
  goOn(): void
}

/** Numbers for ever. */
class Source {
  given = 0
  #running = 0

  /** Generators that have begun and not come to their `finally`. */
  get running(): number {
    return this.#running
  }

  *[Symbol.iterator](): Generator<number> {
    this.#running++
    try {
      for (;;) yield this.given++
    } finally {
      this.#running--
    }
  }
}

/** What the program does with a stream that it receives; one that waits does not send any either. */
type Reader = 'reads' | 'waits' | 'stops after one' | 'goes on later'

async function openScene(reader: Reader = 'reads'): Promise<Scene> {
  const ends: string[] = []
  const taken: unknown[] = []
  const sources = new Source()
  const hooks = {
    onSessionEnd: ({ result, error }: SessionEnd<{ readonly outcome: string }>) => {
      ends.push(error === undefined ? String(result?.outcome) : SteerError.from(error).code)
    },
  }
  const gate = createGate()
  const read = async (stream: AsyncIterable<unknown>): Promise<void> => {
    if (reader === 'waits') await forever()
    try {
      for await (const item of stream) {
        taken.push(item)
        if (reader === 'stops after one') break
        if (reader === 'goes on later') await gate.opened
      }
    } catch (error) {
      taken.push(SteerError.from(error).code)
      throw error
    }
  }
  const serve: readonly ServeEntry[] = [
    Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) }, hooks),
    Drop.master.with({ numbers: ({ stream }) => read(stream) }, hooks),
    Pair.peer.with(
      {
        ticks: async ({ stream }) => read(stream),
        count: (turn) => turn.send.echo(sources),
      },
      hooks,
    ),
    Feed.master.with(
      {
        from: async (turn) => {
          if (reader === 'waits') await forever()
          return turn.send.numbers(sources)
        },
        sum: (turn) => turn.send.thanks(),
      },
      hooks,
    ),
  ]
  return { ...(await openRaw(serve)), ends, taken, sources, goOn: gate.open }
}

const PROTOCOLS = { echo: Echo, drop: Drop, pair: Pair, feed: Feed } as const
type Name = keyof typeof PROTOCOLS

function open(session: number, name: Name): Buffer {
  return openFrame(session, name === 'pair' ? 'master' : 'peer', name, PROTOCOLS[name].fingerprint)
}

// Labels, sorted. Drop: numbers 0. Pair: count 0, echo 1, ticks 2. Feed: from 0, numbers 1, sum 2, thanks 3.
const OPENS_DROP = frame(MESSAGE, 1, '00')
const OPENS_PAIR = frame(MESSAGE, 1, '02')
const ASKS_FEED = frame(MESSAGE, 1, '00 05')
const item = (payload = '07'): Buffer => frame(STREAM_ITEM, 1, payload)
const items = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => item()))
const end = (body = ''): Buffer => frame(STREAM_END, 1, body)
const credit = (body: string): Buffer => frame(STREAM_CREDIT, 1, body)

const ofSession = (frames: readonly RawFrame[], session: number): RawFrame[] => {
  return frames.filter((one) => one.session === session)
}

const forever = (): Promise<void> => new Promise(() => undefined)

/** A side that takes no notice of anything. */
const DEAF = {
  data: () => undefined,
  drained: () => undefined,
  ended: () => undefined,
  transportClosed: () => undefined,
}

/** The session ended with this code, here and over there, and the link carries the next one. */
async function expectSessionFault(scene: Scene, code: string): Promise<void> {
  await scene.simulation.advance(10)
  expect(scene.ends).toEqual([code])
  const last = ofSession(scene.frames(), 1).at(-1)
  expect(last?.kind).toBe(FRAME.reset)
  expect(faultOf(last!.body).code).toBe(code)
  expect(ofSession(scene.frames(), 1).filter(({ kind }) => kind === FRAME.reset)).toHaveLength(1)
  expect(scene.sources.running).toBe(0)
  await expectLinkAlive(scene)
}

async function expectLinkAlive({ simulation, link, send, frames }: Scene): Promise<void> {
  expect(link.signal.aborted).toBe(false)
  send(open(99, 'echo'), frame(MESSAGE, 99, `00 ${ITEM}`))
  await simulation.advance(10)
  expect(ofSession(frames(), 99).map(({ kind }) => kind)).toEqual([FRAME.accept, MESSAGE])
}

/** The link ended with this code, here and over there, and the session with it. */
async function expectLinkFault(scene: Scene, code: string): Promise<void> {
  expect(await scene.simulation.until(scene.link.closed)).toMatchObject({ error: { code } })
  await scene.simulation.advance(10)
  const last = scene.frames().at(-1)
  expect([last?.kind, last?.session, faultOf(last!.body).code]).toEqual([FRAME.close, 0, code])
  expect(scene.ends).toEqual([code])
  expect(scene.sources.running).toBe(0)
}

describe('a sender of a stream that', () => {
  it.each<[what: string, name: Name, frames: readonly Buffer[], code: string]>([
    ['sends an item beyond the window', 'drop', [OPENS_DROP, items(5)], 'resource_exhausted'],
    ['sends two items into a window of one', 'pair', [OPENS_PAIR, items(2)], 'resource_exhausted'],
    ['sends an item after its end', 'drop', [OPENS_DROP, item(), end(), item()], 'unexpected_message'],
    ['says its end twice', 'drop', [OPENS_DROP, item(), end(), end()], 'unexpected_message'],
    ['sends an item before the message that opens it', 'drop', [item()], 'unexpected_message'],
    ['ends it before the message that opens it', 'drop', [end()], 'unexpected_message'],
    ["says the receiver's end", 'drop', [OPENS_DROP, end('00')], 'unexpected_message'],
    ["says the receiver's cancel", 'drop', [OPENS_DROP, end('01')], 'unexpected_message'],
    ['gives the receiver credit', 'drop', [OPENS_DROP, credit('01')], 'unexpected_message'],
    ['gives credit before it has opened', 'drop', [credit('01')], 'unexpected_message'],
    ['opens it twice', 'drop', [OPENS_DROP, OPENS_DROP], 'unexpected_message'],
    ['goes on with the session during it', 'pair', [OPENS_PAIR, frame(MESSAGE, 1, '00 05')], 'unexpected_message'],
    ['opens it with a payload', 'drop', [frame(MESSAGE, 1, '00 05')], 'invalid_payload'],
    ['sends an item that is no CBOR', 'drop', [OPENS_DROP, item('ff')], 'invalid_payload'],
    ['sends an item of another type', 'drop', [OPENS_DROP, item('61 61')], 'invalid_payload'],
    ['sends an item that is cut off', 'drop', [OPENS_DROP, item('19 01')], 'invalid_payload'],
    ['sends an empty item', 'drop', [OPENS_DROP, item('')], 'invalid_payload'],
    ['sends an item with something behind it', 'drop', [OPENS_DROP, item('07 07')], 'invalid_payload'],
    ['sends an item to a protocol without streams', 'echo', [item()], 'unexpected_message'],
    ['ends a stream of a protocol without streams', 'echo', [end()], 'unexpected_message'],
    ['gives credit to a protocol without streams', 'echo', [credit('01')], 'unexpected_message'],
  ])('%s loses the session, and knows why', async (_, name, frames, code) => {
    const scene = await openScene('waits')
    scene.send(open(1, name), ...frames)
    await expectSessionFault(scene, code)
  })

  it.each<[what: string, sent: Buffer]>([
    ['says an end that does not exist', end('02')],
    ['says an end of two bytes', end('00 00')],
    ['gives credit without a number', credit('')],
    ['gives credit with a number that is cut off', credit('80')],
    ['gives credit with a number not in its shortest form', credit('81 00')],
    ['gives credit with a number of nine bytes', credit('ff ff ff ff ff ff ff ff 01')],
    ['gives credit with a number that is too large', credit('ff ff ff ff ff ff ff 7f')],
    ['gives credit with something behind it', credit('01 01')],
    ['cuts off the number of its label', frame(MESSAGE, 1, '80')],
    ['sends an item of a session that was never opened', frame(STREAM_ITEM, 3, '07')],
    ['ends a stream of a session that was never opened', frame(STREAM_END, 3)],
    ['gives credit to a session that was never opened', frame(STREAM_CREDIT, 3, '01')],
    ['sends an item of session 0', frame(STREAM_ITEM, 0, '07')],
  ])('%s loses the link, and knows why', async (_, sent) => {
    const scene = await openScene('waits')
    scene.send(open(1, 'drop'), OPENS_DROP, item(), sent)
    await expectLinkFault(scene, 'channel_corrupt')
  })

  it('sends what its credit is worth is read to the end', async () => {
    const scene = await openScene()
    scene.send(open(1, 'drop'), OPENS_DROP, items(4))
    await scene.simulation.advance(10)
    scene.send(items(2), end())
    await scene.simulation.advance(10)
    expect([scene.taken, scene.ends]).toEqual([Array.from({ length: 6 }, () => 7), ['numbers']])
    const answers = ofSession(scene.frames(), 1).map(({ kind, body }) => [kind, body.toString('hex')])
    // Three ahead of the first message, two for each half window that was taken while more could come, and the end.
    expect(answers.filter(([kind]) => kind !== FRAME.accept)).toEqual([
      [STREAM_CREDIT, '03'],
      [STREAM_CREDIT, '02'],
      [STREAM_CREDIT, '02'],
      [STREAM_END, '00'],
    ])
    await expectLinkAlive(scene)
  })

  it('does not hear a cancel may send what it had credit for, of any type, and nothing of it is kept', async () => {
    const scene = await openScene('stops after one')
    scene.send(open(1, 'drop'), OPENS_DROP, item())
    await scene.simulation.advance(10)
    expect(ofSession(scene.frames(), 1).at(-1)).toMatchObject({ kind: STREAM_END, body: Buffer.from([1]) })
    expect([scene.taken, scene.ends]).toEqual([[7], []])
    scene.send(item('ff'), item(''), item())
    await scene.simulation.advance(10)
    expect([scene.taken, scene.ends]).toEqual([[7], []])
    scene.send(end())
    await scene.simulation.advance(10)
    expect([scene.taken, scene.ends]).toEqual([[7], ['numbers']])
    await expectLinkAlive(scene)
  })

  it('does not heed a cancel loses the session at the first item that it has no credit for', async () => {
    const scene = await openScene('stops after one')
    scene.send(open(1, 'drop'), OPENS_DROP, items(4))
    await scene.simulation.advance(10)
    expect(scene.ends).toEqual([])
    scene.send(item())
    await expectSessionFault(scene, 'resource_exhausted')
    expect(scene.taken).toEqual([7])
  })

  it('breaks a rule after its end is heard by a reader that has not come to the end', async () => {
    const scene = await openScene('goes on later')
    scene.send(open(1, 'drop'), OPENS_DROP, items(2), end())
    await scene.simulation.advance(10)
    scene.send(item())
    await expectSessionFault(scene, 'unexpected_message')
    scene.goOn()
    await scene.simulation.advance(10)
    expect(scene.taken).toEqual([7, 'unexpected_message'])
  })

  it('sends frames for a session that is over is not listened to, and the link goes on', async () => {
    const scene = await openScene()
    scene.send(open(1, 'drop'), OPENS_DROP, item(), end())
    await scene.simulation.advance(10)
    expect(scene.ends).toEqual(['numbers'])
    const { length } = scene.frames()
    scene.send(item(), item('ff'), end(), end('01'), credit('01'), credit('00'))
    await scene.simulation.advance(10)
    expect(scene.frames()).toHaveLength(length)
    expect([scene.taken, scene.ends]).toEqual([[7], ['numbers']])
    await expectLinkAlive(scene)
  })

  it('sends frames that are none for a session that is over loses the link all the same', async () => {
    const scene = await openScene()
    scene.send(open(1, 'drop'), OPENS_DROP, end())
    await scene.simulation.advance(10)
    scene.send(credit('80'))
    expect(await scene.simulation.until(scene.link.closed)).toMatchObject({ error: { code: 'channel_corrupt' } })
  })
})

describe('a receiver of a stream that', () => {
  it.each<[what: string, frames: readonly Buffer[], code: string]>([
    ['gives credit of zero', [ASKS_FEED, credit('00')], 'unexpected_message'],
    ['gives more credit than any window', [ASKS_FEED, credit('80 80 04')], 'unexpected_message'],
    ['gives the most that a number can say', [ASKS_FEED, credit('ff ff ff ff ff ff ff 0f')], 'unexpected_message'],
    ['gives credit where its own turn is', [credit('01')], 'unexpected_message'],
    ["says that all was read before the sender's end", [ASKS_FEED, end('00')], 'unexpected_message'],
    ["says the sender's end", [ASKS_FEED, end()], 'unexpected_message'],
    ['sends an item', [ASKS_FEED, item()], 'unexpected_message'],
    ['sends a message', [ASKS_FEED, frame(MESSAGE, 1, '02 05')], 'unexpected_message'],
    ['cancels it before it was asked for', [end('01')], 'unexpected_message'],
    ['cancels it twice', [ASKS_FEED, end('01'), end('01')], 'unexpected_message'],
    ['gives credit after its cancel', [ASKS_FEED, end('01'), credit('01')], 'unexpected_message'],
  ])('%s loses the session, knows why, and the source is stopped', async (_, frames, code) => {
    const scene = await openScene()
    scene.send(open(1, 'feed'))
    for (const one of frames) {
      scene.send(one)
      await scene.simulation.advance(10)
    }
    await expectSessionFault(scene, code)
  })

  it.each<[what: string, sent: Buffer]>([
    ['says an end that does not exist', end('ff')],
    ['says an end of two bytes', end('01 01')],
    ['cuts off its credit', credit('ff')],
  ])('%s loses the link, knows why, and the source is stopped', async (_, sent) => {
    const scene = await openScene()
    scene.send(open(1, 'feed'), ASKS_FEED)
    await scene.simulation.advance(10)
    scene.send(sent)
    await expectLinkFault(scene, 'channel_corrupt')
  })

  it('gives no credit gets one item, and after each credit as many more and no others', async () => {
    const scene = await openScene()
    const sent = (): number => ofSession(scene.frames(), 1).filter(({ kind }) => kind === STREAM_ITEM).length
    const given: number[] = []
    scene.send(open(1, 'feed'), ASKS_FEED)
    for (const more of ['', '01', '03', '07']) {
      if (more !== '') scene.send(credit(more))
      await scene.simulation.advance(10)
      expect(scene.sources.given).toBe(sent())
      given.push(sent())
    }
    expect(given).toEqual([1, 2, 5, 12])
    scene.send(end('01'))
    await scene.simulation.advance(10)
    expect(ofSession(scene.frames(), 1).at(-1)).toMatchObject({ kind: STREAM_END, body: Buffer.alloc(0) })
    expect([scene.sources.running, scene.sources.given]).toEqual([0, 12])
    scene.send(frame(MESSAGE, 1, '02 05'))
    await scene.simulation.advance(10)
    expect(scene.ends).toEqual(['thanks'])
    await expectLinkAlive(scene)
  })

  it.each([
    ['at once', [credit('ff ff 03')]],
    ['one by one', [credit('fe ff 03'), credit('01')]],
  ])('makes its credit larger than any window before the stream opens, %s, loses the session', async (_, frames) => {
    const scene = await openScene('waits')
    scene.send(open(1, 'feed'), ASKS_FEED, credit('fe ff 03'))
    await scene.simulation.advance(10)
    // With the item that needs none, 65,534 are the largest window.
    expect(scene.ends).toEqual([])
    const other = await openScene('waits')
    other.send(open(1, 'feed'), ASKS_FEED, ...frames)
    await expectSessionFault(other, 'unexpected_message')
  })
})

describe('a receiver that does not read at all', () => {
  it('makes the source wait once the link holds limits.outboundMaxBytes, however much credit it has given', async () => {
    const CHUNK_BYTES = 1024
    const limits = { outboundMaxBytes: 128 * 1024, writeStallMs: 60_000, pingAnswerMs: 60_000 }
    const simulation = createSimulation({ seed: 1, network: { bufferBytes: 1024 } })
    const { connection, processes } = simulation.connect()
    connection.first.start(DEAF)
    let given = 0
    let closed = false
    function* chunks(): Generator<Uint8Array> {
      try {
        for (;;) {
          given++
          yield new Uint8Array(CHUNK_BYTES)
        }
      } finally {
        closed = true
      }
    }
    const serve = [Bulk.peer.with({ start: (turn) => turn.send.chunks(chunks()), bytes: () => undefined })]
    connection.first.write(bytes(HELLO))
    const opening = openLink(connection.second, { initiator: false, security: 'none', serve, limits }, processes.second)
    const link = await simulation.until(opening)
    connection.pauseReader('first')
    connection.first.write(openFrame(1, 'master', 'bulk', Bulk.fingerprint))
    connection.first.write(credit('fe ff 03'))
    let mostBytes = 0
    for (let count = 0; count < 100; count++) {
      await simulation.advance(10)
      mostBytes = Math.max(mostBytes, connection.second.pendingBytes)
    }
    expect([link.signal.aborted, closed]).toEqual([false, false])
    expect(given).toBeGreaterThan(1)
    // The bound is looked at before an item is made, so that one may go over it; the network holds a little as well.
    expect(mostBytes).toBeLessThanOrEqual(limits.outboundMaxBytes + 2 * CHUNK_BYTES)
    expect(given * CHUNK_BYTES).toBeLessThanOrEqual(limits.outboundMaxBytes + 4 * CHUNK_BYTES)
    expect(await simulation.until(link.closed)).toMatchObject({ error: { code: 'slow_peer' } })
    expect(closed).toBe(true)
  })
})
