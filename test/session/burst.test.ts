import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { systemClock } from '../../src/base/clock.ts'
import { Burst } from '../../src/session/burst.ts'

class Side {
  nowMs = 0
  reads = 0
  readonly #burst = new Burst({
    ...systemClock,
    now: () => {
      this.reads++
      return this.nowMs
    },
  })

  /** Queues that many frames, one after the other, and returns how many went out in each hand-over, and when. */
  answer(frames: number, msEach: number): { readonly frames: number; readonly atMs: number }[] {
    const parts: { frames: number; atMs: number }[] = []
    let held = 0
    for (let frame = 0; frame < frames; frame++) {
      this.nowMs += msEach
      held++
      if (!this.#burst.queued()) continue
      this.#burst.handedOver()
      parts.push({ frames: held, atMs: this.nowMs })
      held = 0
    }
    if (held > 0) {
      this.#burst.handedOver()
      parts.push({ frames: held, atMs: this.nowMs })
    }
    this.#burst.ended()
    return parts
  }

  wait(ms: number): void {
    this.nowMs += ms
  }
}

const sizes = (parts: readonly { readonly frames: number }[]): number[] => parts.map(({ frames }) => frames)

describe('a burst of frames', () => {
  it('goes out in halves where this side had to wait for it as long as its last one took', () => {
    const side = new Side()
    expect(sizes(side.answer(100, 0.002))).toEqual([100])
    side.wait(0.2)
    const parts = sizes(side.answer(100, 0.002))
    expect(parts).toHaveLength(2)
    expect(Math.abs(parts[0]! - 50)).toBeLessThanOrEqual(8)
  })

  it('goes out in one where it came while this side still handled the last one', () => {
    const side = new Side()
    for (let burst = 0; burst < 10; burst++) {
      expect(sizes(side.answer(100, 0.002))).toEqual([100])
      side.wait(0.01)
    }
  })

  it('goes out in one where it is so short that another write would cost more than waiting', () => {
    const side = new Side()
    for (let burst = 0; burst < 10; burst++) {
      expect(sizes(side.answer(20, 0.002))).toEqual([20])
      side.wait(1)
    }
  })

  it('costs one look at the clock where it has a few frames', () => {
    const side = new Side()
    for (let burst = 0; burst < 10; burst++) {
      side.answer(1, 0.1)
      side.wait(0.1)
    }
    expect(side.reads).toBe(10)
  })

  it('is not taken apart after one that took long because of a single frame', () => {
    const side = new Side()
    side.answer(1, 50)
    side.wait(100)
    expect(sizes(side.answer(100, 0.002))).toEqual([100])
  })

  it('keeps nothing waiting for longer than it would have without the halves', () => {
    const property = fc.property(
      fc.array(
        fc.record({
          frames: fc.nat(300),
          msEach: fc.double({ min: 0, max: 0.02, noNaN: true }),
          waitMs: fc.double({ min: 0, max: 9, noNaN: true }),
        }),
      ),
      (bursts) => {
        const side = new Side()
        for (const { frames, msEach, waitMs } of bursts) {
          side.wait(waitMs)
          let before = side.nowMs
          let sum = 0
          for (const part of side.answer(frames, msEach)) {
            expect(part.atMs - before).toBeLessThanOrEqual(0.25 + 9 * msEach + 1e-6)
            before = part.atMs
            sum += part.frames
          }
          expect(sum).toBe(frames)
        }
      },
    )
    fc.assert(property)
  })

  it('lets two sides that answer each other work at the same time', () => {
    const busy = simulate(100, 0.002, 240)
    // In step one of the two waits all the time, and half of the time of both is lost.
    expect(busy).toBeGreaterThan(0.8)
  })
})

/** The share of their time for which two sides work that hand so many messages to and fro. */
function simulate(messages: number, msEach: number, chunks: number): number {
  const sides = [new Side(), new Side()] as const
  /** What is on its way to each side, and when it is there. */
  const inbox: { frames: number; atMs: number }[][] = [[{ frames: messages, atMs: 0 }], []]
  let worked = 0
  for (let chunk = 0; chunk < chunks; chunk++) {
    const ready = (at: 0 | 1): number => Math.max(sides[at].nowMs, inbox[at]![0]?.atMs ?? Infinity)
    const at = ready(0) <= ready(1) ? 0 : 1
    const side = sides[at]
    side.nowMs = ready(at)
    // All that is there is one chunk.
    let frames = 0
    while ((inbox[at]![0]?.atMs ?? Infinity) <= side.nowMs) frames += inbox[at]!.shift()!.frames
    worked += frames * msEach
    inbox[1 - at]!.push(...side.answer(frames, msEach))
  }
  return worked / (sides[0].nowMs + sides[1].nowMs)
}
