/** `coxswain check`: proves declarations without writing anything. */

import { diagnosticToJson, generate } from '../../codegen/index.ts'
import { systemClock } from '../base/clock.ts'
import type { Command, CommandCall, ExitCode } from './command.ts'
import {
  countDiagnostics,
  countOf,
  formatBytes,
  formatSeconds,
  hasErrors,
  printDiagnostics,
  printWhenNothing,
} from './report.ts'

export const checkCommand: Command = {
  help: `coxswain check: reads *.steer.ts files and proves that both ends of each protocol fit together

Usage: coxswain check [PATHS...] [--json]

PATHS are declaration files, or folders to look through; the default is the folder that you are in.
Every complaint has a code, a place and a hint; all of them are printed at once. Whether generated files
are up to date is another question: coxswain gen --check

  --json  prints the result as JSON
  --help  prints this

Examples:
  coxswain check
  coxswain check src/shop

Exit code: 0 when every protocol is proved, 1 when one is not, 2 for a wrong call.`,
  options: { json: { type: 'boolean' } },
  run: runCheck,
}

async function runCheck({ terminal, folder, paths, flags }: CommandCall): Promise<ExitCode> {
  const startedAt = systemClock.now()
  const { declarations, protocols, diagnostics } = await generate({ root: folder, paths })
  const ok = !hasErrors(diagnostics)
  const durationMs = systemClock.now() - startedAt
  if (flags.has('json')) {
    const report = { ok, declarations, protocols, diagnostics: diagnostics.map(diagnosticToJson), durationMs }
    terminal.out(JSON.stringify(report, null, 2))
    return ok ? 0 : 1
  }
  printDiagnostics(diagnostics, folder, terminal)
  if (ok) printWhenNothing(declarations, { paths, terminal })
  for (const { name, file, states, memoryBound } of protocols) {
    const sizes = `${countOf(states.master, 'state')} as master, ${states.peer} as peer`
    terminal.out(`proved ${name} (${file}): ${sizes}, at most ${formatBytes(memoryBound)} unread in one session`)
  }
  const parts = [countOf(declarations.length, 'declaration'), countDiagnostics(diagnostics)]
  terminal.out(`${parts.filter((part) => part !== '').join(', ')} (${formatSeconds(durationMs)})`)
  return ok ? 0 : 1
}
