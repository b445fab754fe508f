import { describe, expect, it } from 'vitest'
import { FRAME } from '../../src/wire/frame.ts'
import { faultOf, frame, openFrame } from '../session/raw-peer.ts'
import { Echo } from '../protocols/session.gen.ts'
import { tapFrames } from './frame-tap.ts'
import { openRaw } from './raw-end.ts'
import { ask, deaf, echo, openScene, watch, type Scene } from './scenes.ts'

const QUICK = { pingEveryMs: 1000, pingAnswerMs: 400, pingFloorMs: 100 }
/** A quarter of the shortest of its times. */
const QUICK_TICK_MS = 100

/** When which frames of a kind go to that end, from now on. */
function timesOf({ simulation, connection }: Scene, end: 'first' | 'second', kind: number): number[] {
  const times: number[] = []
  tapFrames(connection, end, (tapped) => {
    if (tapped.kind === kind) times.push(simulation.clock.now())
    return [tapped.bytes]
  })
  return times
}

function gapsOf(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - times[index]!)
}

describe('a link that hears nothing', () => {
  it('pings after pingEveryMs, and again as long as it is answered', async () => {
    const scene = await openScene({ limits: { first: QUICK, second: { pingFloorMs: 100 } } })
    const pings = timesOf(scene, 'second', FRAME.ping)
    await scene.simulation.advance(60_000)
    expect(pings.length).toBeGreaterThan(40)
    expect(Math.min(...gapsOf(pings))).toBeGreaterThanOrEqual(1000)
    expect(Math.max(...gapsOf(pings))).toBeLessThanOrEqual(1000 + 3 * QUICK_TICK_MS)
    expect(scene.first.signal.aborted).toBe(false)
  })

  it('never pings faster than the floor of the other side, whatever it is told', async () => {
    const scene = await openScene({ limits: { first: { ...QUICK, pingEveryMs: 50 }, second: { pingFloorMs: 2000 } } })
    const pings = timesOf(scene, 'second', FRAME.ping)
    await scene.simulation.advance(60_000)
    expect(pings.length).toBeGreaterThan(20)
    expect(Math.min(...gapsOf(pings))).toBeGreaterThanOrEqual(2000)
    expect(scene.second.signal.aborted).toBe(false)
  })

  it('ends with unavailable on both sides when the network falls silent, sessions too, and in time', async () => {
    const scene = await openScene({ serve: [deaf], limits: QUICK })
    const asked = watch(ask(scene.first))
    await scene.simulation.advance(100)
    scene.connection.partition()
    const beganMs = scene.simulation.clock.now()
    const ends = await scene.simulation.until(Promise.all([scene.first.closed, scene.second.closed]))
    expect(ends).toMatchObject([{ error: { code: 'unavailable' } }, { error: { code: 'unavailable' } }])
    expect(asked()).toBe('unavailable')
    // What was heard last, the ping and the end are each noticed at the next tick.
    expect(scene.simulation.clock.now() - beganMs).toBeLessThanOrEqual(1000 + 400 + 3 * QUICK_TICK_MS)
    await scene.simulation.finish()
  })

  it('lives through a silence that is shorter', async () => {
    const scene = await openScene({ limits: QUICK })
    await scene.simulation.advance(100)
    scene.connection.partition()
    await scene.simulation.advance(1000)
    scene.connection.heal()
    expect(await scene.simulation.until(ask(scene.first))).toMatchObject({ outcome: 'reply' })
    expect(scene.second.signal.aborted).toBe(false)
  })

  it('lives through ten seconds in which its own program stood still, whenever they begin', async () => {
    for (let offsetMs = 0; offsetMs < 3000; offsetMs += 37) {
      // Slow enough that many of the stalls begin between a ping and its answer.
      const network = { latencyMs: [100, 100] } as const
      const scene = await openScene({ limits: { first: QUICK, second: { pingFloorMs: 100 } }, network })
      await scene.simulation.advance(offsetMs)
      scene.processes.first.stall(10_000)
      await scene.simulation.advance(15_000)
      expect(scene.first.signal.aborted, `stalled at ${offsetMs} ms`).toBe(false)
      expect(await scene.simulation.until(ask(scene.first))).toMatchObject({ outcome: 'reply' })
    }
  })

  it('still notices a dead other side after a stall of its own', async () => {
    const scene = await openScene({ limits: { first: QUICK, second: {} } })
    scene.connection.partition()
    scene.processes.first.stall(10_000)
    const end = await scene.simulation.until(scene.first.closed)
    expect(end).toMatchObject({ error: { code: 'unavailable' } })
    expect(scene.simulation.clock.now()).toBeLessThanOrEqual(10_000 + 1000 + 400 + 4 * QUICK_TICK_MS)
  })
})

describe('a side that pings', () => {
  it('three times at once is heard out, and ends the link with too_many_pings at the fourth', async () => {
    const { simulation, link, send, frames } = await openRaw([echo], { pingFloorMs: 1000 })
    send(frame(FRAME.ping, 0), frame(FRAME.ping, 0), frame(FRAME.ping, 0))
    await simulation.advance(10)
    expect(frames().map(({ kind }) => kind)).toEqual([FRAME.pong, FRAME.pong, FRAME.pong])
    send(frame(FRAME.ping, 0))
    expect(await simulation.until(link.closed)).toMatchObject({ error: { code: 'too_many_pings' } })
    expect(faultOf(frames().at(-1)!.body).code).toBe('too_many_pings')
  })

  it('no faster than the floor is answered for ever', async () => {
    const { simulation, link, send, frames } = await openRaw([echo], { pingFloorMs: 1000 })
    for (let count = 0; count < 50; count++) {
      send(frame(FRAME.ping, 0))
      await simulation.advance(1000)
    }
    expect(link.signal.aborted).toBe(false)
    expect(frames().filter(({ kind }) => kind === FRAME.pong)).toHaveLength(50)
  })
})

describe('a session in which nothing moves', () => {
  it('ends with deadline_exceeded on both sides while pings go on, and the link lives', async () => {
    const ends: unknown[] = []
    const served = Echo.master.with(
      { ask: () => new Promise<never>(() => undefined) },
      { onSessionEnd: ({ error }) => ends.push(error) },
    )
    const { simulation, first, second } = await openScene({ serve: [served], limits: { ...QUICK, turnMaxMs: 4000 } })
    const asked = watch(ask(first))
    const beganMs = simulation.clock.now()
    await simulation.advance(3900)
    expect(asked()).toBe('pending')
    await simulation.advance(4000 / 8 + 300)
    expect(asked()).toBe('deadline_exceeded')
    expect(ends).toMatchObject([{ code: 'deadline_exceeded' }])
    expect(simulation.clock.now() - beganMs).toBeLessThan(5000)
    first.serve([echo])
    expect(await simulation.until(ask(second))).toMatchObject({ outcome: 'reply' })
    expect(first.signal.aborted || second.signal.aborted).toBe(false)
  })

  it('is not ended while messages move, however long it takes', async () => {
    const { simulation, send, frames } = await openRaw([deaf], { turnMaxMs: 1000 })
    send(openFrame(1, 'peer', 'echo', Echo.fingerprint))
    await simulation.advance(900)
    send(frame(FRAME.message, 1, '00 a2 616e 01 64 74657874 6161'))
    await simulation.advance(900)
    expect(frames().map(({ kind }) => kind)).toEqual([FRAME.accept])
    await simulation.advance(400)
    expect(frames().map(({ kind }) => kind)).toEqual([FRAME.accept, FRAME.reset])
    expect(faultOf(frames().at(-1)!.body).code).toBe('deadline_exceeded')
  })
})
