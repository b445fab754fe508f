/** How `coxswain gen` prints a round. */

import { diagnosticToJson } from '../../codegen/diagnostics/index.ts'
import type { GenerateResult } from '../../codegen/index.ts'
import type { CommandCall } from './command.ts'
import type { GenReport } from './gen-round.ts'
import { countDiagnostics, countOf, formatBytes, formatSeconds, printDiagnostics, printWhenNothing } from './report.ts'

/** A round that has ended. */
export interface GenRound {
  readonly result: GenerateResult
  readonly report: GenReport
  readonly durationMs: number
}

/** The complaints, each file with its state, and a summary. */
export function printRound(call: CommandCall, { result, report, durationMs }: GenRound): void {
  const { terminal, folder, flags } = call
  if (flags.has('json')) {
    terminal.out(JSON.stringify(toJson({ result, report, durationMs }), null, 2))
    return
  }
  printDiagnostics(report.diagnostics, folder, terminal)
  if (report.ok) printWhenNothing(result.declarations, call)
  printFiles(terminal, { result, report, durationMs })
  if (!flags.has('check')) printOrphans(terminal, report)
  const parts = [
    countOf(result.declarations.length, 'declaration'),
    ...countFiles(report),
    countDiagnostics(report.diagnostics),
  ]
  terminal.out(`${parts.filter((part) => part !== '').join(', ')} (${formatSeconds(durationMs)})`)
}

/** A round of many: the complaints and one line. The first names its files too. */
export function printWatchRound(call: CommandCall, round: GenRound, isFirst: boolean): void {
  const { terminal, folder, flags } = call
  if (flags.has('json')) {
    terminal.out(JSON.stringify(toJson(round)))
    return
  }
  const { result, report, durationMs } = round
  printDiagnostics(report.diagnostics, folder, terminal)
  if (isFirst) printFiles(terminal, round)
  printOrphans(terminal, report)
  const counts = [...countFiles(report), countDiagnostics(report.diagnostics)].filter((part) => part !== '')
  const parts = result.declarations.length === 0 ? ['no declarations', ...counts] : counts
  terminal.out(`${['watching', ...parts].join(', ')} (${Math.round(durationMs)} ms)`)
}

function printFiles(terminal: CommandCall['terminal'], { result, report }: GenRound): void {
  for (const { path, state } of report.files)
    terminal.out(`${state.padEnd(9)} ${path}${describeProtocols(path, result)}`)
}

function printOrphans(terminal: CommandCall['terminal'], { orphans }: GenReport): void {
  for (const path of orphans) terminal.err(`orphaned  ${path}: nothing declares it any more; delete it`)
}

const STATES = ['written', 'stale', 'missing', 'failed', 'unchanged'] as const

/** `2 files written`, `3 files unchanged`. */
function countFiles({ files }: GenReport): string[] {
  return STATES.flatMap((state) => {
    const count = files.filter((file) => file.state === state).length
    return count === 0 ? [] : [`${countOf(count, 'file')} ${state}`]
  })
}

function describeProtocols(path: string, { protocols }: GenerateResult): string {
  const declaration = path.replace(/\.gen\.ts$/, '.steer.ts')
  const here = protocols.filter((protocol) => protocol.file === declaration)
  if (here.length === 0) return ''
  const bounds = here.map(({ name, memoryBound }) => `${name} ${formatBytes(memoryBound)}`)
  return `  (at most unread in one session: ${bounds.join(', ')})`
}

function toJson({ result, report, durationMs }: GenRound): object {
  const { declarations, protocols } = result
  const { ok, files, orphans } = report
  const diagnostics = report.diagnostics.map(diagnosticToJson)
  return { ok, declarations, protocols, files, orphans, diagnostics, durationMs }
}
