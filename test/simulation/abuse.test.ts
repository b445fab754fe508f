import { describe, expect, it } from 'vitest'
import { Echo } from '../protocols/session.gen.ts'
import { FRAME } from '../../src/wire/frame.ts'
import { faultOf, frame, openFrame } from '../session/raw-peer.ts'
import { openRaw, type RawScene } from './raw-end.ts'
import { ask, deaf, echo, openScene, watch } from './scenes.ts'

const open = (session: number): Buffer => openFrame(session, 'peer', 'echo', Echo.fingerprint)
const reset = (session: number): Buffer => frame(FRAME.reset, session, '07 61626f72746564')

/** The code in the last frame that came from the link. */
function lastCode({ frames }: RawScene): string {
  return faultOf(frames().at(-1)!.body).code
}

describe('a peer that opens sessions faster than opensBurst and opensPerSecond', () => {
  const limits = { opensBurst: 5, opensPerSecond: 10 }

  it('loses the link with resource_exhausted', async () => {
    const scene = await openRaw([deaf], limits)
    scene.send(...[1, 3, 5, 7, 9].map(open))
    await scene.simulation.advance(10)
    expect(scene.link.signal.aborted).toBe(false)
    scene.send(open(11))
    expect(await scene.simulation.until(scene.link.closed)).toMatchObject({ error: { code: 'resource_exhausted' } })
    expect(lastCode(scene)).toBe('resource_exhausted')
  })

  it('keeps it at that rate', async () => {
    const scene = await openRaw([deaf], limits)
    for (let count = 0; count < 50; count++) {
      scene.send(open(2 * count + 1))
      await scene.simulation.advance(100)
    }
    expect(scene.link.signal.aborted).toBe(false)
  })
})

describe('a peer that makes this side throw work away', () => {
  it.each([
    ['cancels', (session: number) => frame(FRAME.cancel, session)],
    ['resets', reset],
  ])('faster than discardsBurst and discardsPerSecond by %s loses the link with resource_exhausted', async (_, end) => {
    const scene = await openRaw([deaf], { discardsBurst: 5, discardsPerSecond: 10 })
    for (const session of [1, 3, 5, 7, 9]) scene.send(open(session), end(session))
    await scene.simulation.advance(10)
    expect(scene.link.signal.aborted).toBe(false)
    scene.send(open(11), end(11))
    expect(await scene.simulation.until(scene.link.closed)).toMatchObject({ error: { code: 'resource_exhausted' } })
  })

  it('by frames for sessions that are over loses the link, too', async () => {
    const scene = await openRaw([deaf], { discardsBurst: 5, discardsPerSecond: 10 })
    scene.send(open(1), reset(1))
    for (let count = 0; count < 4; count++) scene.send(frame(FRAME.message, 1, '00'))
    await scene.simulation.advance(10)
    expect(scene.link.signal.aborted).toBe(false)
    scene.send(frame(FRAME.message, 1, '00'))
    expect(await scene.simulation.until(scene.link.closed)).toMatchObject({ error: { code: 'resource_exhausted' } })
  })
})

describe('sessionsMax', () => {
  it('is told to the other side, whose calls fail at once while the link lives', async () => {
    const { simulation, first } = await openScene({ serve: [deaf], limits: { first: {}, second: { sessionsMax: 3 } } })
    const asked = [1, 2, 3, 4].map(() => watch(ask(first)))
    await simulation.advance(10)
    expect(asked.map((state) => state())).toEqual(['pending', 'pending', 'pending', 'resource_exhausted'])
    expect(first.signal.aborted).toBe(false)
  })

  it('is enforced against a side that does not keep to it, session by session', async () => {
    const scene = await openRaw([deaf], { sessionsMax: 2 })
    scene.send(open(1), open(3), open(5))
    await scene.simulation.advance(10)
    expect(scene.frames().map(({ kind, session }) => [kind, session])).toEqual([
      [FRAME.accept, 1],
      [FRAME.accept, 3],
      [FRAME.reset, 5],
    ])
    expect(lastCode(scene)).toBe('resource_exhausted')
    scene.send(reset(1), open(7))
    await scene.simulation.advance(10)
    expect(scene.frames().at(-1)).toMatchObject({ kind: FRAME.accept, session: 7 })
  })
})

describe('a link that closes', () => {
  it('lets running sessions finish before the deadline, refuses new ones on both sides, and then is closed', async () => {
    const answers: (() => void)[] = []
    const later = Echo.master.with({
      ask: (turn) =>
        new Promise((resolve) => {
          answers.push(() => resolve(turn.send.reply(turn.message)))
        }),
    })
    const { simulation, first, second } = await openScene({ serve: [later] })
    first.serve([echo])
    const asked = watch(ask(first))
    await simulation.advance(10)
    const closed = second.close({ deadlineMs: 1000 })
    await simulation.advance(10)
    const late = [watch(ask(first)), watch(ask(second))]
    await simulation.advance(10)
    expect(late.map((state) => state())).toEqual(['unavailable', 'unavailable'])
    expect(asked()).toBe('pending')
    answers[0]?.()
    await simulation.until(closed, 100)
    expect(asked()).toBe('value reply')
    expect(await first.closed).toEqual({})
    await simulation.finish()
  })

  it('ends what is still running at the deadline with unavailable on both sides', async () => {
    const ends: unknown[] = []
    const never = Echo.master.with(
      { ask: () => new Promise<never>(() => undefined) },
      { onSessionEnd: ({ error }) => ends.push(error) },
    )
    const { simulation, first, second } = await openScene({ serve: [never] })
    const asked = watch(ask(first))
    await simulation.advance(10)
    const beganMs = simulation.clock.now()
    await simulation.until(second.close({ deadlineMs: 1000 }))
    expect(simulation.clock.now() - beganMs).toBeGreaterThanOrEqual(1000)
    expect(simulation.clock.now() - beganMs).toBeLessThan(1100)
    expect(asked()).toBe('unavailable')
    expect(ends).toMatchObject([{ code: 'unavailable' }])
    expect(await first.closed).toEqual({})
    await simulation.finish()
  })

  it('is closed within its deadline and a second even where the network has fallen silent', async () => {
    const { simulation, first, connection } = await openScene({ serve: [deaf] })
    watch(ask(first))
    await simulation.advance(10)
    connection.partition()
    const beganMs = simulation.clock.now()
    await simulation.until(first.close({ deadlineMs: 500 }))
    expect(simulation.clock.now() - beganMs).toBeLessThanOrEqual(500 + 1000 + 10)
  })
})
