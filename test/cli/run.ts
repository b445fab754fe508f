/** The command in this process, with what it prints caught. */

import { run as runCommand } from '../../src/cli/run.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export async function run(folder: string, ...args: string[]): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const terminal = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    color: false,
  }
  const code = await runCommand(args, terminal, folder)
  return { code, out: out.join('\n'), err: err.join('\n') }
}
