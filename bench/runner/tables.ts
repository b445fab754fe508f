/** Series as text. */

import { METRICS, type Series } from './series.ts'
import { median, spread } from './statistics.ts'

/** One table for the series of one bench: medians, and how far the rounds lie apart in what comes first. */
export function tableOf(series: readonly Series[]): string[] {
  return align(rowsOf(series))
}

/** The same in Markdown. */
export function markdownOf(series: readonly Series[]): string[] {
  const [head = [], ...rows] = rowsOf(series)
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), `|---${'|--:'.repeat(head.length - 1)}|`, ...rows.map(line)]
}

function rowsOf(series: readonly Series[]): string[][] {
  const metrics = Object.keys(METRICS).filter((metric) =>
    series.some(({ rounds }) => rounds[0]?.[metric] !== undefined),
  )
  const first = metrics[0]
  const head = ['', ...metrics.map((metric) => METRICS[metric]!.label), 'spread']
  const rows = series.map(({ contestant, rounds }) => [
    contestant,
    ...metrics.map((metric) => {
      const values = pick(rounds, metric)
      return values.length === 0 ? '' : METRICS[metric]!.format(median(values))
    }),
    first === undefined ? '' : `${(spread(pick(rounds, first)) * 100).toFixed(0)} %`,
  ])
  return [head, ...rows]
}

function pick(rounds: Series['rounds'], metric: string): number[] {
  return rounds.flatMap((figures) => {
    const value = figures[metric]
    return value === undefined ? [] : [value]
  })
}

/** The first column to the left, the others to the right. */
export function align(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
}
