/** `coxswain gen`: writes generated files, or says which of them are not up to date. */

import { createDiagnostic } from '../../codegen/diagnostics/index.ts'
import {
  diagnosticToJson,
  generate,
  type Diagnostic,
  type EmittedFile,
  type GenerateResult,
} from '../../codegen/index.ts'
import { systemClock } from '../base/clock.ts'
import type { Command, CommandCall, ExitCode } from './command.ts'
import { systemCode } from './file-error.ts'
import { isGenerated, stateOfOutput, writeOutputs, type OutputState } from './output-files.ts'
import { countDiagnostics, countOf, formatBytes, formatSeconds, hasErrors, printDiagnostics } from './report.ts'

export const genCommand: Command = {
  name: 'gen',
  summary: 'writes the generated files of *.steer.ts files',
  help: `coxswain gen: writes X.gen.ts and X.codec.gen.ts beside each X.steer.ts

Usage: coxswain gen [PATHS...] [--check] [--json]

PATHS are declaration files, or folders to look through; the default is the folder that you are in.
Folders called node_modules or dist, and those that begin with a dot, are passed over. Nothing is written
unless every declaration is correct, and a file that is up to date is not touched.

  --check  writes nothing; fails when a generated file is stale or missing, or has lost its declaration
  --json   prints the result as JSON
  --help   prints this

Examples:
  coxswain gen                          all declarations below this folder
  coxswain gen src/shop/order.steer.ts  one of them
  coxswain gen --check                  in continuous integration, after the build

Exit code: 0 when all is well, 1 when something is wrong with a declaration or a file, 2 for a wrong call.`,
  options: { check: { type: 'boolean' }, json: { type: 'boolean' } },
  run: runGen,
}

interface FileReport {
  readonly path: string
  readonly state: 'written' | 'unchanged' | 'stale' | 'missing' | 'failed'
}

async function runGen(call: CommandCall): Promise<ExitCode> {
  const startedAt = systemClock.now()
  const result = await generate({ root: call.folder, paths: call.paths })
  const isCheck = call.flags.has('check')
  const states = new Map(result.outputs.map((output) => [output, stateOfOutput(call.folder, output)]))
  const orphans = result.orphans.filter((path) => isGenerated(call.folder, path))
  const diagnostics = [...result.diagnostics, ...describeStates(states, isCheck)]
  if (isCheck) diagnostics.push(...orphans.map(describeOrphan))
  const files = isCheck || hasErrors(diagnostics) ? listStates(states) : write(call.folder, states, diagnostics)
  const hasFailed = hasErrors(diagnostics)
  const report: GenReport = { ok: !hasFailed, files, orphans, diagnostics, durationMs: systemClock.now() - startedAt }
  if (call.flags.has('json')) printJson(call, result, report)
  else printText(call, result, report)
  return hasFailed ? 1 : 0
}

/** Without `--check` an orphan is named and no more: deleting it is not the generator's to do. */
function describeOrphan(path: string): Diagnostic {
  const source = { file: path, line: 1, column: 1, length: 1 }
  return createDiagnostic('STEER4007', source, { message: 'the declaration of this generated file is gone' })
}

interface GenReport {
  readonly ok: boolean
  readonly files: readonly FileReport[]
  readonly orphans: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
  readonly durationMs: number
}

function describeStates(states: ReadonlyMap<EmittedFile, OutputState>, isCheck: boolean): Diagnostic[] {
  return [...states].flatMap(([{ path }, state]) => {
    const source = { file: path, line: 1, column: 1, length: 1 }
    if (state === 'foreign') {
      const message = 'a file that this generator did not write stands where the generated one belongs'
      return [createDiagnostic('STEER4005', source, { message })]
    }
    if (state === 'unreadable') return [createDiagnostic('STEER4003', source, { message: 'the file cannot be read' })]
    if (!isCheck || state === 'same') return []
    return state === 'stale'
      ? [createDiagnostic('STEER4001', source, { message: 'the generated file is stale' })]
      : [createDiagnostic('STEER4002', source, { message: 'the generated file is missing' })]
  })
}

function listStates(states: ReadonlyMap<EmittedFile, OutputState>): FileReport[] {
  return [...states].map(([{ path }, state]) => {
    if (state === 'same') return { path, state: 'unchanged' }
    return { path, state: state === 'stale' || state === 'missing' ? state : 'failed' }
  })
}

/** Writes what has changed. A failure becomes a diagnostic, and nothing has changed then. */
function write(folder: string, states: ReadonlyMap<EmittedFile, OutputState>, diagnostics: Diagnostic[]): FileReport[] {
  const changed = [...states].flatMap(([output, state]) => (state === 'same' ? [] : [output]))
  const failure = writeOutputs(folder, changed)
  if (failure === undefined) {
    return [...states].map(([{ path }, state]) => ({ path, state: state === 'same' ? 'unchanged' : 'written' }))
  }
  const source = { file: failure.path, line: 1, column: 1, length: 1 }
  const message = `the file cannot be written: ${systemCode(failure.error)}`
  diagnostics.push(createDiagnostic('STEER4006', source, { message }))
  return listStates(states)
}

function printText({ terminal, folder, flags }: CommandCall, result: GenerateResult, report: GenReport): void {
  printDiagnostics(report.diagnostics, folder, terminal)
  for (const { path, state } of report.files)
    terminal.out(`${state.padEnd(9)} ${path}${describeProtocols(path, result)}`)
  if (!flags.has('check'))
    for (const path of report.orphans) terminal.err(`orphaned  ${path}: its declaration is gone; delete it`)
  const counts = new Map<string, number>()
  for (const { state } of report.files) counts.set(state, (counts.get(state) ?? 0) + 1)
  const parts = [
    countOf(result.declarations.length, 'declaration'),
    ...[...counts].map(([state, count]) => `${countOf(count, 'file')} ${state}`),
    countDiagnostics(report.diagnostics),
  ]
  terminal.out(`${parts.filter((part) => part !== '').join(', ')} (${formatSeconds(report.durationMs)})`)
}

function describeProtocols(path: string, { protocols }: GenerateResult): string {
  const declaration = path.replace(/\.gen\.ts$/, '.steer.ts')
  const here = protocols.filter((protocol) => protocol.file === declaration)
  if (here.length === 0) return ''
  const bounds = here.map(({ name, memoryBound }) => `${name} ${formatBytes(memoryBound)}`)
  return `  (at most unread in one session: ${bounds.join(', ')})`
}

function printJson({ terminal }: CommandCall, result: GenerateResult, report: GenReport): void {
  const { declarations, protocols } = result
  const { ok, files, orphans, durationMs } = report
  const diagnostics = report.diagnostics.map(diagnosticToJson)
  terminal.out(JSON.stringify({ ok, declarations, protocols, files, orphans, diagnostics, durationMs }, null, 2))
}
