/** Ratios of a run held against those of the committed one: a fall beyond the noise of both is a regression. */

import type { Verdict } from './verdicts.ts'

export interface BaselineEntry {
  readonly value: number
  readonly noise: number
}

export interface Baseline {
  /** For the reader. */
  readonly machine: string
  readonly node: string
  readonly date: string
  /** By the name of the bar. */
  readonly ratios: Readonly<Record<string, BaselineEntry>>
}

/** So many times the noise of both runs, which is half the distance between quartiles, is none. */
const NOISES = 3
/** Two quiet runs still differ by so much. */
const LEAST_TOLERANCE = 0.05

export interface GuardFinding {
  readonly name: string
  readonly was: number
  readonly is: number
  readonly tolerance: number
  readonly isWorse: boolean
}

/** Only ratios: absolute figures are the machine's. What only one of the two runs has is left out. */
export function guard(verdicts: readonly Verdict[], baseline: Baseline): GuardFinding[] {
  return verdicts.flatMap(({ bar, status, value, noise }) => {
    const before = baseline.ratios[bar.name]
    if (before === undefined || status === 'unmeasured' || bar.against === undefined) return []
    const tolerance = Math.max(LEAST_TOLERANCE, NOISES * Math.hypot(noise, before.noise))
    const change = value / before.value - 1
    const isWorse = bar.atLeast === undefined ? change > tolerance : change < -tolerance
    return [{ name: bar.name, was: before.value, is: value, tolerance, isWorse }]
  })
}

export function toRatios(verdicts: readonly Verdict[]): Record<string, BaselineEntry> {
  const measured = verdicts.filter(({ bar, status }) => bar.against !== undefined && status !== 'unmeasured')
  return Object.fromEntries(
    measured.map(({ bar, value, noise }) => [
      bar.name,
      { value: Number(value.toPrecision(4)), noise: Number(noise.toPrecision(2)) },
    ]),
  )
}
