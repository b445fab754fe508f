import { describe, expect, it } from 'vitest'
import { createRandom } from '../../src/base/random.ts'

describe('a random generator', () => {
  it('gives the same numbers for the same seed, on every machine', () => {
    const random = createRandom(42)
    const numbers = Array.from({ length: 5 }, () => random.integer(0, 999))
    const again = createRandom(42)
    expect(Array.from({ length: 5 }, () => again.integer(0, 999))).toEqual(numbers)
    expect(numbers).toMatchInlineSnapshot(`
      [
        153,
        850,
        18,
        211,
        534,
      ]
    `)
  })

  it('gives other numbers for another seed', () => {
    const firsts = new Set(Array.from({ length: 1000 }, (_, seed) => createRandom(seed).next()))
    expect(firsts.size).toBe(1000)
  })

  it('keeps to its bounds and comes to each of them', () => {
    const random = createRandom(1)
    const seen = new Set(Array.from({ length: 1000 }, () => random.integer(-2, 2)))
    expect([...seen].sort((left, right) => left - right)).toEqual([-2, -1, 0, 1, 2])
    expect(new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b'])))).toEqual(new Set(['a', 'b']))
  })

  it('is even: no value of sixteen comes much more often than another', () => {
    const random = createRandom(3)
    const counts = new Array<number>(16).fill(0)
    for (let count = 0; count < 16_000; count++) counts[random.integer(0, 15)]!++
    expect(Math.min(...counts)).toBeGreaterThan(850)
    expect(Math.max(...counts)).toBeLessThan(1150)
  })

  it('is true as often as it is asked to be', () => {
    const random = createRandom(4)
    const hits = Array.from({ length: 10_000 }, () => random.chance(0.3)).filter(Boolean).length
    expect(hits).toBeGreaterThan(2800)
    expect(hits).toBeLessThan(3200)
    expect([random.chance(0), random.chance(1)]).toEqual([false, true])
  })

  it('forks a generator whose use leaves it as it is', () => {
    const [left, right] = [createRandom(5), createRandom(5)]
    const fork = left.fork()
    right.fork()
    fork.next()
    fork.next()
    expect(left.next()).toBe(right.next())
  })
})
