import { describe, expect, it } from 'vitest'
import { SteerError, type ServeEntry } from 'coxswain'
import { createSimulation, type End } from 'coxswain/testing'
import { Menu, type Item } from '../protocols/session.gen.ts'
import { tapFrames, type Change } from './frame-tap.ts'
import { ask, echo, ITEM, watch } from './scenes.ts'

const LIMITS = { turnMaxMs: 1000, pingEveryMs: 500, pingAnswerMs: 500, pingFloorMs: 100, openMaxMs: 500 }
/** The longest that any of these limits may take, with the ticks and sweeps between. */
const PROMISED_MS = 5000

/** What the serving side says of its sessions. */
interface Ends {
  readonly errors: unknown[]
}

function guest(ends: Ends): ServeEntry {
  return Menu.peer.with(
    {
      order: (turn) => (turn.message.n > 1 ? turn.send.sold_out() : turn.send.served(turn.message)),
      joke: (turn) => turn.send.laugh(),
    },
    { onSessionEnd: ({ error }) => error !== undefined && ends.errors.push(error) },
  )
}

/** Two orders, a talk, and good-bye. */
async function visit(link: Parameters<typeof Menu.master.handle>[0]): Promise<unknown> {
  let round = 0
  const item = (n: number): Item => ({ n, text: 'soup' })
  return Menu.master.handle(link, {
    ready: (turn) => {
      round++
      if (round <= 2) return turn.send.order(item(round))
      return round === 3 ? turn.send.talk() : turn.send.leave()
    },
    'sent.talk': (turn) => turn.send.joke(ITEM),
    'sent.leave': (turn) => turn.send.goodbye(),
  })
}

interface Played {
  readonly frames: Readonly<Record<End, number>>
  readonly endings: readonly string[]
}

/** A visit and a question over a network that changes what goes to `end`. Throws for a hang and for anything left over. */
async function play(end: End, change: Change): Promise<Played> {
  const ends: Ends = { errors: [] }
  const simulation = createSimulation({ seed: 1, network: { latencyMs: [1, 1], splitChance: 0 } })
  const links = await simulation.openLinks({ serveSecond: [guest(ends), echo], limits: LIMITS })
  const { first, second, connection } = links
  const frames = { first: 0, second: 0 }
  for (const side of ['first', 'second'] as const) {
    tapFrames(connection, side, (frame) => {
      frames[side]++
      return side === end ? change(frame) : [frame.bytes]
    })
  }
  const calls = [visit(first), ask(first)]
  const states = calls.map((call) => watch(call))
  await simulation.until(Promise.allSettled(calls), PROMISED_MS)
  await simulation.until(Promise.all([first.close(), second.close()]), 20_000)
  await simulation.finish(20_000)
  for (const error of ends.errors) expect(SteerError.is(error), String(error)).toBe(true)
  const linkEnds = await Promise.all([first.closed, second.closed])
  const served = [...ends.errors, ...linkEnds.map(({ error }) => error)].map(
    (error) => (error as SteerError | undefined)?.code ?? 'none',
  )
  return { frames, endings: [...states.map((state) => state()), ...served] }
}

const CHANGES: Readonly<Record<string, (at: number) => Change>> = {
  dropped: (at) => (frame) => (frame.index === at ? [] : [frame.bytes]),
  duplicated: (at) => (frame) => (frame.index === at ? [frame.bytes, frame.bytes] : [frame.bytes]),
  'swapped with the next': (at) => {
    let held: Uint8Array | undefined
    return (frame) => {
      if (frame.index === at) {
        held = new Uint8Array(frame.bytes)
        return []
      }
      const after = held
      held = undefined
      return after === undefined ? [frame.bytes] : [frame.bytes, after]
    }
  },
  'cut short by a byte': (at) => (frame) => [frame.index === at ? frame.bytes.subarray(0, -1) : frame.bytes],
  'cut down to its length': (at) => (frame) => [frame.index === at ? frame.bytes.subarray(0, 4) : frame.bytes],
}

/** How a session or a link may end when bytes are not what was sent. */
const TYPED = new Set([
  'none',
  'value goodbye',
  'value reply',
  'unexpected_message',
  'invalid_payload',
  'channel_corrupt',
  'frame_too_large',
  'truncated',
  'deadline_exceeded',
  'unavailable',
  'protocol_mismatch',
  'aborted',
])

describe('a recorded run', () => {
  it('has frames both ways, and ends well when nothing is changed', async () => {
    const { frames, endings } = await play('first', ({ bytes }) => [bytes])
    expect(frames.first).toBeGreaterThan(6)
    expect(frames.second).toBeGreaterThan(8)
    expect(endings).toEqual(['value goodbye', 'value reply', 'none', 'none'])
  })

  const cases = Object.keys(CHANGES).flatMap((name) =>
    (['first', 'second'] as const).map((end) => [name, end] as const),
  )

  it.each(cases)(
    'with any one frame %s on the way to the %s end comes to a typed end and leaves nothing',
    async (name, end) => {
      const { frames } = await play(end, ({ bytes }) => [bytes])
      const seen = new Set<string>()
      for (let at = 0; at < frames[end]; at++) {
        const { endings } = await play(end, (CHANGES[name] as (at: number) => Change)(at))
        for (const ending of endings) {
          expect(TYPED, `frame ${at}`).toContain(ending)
          seen.add(ending)
        }
      }
      // The change was noticed: not every run can have ended well. A swap with an answer to a ping is only a delay.
      if (name.startsWith('swapped')) return
      expect([...seen].some((ending) => !/^(none|value .*)$/.test(ending))).toBe(true)
    },
  )
})
