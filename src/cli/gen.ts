/** `coxswain gen`: writes generated files, or says which of them are not up to date. */

import type { GenerateResult } from '../../codegen/index.ts'
import { systemClock } from '../base/clock.ts'
import type { Command, CommandCall, ExitCode } from './command.ts'
import { printRound } from './gen-report.ts'
import { finishRound, type GenReport } from './gen-round.ts'
import { keepRun, readKeptRun } from './kept-run.ts'

export const genCommand: Command = {
  help: `coxswain gen: writes X.gen.ts and X.codec.gen.ts beside each X.steer.ts

Usage: coxswain gen [PATHS...] [--check | --watch | --accept] [--json]

PATHS are declaration files, or folders to look through; the default is the folder that you are in.
Folders called node_modules or dist, and those that begin with a dot, are passed over. Nothing is written
unless every declaration is correct, and a file that is up to date is not touched.

  --check  writes nothing; fails when a generated file is stale or missing, or has lost its declaration
  --watch  goes on after the first run: whenever a declaration changes, or a file that one imports,
           writes what follows from it; until Ctrl-C
  --accept also adds the present versions to X.steer.history.json beside each declaration, to be checked
           in: these are released, and ends of later versions go on talking to them where they can
  --json   prints the result as JSON; under --watch one line for each round
  --help   prints this

Examples:
  coxswain gen                          all declarations below this folder
  coxswain gen src/shop/order.steer.ts  one of them
  coxswain gen --watch src              while you write
  coxswain gen --check                  in continuous integration, after the build
  coxswain gen --accept                 with each release

Exit code: 0 when all is well, 1 when something is wrong with a declaration or a file, 2 for a wrong call.
Under --watch, 0 when it was ended.`,
  options: {
    check: { type: 'boolean' },
    watch: { type: 'boolean' },
    accept: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: runGen,
}

async function runGen(call: CommandCall): Promise<ExitCode> {
  const { terminal, flags } = call
  const isCheck = flags.has('check')
  const modes = ['check', 'watch', 'accept'].filter((mode) => flags.has(mode))
  if (modes.length > 1) {
    terminal.err(`coxswain gen: --${modes[0]} and --${modes[1]} exclude each other\nTry: coxswain gen --help`)
    return 2
  }
  if (flags.has('watch')) {
    const { watchDeclarations } = await import('./watch.ts')
    return watchDeclarations(call)
  }
  const startedAt = systemClock.now()
  const { result, report } = await runRound(call, isCheck)
  printRound(call, { result, report, durationMs: systemClock.now() - startedAt })
  return report.ok ? 0 : 1
}

/** A generator that runs from its sources may have changed itself. */
const KEEPS_RUNS = !import.meta.url.endsWith('.ts')

/** Where nothing has changed since the last run, its result stands, and neither generator nor compiler are loaded. */
async function runRound(
  { folder, paths, flags }: CommandCall,
  isCheck: boolean,
): Promise<{ readonly result: GenerateResult; readonly report: GenReport }> {
  const accept = flags.has('accept')
  const kept = accept || !KEEPS_RUNS ? undefined : readKeptRun(folder, paths)
  if (kept !== undefined) return { result: kept, report: finishRound(folder, kept, isCheck) }
  const { Generator } = await import('../../codegen/generator.ts')
  const run = await new Generator({ root: folder, accept }).run(paths)
  const report = finishRound(folder, run.result, isCheck)
  if (report.ok && !accept && KEEPS_RUNS) keepRun(folder, paths, run)
  return { result: run.result, report }
}
