/** `coxswain ps`: a running reactor, once. */

import { resolve } from 'node:path'
import { lookAt } from '../services/control/look.ts'
import type { Command, CommandCall, ExitCode } from './command.ts'
import { reactorPage } from './reactor-table.ts'

export const psCommand: Command = {
  help: `coxswain ps: shows the services and sessions of a running reactor

Usage: coxswain ps SOCKET [--json]

SOCKET is what the reactor was given: reactor({ control: { path: SOCKET }, ... }). Only the user who runs the
reactor may open it. For each service: its state, how often its main has begun, how often it failed (in a row),
when the next restart is due; for each session on the links of services: what was said last, and who has to move.

  --json  prints the same as JSON
  --help  prints this

Exit code: 0 when every service that should run is ready, 1 when one is not or nobody answers, 2 for a wrong call.`,
  options: { json: { type: 'boolean' } },
  run: runPs,
}

const OVER: ReadonlySet<string> = new Set(['stopped'])

async function runPs(call: CommandCall): Promise<ExitCode> {
  const path = socketPath(call, 'ps')
  if (path === undefined) return 2
  const { terminal, flags } = call
  const looker = await lookAt(path)
  try {
    const snapshot = await looker.look()
    const ok = snapshot.services.every(({ ready, state }) => ready || OVER.has(state))
    if (flags.has('json')) terminal.out(JSON.stringify({ ok, ...snapshot }, null, 2))
    else terminal.out(reactorPage(snapshot, terminal.outColor === true).join('\n'))
    return ok ? 0 : 1
  } finally {
    await looker.close()
  }
}

/** The one path of the call; undefined where that is not what was given, which is said. */
export function socketPath({ terminal, folder, paths }: CommandCall, name: string): string | undefined {
  const [path] = paths
  if (path !== undefined && path !== '.' && paths.length === 1) return resolve(folder, path)
  terminal.err(`coxswain ${name}: give the path of one control socket\nTry: coxswain ${name} --help`)
  return undefined
}
