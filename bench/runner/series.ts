/** What benches give: for each contestant, the figures of each round. */

/** The figures of one round by name. What each means stands in `METRICS`. */
export type Figures = Readonly<Record<string, number>>

export interface Series {
  readonly bench: string
  readonly contestant: string
  readonly rounds: readonly Figures[]
}

/** The values of one figure over the rounds; empty where the bench was not run. */
export function valuesOf(all: readonly Series[], bench: string, contestant: string, metric: string): number[] {
  const series = all.find((one) => one.bench === bench && one.contestant === contestant)
  return (series?.rounds ?? []).flatMap((figures) => {
    const value = figures[metric]
    return value === undefined ? [] : [value]
  })
}

export interface Metric {
  readonly label: string
  readonly format: (value: number) => string
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
const precise = (value: number): string => (Math.abs(value) < 10 ? value.toFixed(2) : value.toFixed(1))

/** Each figure that is printed, in this order. */
export const METRICS: Readonly<Record<string, Metric>> = {
  perSecond: { label: 'per second', format: whole },
  megabytes: { label: 'MB/s', format: whole },
  cpu: { label: 'CPU s/million', format: precise },
  clientCpu: { label: 'client', format: precise },
  serverCpu: { label: 'server', format: precise },
  p50: { label: 'p50 µs', format: precise },
  p99: { label: 'p99 µs', format: precise },
  tail: { label: 'p99/p50', format: precise },
  peak: { label: 'peak MB, both', format: whole },
  bytes: { label: 'bytes each', format: whole },
  held: { label: 'held', format: whole },
  ms: { label: 'ms', format: precise },
  importMs: { label: 'import ms', format: precise },
  unwanted: { label: 'unwanted modules', format: whole },
  encodeNs: { label: 'encode ns', format: precise },
  decodeNs: { label: 'decode ns', format: precise },
  ns: { label: 'ns', format: precise },
  us: { label: 'µs', format: precise },
  growth: { label: 'growth', format: precise },
}
