/** Bars held against what was measured. */

import { median, quantile, ratios } from './statistics.ts'
import { valuesOf, type Series } from './series.ts'

export interface Figure {
  readonly bench: string
  readonly contestant: string
  readonly metric: string
}

export interface Bar {
  readonly name: string
  readonly of: Figure
  /** The bar is on the quotient; without it, on the figure itself. */
  readonly against?: Figure
  readonly atLeast?: number
  readonly atMost?: number
  /** What would be better still. */
  readonly stretch?: number
}

export interface Verdict {
  readonly bar: Bar
  readonly status: 'met' | 'short' | 'unmeasured'
  readonly isStretched: boolean
  /** The median over the rounds. */
  readonly value: number
  /** Half of the distance between the quartiles of the rounds, as a share of the median. */
  readonly noise: number
}

export function judge(bar: Bar, all: readonly Series[]): Verdict {
  const values = roundsOf(bar, all)
  const value = median(values)
  if (Number.isNaN(value)) return { bar, status: 'unmeasured', isStretched: false, value, noise: NaN }
  const noise = values.length < 2 ? 0 : (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / Math.abs(value)
  const status = reaches(bar, value, bar.atLeast, bar.atMost) ? 'met' : 'short'
  const isStretched =
    bar.stretch !== undefined &&
    reaches(
      bar,
      value,
      bar.atLeast === undefined ? undefined : bar.stretch,
      bar.atMost === undefined ? undefined : bar.stretch,
    )
  return { bar, status, isStretched, value, noise }
}

function reaches(_bar: Bar, value: number, atLeast: number | undefined, atMost: number | undefined): boolean {
  return (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost)
}

function roundsOf({ of, against }: Bar, all: readonly Series[]): number[] {
  const values = valuesOf(all, of.bench, of.contestant, of.metric)
  if (against === undefined) return values
  return ratios(values, valuesOf(all, against.bench, against.contestant, against.metric))
}

/** Why the run says nothing; undefined where it does. */
export function voidReason(all: readonly Series[], least: number): string | undefined {
  const speed = (contestant: string): number[] => valuesOf(all, 'stream', contestant, 'perSecond')
  const quotients = ratios(speed('limit'), speed('net'))
  const value = median(quotients)
  if (Number.isNaN(value) || value >= least) return undefined
  return `the hand-written limit reached only ${value.toFixed(2)} x raw net with one write for each message, least is ${least}`
}

/** The last lines of a run. */
export function summarise(verdicts: readonly Verdict[]): string[] {
  const short = verdicts.filter(({ status }) => status === 'short')
  const met = verdicts.filter(({ status }) => status === 'met')
  const unmeasured = verdicts.length - short.length - met.length
  const lines = short.map(
    (verdict) => `${verdict.bar.name}: ${describeValue(verdict)}, bar ${describeBar(verdict.bar)}: falls short`,
  )
  const rest = unmeasured === 0 ? '' : `, ${unmeasured} not measured in this run`
  return [...lines, `${met.length} of ${met.length + short.length} bars are met${rest}`]
}

export function describeBar({ atLeast, atMost }: Bar): string {
  return [atLeast === undefined ? [] : `≥ ${atLeast}`, atMost === undefined ? [] : `≤ ${atMost}`].flat().join(' and ')
}

export function describeValue({ value, noise }: Verdict): string {
  const text = Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2)
  return `${text} ± ${(noise * 100).toFixed(0)} %`
}
