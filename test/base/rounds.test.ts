import { describe, expect, it } from 'vitest'

import { joinRounds, type Watched } from '../../src/base/rounds.ts'
import { SimulatedClock } from '../../src/testing/simulated-clock.ts'

const PERIOD_MS = 6400
/** A 64th of the period. */
const PART_MS = 100

class Seen implements Watched {
  readonly atMs: number[] = []
  readonly #clock: SimulatedClock

  constructor(clock: SimulatedClock) {
    this.#clock = clock
  }

  look(): void {
    this.atMs.push(this.#clock.now())
  }
}

function advance(clock: SimulatedClock, ms: number): void {
  const until = clock.now() + ms
  while (clock.step(until));
  clock.moveTo(until)
}

describe('rounds', () => {
  it('look at each member once a period, wherever in it the member has joined', () => {
    const clock = new SimulatedClock()
    const members = Array.from({ length: 50 }, (_, index) => {
      advance(clock, (index * 37) % 900)
      const seen = new Seen(clock)
      joinRounds(clock, PERIOD_MS, seen)
      return seen
    })
    advance(clock, 10 * PERIOD_MS)
    for (const { atMs } of members) {
      const steps = atMs.slice(2).map((ms, index) => ms - atMs[index + 1]!)
      expect(steps.length).toBeGreaterThan(7)
      for (const step of steps) expect(Math.abs(step - PERIOD_MS)).toBeLessThanOrEqual(PART_MS)
    }
  })

  it('have one timer for all members of a period, and none when the last has left', () => {
    const clock = new SimulatedClock()
    const members = [0, 1, 2].map(() => new Seen(clock))
    const places = members.map((member) => {
      advance(clock, 700)
      return joinRounds(clock, PERIOD_MS, member)
    })
    expect(clock.timers).toBe(1)
    places.forEach((place, index) => {
      place.leave(members[index]!)
      place.leave(members[index]!)
    })
    expect(clock.timers).toBe(0)
    const again = new Seen(clock)
    joinRounds(clock, PERIOD_MS, again)
    advance(clock, PERIOD_MS)
    expect(again.atMs.length).toBe(1)
    expect(members.flatMap(({ atMs }) => atMs)).toEqual([])
  })

  it('look at each member once after the process has stood still, and then once a period again', () => {
    const clock = new SimulatedClock()
    const process = clock.createProcess()
    const members = [0, 1, 2].map(() => new Seen(clock))
    for (const member of members) {
      advance(clock, 5 * PART_MS)
      joinRounds(process, PERIOD_MS, member)
    }
    process.stall(3 * PERIOD_MS)
    advance(clock, 3 * PERIOD_MS + PART_MS)
    expect(members.map(({ atMs }) => atMs.length)).toEqual([1, 1, 1])
    advance(clock, 2 * PERIOD_MS)
    expect(members.map(({ atMs }) => atMs.length)).toEqual([3, 3, 3])
  })

  it('look at all others where some throw, and say what was thrown', () => {
    const clock = new SimulatedClock()
    const others: Seen[] = []
    for (let index = 0; index < 3; index++) {
      joinRounds(clock, PERIOD_MS, {
        look: () => {
          throw new Error(`looked at ${index}`)
        },
      })
      others.push(new Seen(clock))
      joinRounds(clock, PERIOD_MS, others.at(-1)!)
    }
    for (let round = 1; round <= 5; round++) {
      expect(() => {
        advance(clock, PERIOD_MS)
      }).toThrow(AggregateError)
      expect(others.map(({ atMs }) => atMs.length)).toEqual([round, round, round])
    }
  })

  it('end for one that has left twice, and for no other', () => {
    const clock = new SimulatedClock()
    const [gone, stays] = [new Seen(clock), new Seen(clock)]
    const place = joinRounds(clock, PERIOD_MS, gone)
    joinRounds(clock, PERIOD_MS, stays)
    place.leave(gone)
    place.leave(gone)
    advance(clock, PERIOD_MS)
    expect([gone.atMs.length, stays.atMs.length]).toEqual([0, 1])
  })

  it('look at those who joined at different times at different times, and wake up for nobody else', () => {
    const clock = new SimulatedClock()
    for (const waitMs of [0, 10 * PART_MS, 10 * PART_MS]) {
      advance(clock, waitMs)
      joinRounds(clock, PERIOD_MS, new Seen(clock))
    }
    advance(clock, PERIOD_MS)
    const until = clock.now() + 10 * PERIOD_MS
    let wakes = 0
    while (clock.step(until)) wakes++
    expect(wakes).toBe(30)
  })
})
