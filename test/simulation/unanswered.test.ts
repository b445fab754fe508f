import { describe, expect, it } from 'vitest'

import { Rally } from '../protocols/session.gen.ts'
import { openScene } from './scenes.ts'

const LATENCY_MS = 40

describe('sessions that end before they are accepted', () => {
  it('give their places back when the answer comes, wherever in a rest of the link that is', async () => {
    const { simulation, first } = await openScene({
      serve: [Rally.master.with({ ball: (turn) => turn.send.back(turn.message) })],
      limits: { turnMaxMs: 600_000, sessionsMax: 5 },
      network: { latencyMs: [LATENCY_MS, LATENCY_MS] },
    })
    const failures: unknown[] = []
    // The steps and the looks of a link at itself have no common measure, so that they meet in all ways.
    for (let count = 0; count < 1000; count++) {
      Rally.peer
        .handle(first, { start: (turn) => turn.send.stop(), back: (turn) => turn.send.stop() })
        .catch((error: unknown) => failures.push(error))
      await simulation.advance(2 * LATENCY_MS + 17)
    }
    expect(failures).toEqual([])
    await simulation.until(first.close())
  })
})
