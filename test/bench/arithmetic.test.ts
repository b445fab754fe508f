import { describe, expect, it } from 'vitest'

import { BARS } from '../../bench/bars.ts'
import { guard, toRatios } from '../../bench/runner/guard.ts'
import type { Series } from '../../bench/runner/series.ts'
import { median, quantile, ratios, spread } from '../../bench/runner/statistics.ts'
import { judge, summarise, voidReason, type Bar } from '../../bench/runner/verdicts.ts'
import { growthOf } from '../../bench/workloads/cost.ts'

function series(contestant: string, values: readonly number[], bench = 'stream'): Series {
  return { bench, contestant, rounds: values.map((perSecond) => ({ perSecond })) }
}

const figure = (contestant: string): Bar['of'] => ({ bench: 'stream', contestant, metric: 'perSecond' })
const bar: Bar = { name: 'half', of: figure('a'), against: figure('b'), atLeast: 0.5, stretch: 0.9 }

describe('the arithmetic of rounds', () => {
  it('takes the middle value, and the mean of two middle ones', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([1, 9, 5, 6])).toBe(5.5)
    expect(median([])).toBeNaN()
  })

  it('interpolates quantiles between neighbours', () => {
    expect(quantile([0, 10], 0.25)).toBe(2.5)
    expect(quantile([4, 1, 3, 2], 1)).toBe(4)
    expect(quantile([7], 0.99)).toBe(7)
  })

  it('gives the distance between quartiles as a share of the median', () => {
    expect(spread([100, 90, 110, 80, 120])).toBeCloseTo(0.2)
    expect(spread([5])).toBe(0)
  })

  it('divides round by round', () => {
    expect(ratios([1, 4, 9], [2, 2, 3])).toEqual([0.5, 2, 3])
    expect(ratios([1, 4], [2])).toEqual([0.5])
  })

  it('calls growth the worst step up from any smaller size', () => {
    expect(growthOf([10, 5, 6])).toBeCloseTo(1.2)
    expect(growthOf([10, 8, 6])).toBeLessThan(1)
    expect(growthOf([5, 10, 6])).toBe(2)
  })
})

describe('bars', () => {
  it('are judged by the median of the ratios of rounds, not by the ratio of medians', () => {
    const { value, status } = judge(bar, [series('a', [1, 10, 100]), series('b', [1, 100, 200])])
    expect(value).toBe(0.5)
    expect(status).toBe('met')
  })

  it('fall short below what they ask, on either side', () => {
    const all = [series('a', [4]), series('b', [10])]
    expect(judge(bar, all).status).toBe('short')
    expect(judge({ name: 'most', of: figure('a'), against: figure('b'), atMost: 0.3 }, all).status).toBe('short')
    expect(judge({ name: 'most', of: figure('a'), atMost: 4 }, all).status).toBe('met')
  })

  it('know their stretch', () => {
    expect(judge(bar, [series('a', [9]), series('b', [10])]).isStretched).toBe(true)
    expect(judge(bar, [series('a', [8]), series('b', [10])]).isStretched).toBe(false)
  })

  it('are not judged where nothing was measured', () => {
    const verdict = judge(bar, [series('a', [9])])
    expect(verdict.status).toBe('unmeasured')
    expect(summarise([verdict])).toEqual(['0 of 0 bars are met, 1 not measured in this run'])
  })

  it('are counted in the last line, and each that falls short is named before it', () => {
    const all = [series('a', [4]), series('b', [10]), series('c', [40])]
    const verdicts = [judge(bar, all), judge({ ...bar, name: 'other', of: figure('c') }, all)]
    expect(summarise(verdicts)).toEqual(['half: 0.40 ± 0 %, bar ≥ 0.5: falls short', '1 of 2 bars are met'])
  })

  it('have names of their own, and each asks for something', () => {
    expect(new Set(BARS.map(({ name }) => name)).size).toBe(BARS.length)
    expect(BARS.filter(({ atLeast, atMost }) => atLeast === undefined && atMost === undefined)).toEqual([])
  })

  it('say nothing of a run in which the hand-written limit is not far above raw net', () => {
    expect(voidReason([series('limit', [24]), series('net', [10])], 2.5)).toMatch(/only 2\.40 x raw net/)
    expect(voidReason([series('limit', [25]), series('net', [10])], 2.5)).toBeUndefined()
    expect(voidReason([], 2.5)).toBeUndefined()
  })
})

describe('the guard', () => {
  const about = { machine: 'm', node: '20', date: 'd' }
  const verdictOf = (values: readonly number[]): ReturnType<typeof judge> =>
    judge(bar, [series('a', values), series('b', [10, 10, 10, 10, 10])])

  it('lets through what lies within the noise of both runs', () => {
    const before = { ...about, ratios: toRatios([verdictOf([8, 9, 10, 11, 12])]) }
    expect(guard([verdictOf([7, 8, 9, 10, 11])], before)[0]).toMatchObject({ was: 1, is: 0.9, isWorse: false })
  })

  it('finds a fall beyond the noise, and only a fall', () => {
    const before = { ...about, ratios: toRatios([verdictOf([10, 10, 10, 10, 10])]) }
    expect(guard([verdictOf([9, 9, 9, 9, 9])], before)[0]).toMatchObject({ isWorse: true })
    expect(guard([verdictOf([12, 12, 12, 12, 12])], before)[0]).toMatchObject({ isWorse: false })
  })

  it('turns round for bars that something must not exceed', () => {
    const most: Bar = { name: 'most', of: figure('a'), against: figure('b'), atMost: 2 }
    const all = (value: number): readonly Series[] => [series('a', [value]), series('b', [10])]
    const before = { ...about, ratios: toRatios([judge(most, all(10))]) }
    expect(guard([judge(most, all(12))], before)[0]).toMatchObject({ isWorse: true })
    expect(guard([judge(most, all(8))], before)[0]).toMatchObject({ isWorse: false })
  })

  it('keeps no absolute figures, which are those of the machine', () => {
    const absolute: Bar = { name: 'cpu', of: figure('a'), atMost: 1 }
    expect(toRatios([judge(absolute, [series('a', [4])])])).toEqual({})
  })
})
