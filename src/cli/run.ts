/** Finds the command that was meant, and runs it. */

import { parseArgs } from 'node:util'

import { GENERATOR_VERSION } from '../../codegen/emit/version.ts'
import { SteerError } from '../base/errors.ts'
import type { CommandCall, CommandEntry, ExitCode } from './command.ts'
import { COMMANDS } from './commands.ts'
import { nearestName } from './nearest-name.ts'
import type { Terminal } from './terminal.ts'

/**
 * Runs one call of the command, and gives its exit code. Rejects only where its own modules are missing. `signal` ends a command that would go on by itself;
 * without one, those that ask the process to end do.
 */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  folder: string,
  signal?: AbortSignal,
): Promise<ExitCode> {
  const [name, ...rest] = args
  if (name === '--help' || name === '-h' || name === 'help') return help(rest[0], terminal)
  if (name === '--version' || name === '-v') {
    terminal.out(GENERATOR_VERSION)
    return 0
  }
  if (name === undefined) {
    terminal.err(overview())
    return 2
  }
  const command = COMMANDS.find((candidate) => candidate.name === name)
  if (command === undefined) return unknownCommand(name, terminal)
  return runCommand(command, rest, { terminal, folder, signal })
}

async function runCommand(
  entry: CommandEntry,
  args: readonly string[],
  call: Pick<CommandCall, 'terminal' | 'folder' | 'signal'>,
): Promise<ExitCode> {
  const { terminal } = call
  const { name } = entry
  const command = await entry.load()
  const options = { ...command.options, help: { type: 'boolean', short: 'h' } } as const
  let parsed: { readonly values: CommandCall['values']; readonly positionals: readonly string[] }
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    // The message of node:util names the option; its second sentence is about positionals, which are paths here.
    const message = error instanceof Error ? error.message.split('. ')[0] : String(error)
    terminal.err(`coxswain ${name}: ${message}\nTry: coxswain ${name} --help`)
    return 2
  }
  if (parsed.values['help'] === true) {
    terminal.out(command.help)
    return 0
  }
  const flags = new Set(Object.keys(parsed.values))
  try {
    const paths = parsed.positionals.length === 0 ? ['.'] : parsed.positionals
    return await command.run({ ...call, paths, flags, values: parsed.values })
  } catch (error) {
    return fail(SteerError.from(error), flags, terminal)
  }
}

function fail(error: SteerError, flags: ReadonlySet<string>, terminal: Terminal): ExitCode {
  if (flags.has('json'))
    terminal.out(JSON.stringify({ ok: false, error: { code: error.code, message: error.rawMessage } }, null, 2))
  else terminal.err(`coxswain: ${error.rawMessage}`)
  // A defect of the generator is of no use to anybody without its stack.
  if (error.code === 'internal') terminal.err(String(error.cause instanceof Error ? error.cause.stack : error.stack))
  return 1
}

async function help(name: string | undefined, terminal: Terminal): Promise<ExitCode> {
  if (name === undefined) {
    terminal.out(overview())
    return 0
  }
  const command = COMMANDS.find((candidate) => candidate.name === name)
  if (command === undefined) return unknownCommand(name, terminal)
  terminal.out((await command.load()).help)
  return 0
}

function unknownCommand(name: string, terminal: Terminal): ExitCode {
  const names = COMMANDS.map((command) => command.name)
  const nearest = nearestName(name, names)
  const advice = nearest === undefined ? `The commands are: ${names.join(', ')}.` : `Did you mean: coxswain ${nearest}`
  terminal.err(`coxswain: there is no command "${name}"\n${advice}`)
  return 2
}

function overview(): string {
  const width = Math.max(...COMMANDS.map((command) => command.name.length))
  const list = COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`)
  return `coxswain ${GENERATOR_VERSION}: conversations between programs, declared once

A conversation is declared in a file named *.steer.ts. From it coxswain writes the types, the table and
the codecs of both ends, after it has proved that they can neither block each other nor fall out of step.

Usage: coxswain COMMAND [OPTIONS]

${list.join('\n')}

  --version  prints the version
  --help     prints this; after a command, how to use that one

A first protocol, in health.steer.ts:

  import { receive, steer } from 'coxswain/steer'

  export interface Status { service: string; load: number }
  export const Health = steer('health', receive<Status>('status'))

Then \`coxswain gen\` writes health.gen.ts beside it, and a program imports Health from there.`
}
