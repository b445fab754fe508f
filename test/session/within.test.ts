import { describe, expect, it } from 'vitest'

import { createSimulation, type Simulation } from 'coxswain/testing'

import { Timed, type TimedMasterHandlers, type TimedPeerHandlers } from '../protocols/stream.gen.ts'

/** Conversations of `Timed`: how long the master's hook, its handler and the peer take in each round, in ms. */
async function talk(options: {
  readonly rounds: number
  readonly hookMs?: number
  readonly replyMs?: number
  readonly moreMs?: number
  readonly lateMs?: number
}): Promise<{ readonly master: unknown; readonly peer: unknown; readonly atMs: number }> {
  const simulation = createSimulation({ seed: 1, network: { latencyMs: [0, 0] } })
  const sleep = sleeper(simulation)
  let master: unknown
  const masters: TimedMasterHandlers = {
    ask: async (turn) => {
      await sleep(options.replyMs)
      return turn.send.said(turn.message)
    },
  }
  const serve = Timed.master.with(masters, {
    hooks: { look: () => sleep(options.hookMs) },
    onSessionEnd: ({ result, error }) => (master = error ?? result),
  })
  const { first } = await simulation.openLinks({ serveSecond: [serve] })
  let rounds = 0
  const peers: TimedPeerHandlers = {
    start: (turn) => turn.send.ask(0),
    said: async (turn) => {
      await sleep(options.moreMs)
      return ++rounds === options.rounds ? turn.send.enough() : turn.send.more()
    },
    'sent.more': (turn) => turn.send.ask(rounds),
    'sent.enough': async (turn) => {
      await sleep(options.lateMs)
      return turn.send.late()
    },
  }
  const begin = simulation.clock.now()
  const peer: unknown = await simulation.until(Timed.peer.handle(first, peers).catch((error: unknown) => error))
  const atMs = simulation.clock.now() - begin
  await simulation.advance(100)
  return { master, peer, atMs }
}

function sleeper(simulation: Simulation): (ms: number | undefined) => Promise<void> {
  return (ms) => new Promise((resolve) => (ms === undefined ? resolve() : simulation.clock.after(ms, resolve)))
}

const EXPIRED = { code: 'deadline_exceeded' }

describe('within', () => {
  it('lets a conversation pass that is quick enough, with the time of each round for itself', async () => {
    const { master, peer } = await talk({ rounds: 4, replyMs: 400 })
    expect(peer).toMatchObject({ outcome: 'late' })
    expect(master).toMatchObject({ outcome: 'late' })
  })

  it('resets a session on both sides when a round takes too long', async () => {
    const { master, peer, atMs } = await talk({ rounds: 1, replyMs: 600 })
    expect(peer).toMatchObject(EXPIRED)
    expect(master).toMatchObject(EXPIRED)
    expect(atMs).toBeGreaterThanOrEqual(499)
    expect(atMs).toBeLessThan(600)
  })

  it('counts the hooks inside', async () => {
    expect((await talk({ rounds: 1, hookMs: 600 })).peer).toMatchObject(EXPIRED)
  })

  it('does not count what is outside the inner scope, until the outer one expires', async () => {
    expect((await talk({ rounds: 2, moreMs: 800 })).peer).toMatchObject({ outcome: 'late' })
    const { peer, atMs } = await talk({ rounds: 3, moreMs: 800 })
    expect(peer).toMatchObject(EXPIRED)
    expect(atMs).toBeGreaterThanOrEqual(1999)
    expect(atMs).toBeLessThan(2400)
  })

  it('stops with the last step inside', async () => {
    expect((await talk({ rounds: 1, lateMs: 60_000 })).peer).toMatchObject({ outcome: 'late' })
  })
})
