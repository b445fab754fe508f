import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../src/testing/simulated-clock.ts'

/** Lets everything happen, and returns what was noted. */
function runAll(clock: SimulatedClock): void {
  while (clock.step()) continue
}

describe('a simulated clock', () => {
  it('stands still until it is told to move', () => {
    const clock = new SimulatedClock()
    let calls = 0
    clock.after(5, () => calls++)
    expect([clock.now(), calls, clock.pending, clock.nextMs]).toEqual([0, 0, 1, 5])
    expect(clock.step(4)).toBe(false)
    expect(clock.step(5)).toBe(true)
    expect([clock.now(), calls, clock.pending, clock.nextMs]).toEqual([5, 1, 0, undefined])
  })

  it('calls in the order of time, and for one moment in the order of asking', () => {
    const clock = new SimulatedClock()
    const calls: string[] = []
    for (const [name, ms] of [
      ['c', 9],
      ['a', 2],
      ['d', 9],
      ['b', 3],
    ] as const)
      clock.after(ms, () => calls.push(name))
    runAll(clock)
    expect(calls.join('')).toBe('abcd')
  })

  it('does not call what was cancelled, and counts it no more', () => {
    const clock = new SimulatedClock()
    let calls = 0
    const timer = clock.after(5, () => calls++)
    timer.cancel()
    timer.cancel()
    expect([clock.pending, clock.step(), calls]).toEqual([0, false, 0])
  })

  it.each([-1, Number.NaN, Infinity, 2 ** 31])('takes no delay of %d ms, which no real timer keeps', (ms) => {
    expect(() => new SimulatedClock().after(ms, () => undefined)).toThrow('no timer waits')
  })

  it('lets the clock of a stalled program call late, timers before deliveries, and others in time', () => {
    const clock = new SimulatedClock()
    const [stalled, other] = [clock.createProcess(), clock.createProcess()]
    const calls: string[] = []
    const note = (name: string) => () => calls.push(`${name} at ${clock.now()}`)
    stalled.deliver(10, note('delivery'))
    stalled.after(20, note('timer'))
    other.after(30, note('other'))
    stalled.stall(100)
    runAll(clock)
    expect(calls).toEqual(['other at 30', 'timer at 100', 'delivery at 100'])
  })
})
