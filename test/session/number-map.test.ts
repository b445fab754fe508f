import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { NumberMap } from '../../src/session/number-map.ts'
import { collect, oldBytes } from './collect.ts'

interface Model {
  readonly expected: Map<number, object>
}

const numbers = fc.oneof(
  fc.integer({ min: 1, max: 40 }),
  // Those that a side would choose that wants them to meet.
  fc.integer({ min: 1, max: 40 }).map((number) => number * 2 ** 20),
  fc.integer({ min: 1, max: 40 }).map((number) => number * 2 ** 40 + 1),
  fc.maxSafeInteger().filter((number) => number > 0),
)

class SetCommand implements fc.Command<Model, NumberMap<object>> {
  readonly number: number

  constructor(number: number) {
    this.number = number
  }

  check(): boolean {
    return true
  }

  run({ expected }: Model, real: NumberMap<object>): void {
    const value = {}
    expected.set(this.number, value)
    real.set(this.number, value)
    assertEqual(expected, real)
  }

  toString(): string {
    return `set ${this.number}`
  }
}

class DeleteCommand implements fc.Command<Model, NumberMap<object>> {
  readonly pick: number

  constructor(pick: number) {
    this.pick = pick
  }

  check(): boolean {
    return true
  }

  run({ expected }: Model, real: NumberMap<object>): void {
    const present = [...expected.keys()]
    const number = present[this.pick % (present.length + 1)] ?? this.pick + 1
    expect(real.delete(number)).toBe(expected.delete(number))
    assertEqual(expected, real)
  }

  toString(): string {
    return `delete ${this.pick}`
  }
}

function assertEqual(expected: ReadonlyMap<number, object>, real: NumberMap<object>): void {
  expect(real.size).toBe(expected.size)
  for (const [number, value] of expected) expect(real.get(number)).toBe(value)
  expect(new Set(real.values())).toEqual(new Set(expected.values()))
}

describe('a map of numbers', () => {
  it('holds what a Map holds, whatever comes and goes', () => {
    const commands = fc.commands(
      [numbers.map((number) => new SetCommand(number)), fc.nat(60).map((pick) => new DeleteCommand(pick))],
      {
        maxCommands: 200,
        size: 'max',
      },
    )
    fc.assert(
      fc.property(commands, (run) => {
        fc.modelRun(() => ({ model: { expected: new Map() }, real: new NumberMap<object>() }), run)
      }),
      { numRuns: 200 },
    )
  })

  it('finds nothing under a number that was never given', () => {
    const map = new NumberMap<object>()
    for (const number of [0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) expect(map.get(number)).toBeUndefined()
    expect(map.delete(0)).toBe(false)
  })

  it('finds numbers that differ in high bits alone as quickly as those that rise by two', () => {
    const time = (numberOf: (index: number) => number): number => {
      const map = new NumberMap<object>()
      const before = process.cpuUsage()
      for (let index = 1; index <= 20_000; index++) map.set(numberOf(index), map)
      for (let index = 1; index <= 20_000; index++) if (map.get(numberOf(index)) === undefined) throw new Error('lost')
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    time((index) => index)
    const rising = time((index) => index * 2)
    for (const step of [2 ** 16, 2 ** 20, 2 ** 32, 2 ** 38])
      expect(time((index) => index * step)).toBeLessThan(30 * rising + 50_000)
  })

  it('takes no longer where both sides open sessions, whose numbers fill one long run', () => {
    const time = (step: number): number => {
      const map = new NumberMap<object>()
      for (let number = 1; number <= 40_000; number++) map.set(number * step, map)
      const before = process.cpuUsage()
      for (let number = 1; number <= 20_000; number++) {
        map.delete(number * step)
        if (map.get(number * step) !== undefined) throw new Error('still there')
      }
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    time(2)
    expect(time(1)).toBeLessThan(20 * time(2) + 20_000)
  })

  it('lets go of what was deleted, also when it is old itself: the collections of the young generation find it dead', () => {
    const promoted = (map: NumberMap<object>): number => {
      map.set(1, {})
      collect()
      const before = oldBytes()
      let most = before
      for (let number = 1; number <= 200_000; number++) {
        map.set(number, new Array(20).fill(number))
        map.delete(number - 100)
        if (number % 1000 === 0) most = Math.max(most, oldBytes())
      }
      return most - before
    }
    // Of a Map it is three times that and more, in Node 20 and 24.
    expect(promoted(new NumberMap<object>())).toBeLessThan(4_000_000)
  })
})
