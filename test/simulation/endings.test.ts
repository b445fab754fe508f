import { describe, expect, it } from 'vitest'
import type { Link, ServeEntry, Session } from 'coxswain'
import { createSimulation, type SimulatedLinks, type Simulation } from 'coxswain/testing'
import { Job, Menu, type Item } from '../protocols/session.gen.ts'
import { tapFrames } from './frame-tap.ts'
import { ITEM, watch } from './scenes.ts'

/** Told at every state of either side; may throw or cancel. */
type OnState = (side: 'opener' | 'server', count: number, session: Session) => void

interface Visit extends SimulatedLinks {
  readonly simulation: Simulation
  readonly ends: unknown[]
  open(onState?: OnState): Promise<unknown>
}

async function openVisit(onState?: OnState): Promise<Visit> {
  const simulation = createSimulation({ seed: 1, network: { latencyMs: [1, 1], splitChance: 0 } })
  const ends: unknown[] = []
  let served = 0
  const see = (turn: { readonly session: Session }): void => {
    if (isOn) onState?.('server', served++, turn.session)
  }
  let isOn = true
  const guest: ServeEntry = Menu.peer.with(
    {
      order: (turn) => {
        see(turn)
        return turn.message.n > 1 ? turn.send.sold_out() : turn.send.served(turn.message)
      },
      joke: (turn) => {
        see(turn)
        return turn.send.laugh()
      },
      goodbye: see,
    },
    { onSessionEnd: ({ error, result }) => ends.push(error ?? result) },
  )
  const links = await simulation.openLinks({ serveSecond: [guest] })
  const open = (given?: OnState): Promise<unknown> => {
    isOn = given !== undefined
    return visit(links.first, given)
  }
  return { ...links, simulation, ends, open }
}

async function visit(link: Link, onState: OnState | undefined): Promise<unknown> {
  let round = 0
  let count = 0
  const see = (turn: { readonly session: Session }): void => onState?.('opener', count++, turn.session)
  const item = (n: number): Item => ({ n, text: 'soup' })
  return Menu.master.handle(link, {
    ready: (turn) => {
      see(turn)
      round++
      if (round <= 2) return turn.send.order(item(round))
      return round === 3 ? turn.send.talk() : turn.send.leave()
    },
    'sent.talk': (turn) => {
      see(turn)
      return turn.send.joke(ITEM)
    },
    'sent.leave': (turn) => {
      see(turn)
      return turn.send.goodbye()
    },
  })
}

/** How many states each side comes to when nothing happens. */
async function countStates(): Promise<Readonly<Record<'opener' | 'server', number>>> {
  const counts = { opener: 0, server: 0 }
  const count: OnState = (side) => counts[side]++
  const { simulation, open } = await openVisit(count)
  await simulation.until(open(count))
  await simulation.advance(10)
  return counts
}

/** The link is as good as before: another session runs, closing finds nothing that it would wait for. */
async function expectReuse({ simulation, first, second, open }: Visit): Promise<void> {
  expect(await simulation.until(open(), 1000)).toMatchObject({ outcome: 'goodbye' })
  await simulation.until(Promise.all([first.close(), second.close()]), 1000)
  await simulation.finish(5000)
  expect([await first.closed, await second.closed]).toEqual([{}, {}])
}

describe('a session that is reset', () => {
  it('by a failing program, at every state of either side, is aborted on the other, and the link is used again', async () => {
    const counts = await countStates()
    expect(counts).toEqual({ opener: 6, server: 4 })
    for (const side of ['opener', 'server'] as const) {
      for (let at = 0; at < counts[side]; at++) {
        const fail: OnState = (here, count) => {
          if (here === side && count === at) throw new Error('boom')
        }
        const scene = await openVisit(fail)
        const call = watch(scene.open(fail))
        await scene.simulation.advance(100)
        const isLast = side === 'server' && at === counts.server - 1
        expect(call(), `${side} ${at}`).toBe(side === 'opener' ? 'Error: boom' : isLast ? 'value goodbye' : 'aborted')
        const [end] = scene.ends as [{ message?: string; code?: string } | undefined]
        if (side === 'server') expect(end?.message).toBe('boom')
        else if (at > 0) expect(end?.code).toBe('aborted')
        await expectReuse(scene)
      }
    }
  })

  it.each(['first', 'second'] as const)(
    'or cancelled as any one of its frames goes to the %s end leaves the link as good as before',
    async (towards) => {
      for (const who of ['opener', 'server'] as const) {
        for (let at = 0, frames = at + 1; at < frames; at++) {
          const sessions: Partial<Record<'opener' | 'server', Session>> = {}
          const note: OnState = (side, _, session) => {
            sessions[side] = session
          }
          const scene = await openVisit(note)
          let count = 0
          tapFrames(scene.connection, towards, ({ index, bytes }) => {
            count++
            if (index === at) scene.simulation.clock.after(1, () => sessions[who]?.cancel('enough'))
            return [bytes]
          })
          const call = watch(scene.open(note))
          await scene.simulation.advance(200)
          expect(['value cancelled', 'value goodbye'], `${who} at frame ${at}`).toContain(call())
          // Cancels cross with what is on its way: the other side may have come to its end.
          for (const end of scene.ends) expect(['cancelled', 'goodbye']).toContain((end as { outcome: string }).outcome)
          frames = Math.max(frames, Math.min(count, 12))
          await expectReuse(scene)
        }
      }
    },
  )
})

describe('a link that is cut', () => {
  it.each(['end', 'reset'] as const)(
    'by a bare %s at any moment of a session ends it with truncated on each side that was not through',
    async (how) => {
      for (let atMs = 1; atMs < 30; atMs++) {
        const { simulation, first, second, connection, open, ends } = await openVisit()
        simulation.clock.after(atMs, () => {
          connection.cut(how)
        })
        const call = watch(open())
        const closed = await simulation.until(Promise.all([first.closed, second.closed]), 10_000)
        expect(closed).toMatchObject([{ error: { code: 'truncated' } }, { error: { code: 'truncated' } }])
        expect(['truncated', 'value goodbye']).toContain(call())
        for (const end of ends as { code?: string; outcome?: string }[]) {
          expect(end.code ?? end.outcome).toMatch(/^(truncated|goodbye)$/)
        }
        await simulation.finish(5000)
      }
    },
  )
})

describe('a hook that is running when the link is cut', () => {
  it('does not bring a session back', async () => {
    const simulation = createSimulation({ seed: 1 })
    const ends: unknown[] = []
    let goOn = (): void => undefined
    const stored = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const served = Job.master.with(
      { job: (turn) => turn.send.receipt() },
      {
        hooks: { store: () => stored, audit: () => undefined },
        onSessionEnd: ({ error }) => ends.push(error),
      },
    )
    const { first, second, connection } = await simulation.openLinks({ serveSecond: [served] })
    const hooks = { stored: () => undefined, audit: () => undefined }
    const call = watch(Job.peer.handle(first, { start: (turn) => turn.send.job(ITEM) }, { hooks }))
    await simulation.advance(100)
    connection.cut('reset')
    await simulation.until(Promise.all([first.closed, second.closed]))
    goOn()
    await simulation.finish()
    expect(call()).toBe('truncated')
    expect(ends).toMatchObject([{ code: 'truncated' }])
  })
})
