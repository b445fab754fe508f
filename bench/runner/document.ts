/** A run as Markdown: the machine, the bars, and a table for each bench. */

import { describeInLines, type Machine } from './machine.ts'
import type { Series } from './series.ts'
import { markdownOf } from './tables.ts'
import { describeBar, describeValue, type Verdict } from './verdicts.ts'

export function documentOf(machine: Machine, verdicts: readonly Verdict[], series: readonly Series[]): string {
  const bars = verdicts.filter(({ status }) => status !== 'unmeasured').map(rowOf)
  const names = [...new Set(series.map(({ bench }) => bench))]
  const tables = names.flatMap((name) => [
    `### ${name}`,
    '',
    ...markdownOf(series.filter(({ bench }) => bench === name)),
    '',
  ])
  const about = describeInLines(machine).map((line) => `- ${line}`)
  return [...about, '', '| bar | median, noise | asked | |', '|---|--:|--:|---|', ...bars, '', ...tables].join('\n')
}

function rowOf(verdict: Verdict): string {
  const { bar, status, isStretched } = verdict
  const word = status === 'short' ? '**falls short**' : isStretched ? 'met, and the stretch' : 'met'
  return `| ${bar.name} | ${describeValue(verdict)} | ${describeBar(bar)} | ${word} |`
}
