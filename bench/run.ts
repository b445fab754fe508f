/** The runner: `npm run bench -- --help`. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'

import { BARS, LEAST_LIMIT } from './bars.ts'
import { WrongAnswer } from './runner/bench.ts'
import { documentOf } from './runner/document.ts'
import { guard, toRatios, type Baseline } from './runner/guard.ts'
import { describeInLines, describeMachine, type Machine } from './runner/machine.ts'
import { describeProfiles } from './runner/profile.ts'
import type { Series } from './runner/series.ts'
import { HELP, readSettings, type Settings } from './runner/settings.ts'
import { align, tableOf } from './runner/tables.ts'
import { describeBar, describeValue, judge, summarise, voidReason, type Verdict } from './runner/verdicts.ts'
import { BENCHES } from './workloads/index.ts'

/** Compiled, this file lies in `bench/node_modules/.cache/built/bench`; as it is, in `bench`. */
const ROOT = new URL(import.meta.url.endsWith('/built/bench/run.js') ? '../../../../' : './', import.meta.url)
const BASELINE = new URL('baseline.json', ROOT)

async function main(): Promise<number> {
  let settings: Settings
  try {
    settings = readSettings(process.argv.slice(2))
    for (const name of settings.only) {
      if (!BENCHES.some((bench) => bench.name === name)) {
        throw new Error(`there is no bench "${name}"; there are ${BENCHES.map((bench) => bench.name).join(', ')}`)
      }
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return 2
  }
  if (settings.help) {
    console.log(HELP)
    return 0
  }
  const kept = settings.from === undefined ? undefined : readKept(settings.from)
  const machine = kept?.machine ?? describeMachine(new URL('package.json', ROOT))
  for (const line of describeInLines(machine)) console.log(line)
  const { series, wrong } = kept === undefined ? await runAll(settings, machine) : { series: kept.series, wrong: 0 }
  const code = Math.max(report(settings, machine, series), wrong === 0 ? 0 : 1)
  if (settings.profile !== undefined) for (const line of describeProfiles(settings.profile, 25)) console.log(line)
  return code
}

interface Kept {
  readonly machine: Machine
  readonly series: readonly Series[]
}

function readKept(file: string): Kept {
  return JSON.parse(readFileSync(file, 'utf8')) as Kept
}

/** A bench that fails ends alone, not the run: what the others gave is still worth having, and is kept from one to the next. */
async function runAll(
  settings: Settings,
  machine: Machine,
): Promise<{ readonly series: readonly Series[]; readonly wrong: number }> {
  const { only, isQuick } = settings
  const wanted = BENCHES.filter(({ name, isSlow }) =>
    only.length === 0 ? !(isQuick && isSlow === true) : only.includes(name),
  )
  const all: Series[] = []
  let wrong = 0
  for (const bench of wanted) {
    const began = performance.now()
    try {
      const series = await bench.run(settings)
      all.push(...series)
      console.log(`\n${bench.name}: ${bench.about} (${((performance.now() - began) / 1000).toFixed(1)} s)`)
      for (const line of tableOf(series)) console.log(`  ${line}`)
    } catch (error) {
      const what = error instanceof WrongAnswer ? 'wrong answer' : `${bench.name} has failed`
      console.error(`\n${what}: ${error instanceof Error ? error.message : String(error)}`)
      wrong++
    }
    if (settings.json !== undefined) keep(settings.json, machine, all)
  }
  return { series: all, wrong }
}

function report(settings: Settings, machine: Machine, series: readonly Series[]): number {
  const verdicts = BARS.map((bar) => judge(bar, series))
  const measured = verdicts.filter(({ status }) => status !== 'unmeasured')
  console.log('\nbars:')
  for (const line of align(measured.map(rowOf))) console.log(`  ${line}`)
  const { json, markdown, guard: isGuarded, baseline: isBaseline } = settings
  if (json !== undefined) {
    const bars = measured.map(({ bar, ...verdict }) => ({ ...bar, ...verdict }))
    keep(json, machine, series, bars)
  }
  if (markdown !== undefined) writeFileSync(markdown, documentOf(machine, verdicts, series))
  const reason = voidReason(series, LEAST_LIMIT)
  if (reason !== undefined) console.error(`\nthe run is void: ${reason}`)
  if (isBaseline && reason === undefined) writeBaseline(machine, verdicts)
  const isFallen = isGuarded && !isGuardMet(verdicts)
  console.log('')
  for (const line of summarise(verdicts)) console.log(line)
  return reason !== undefined || isFallen ? 1 : 0
}

function keep(file: string, machine: Machine, series: readonly Series[], bars: readonly object[] = []): void {
  writeFileSync(file, `${JSON.stringify({ machine, series, bars }, undefined, 2)}\n`)
}

function rowOf(verdict: Verdict): string[] {
  const { bar, status, isStretched } = verdict
  const word = status === 'short' ? 'SHORT' : isStretched ? 'met, and the stretch' : 'met'
  return [bar.name, describeValue(verdict), describeBar(bar), word]
}

function writeBaseline({ cpu, node, date }: Machine, verdicts: readonly Verdict[]): void {
  const before = readBaseline()?.ratios ?? {}
  const baseline: Baseline = { machine: cpu, node, date, ratios: { ...before, ...toRatios(verdicts) } }
  writeFileSync(BASELINE, `${JSON.stringify(baseline, undefined, 2)}\n`)
}

function readBaseline(): Baseline | undefined {
  return existsSync(BASELINE) ? (JSON.parse(readFileSync(BASELINE, 'utf8')) as Baseline) : undefined
}

function isGuardMet(verdicts: readonly Verdict[]): boolean {
  const baseline = readBaseline()
  if (baseline === undefined) {
    console.error('\nguard: there is no baseline; write one with --baseline')
    return false
  }
  const findings = guard(verdicts, baseline)
  const worse = findings.filter(({ isWorse }) => isWorse)
  console.log(`\nguard: ${findings.length} ratios compared with those of ${baseline.date}, ${worse.length} are worse`)
  for (const { name, was, is, tolerance } of worse) {
    const text = `${name}: ${is.toFixed(3)}, was ${was.toFixed(3)}, noise up to ${(tolerance * 100).toFixed(0)} %`
    console.error(`guard: ${text}`)
  }
  return worse.length === 0
}

process.exitCode = await main()
