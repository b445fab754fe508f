/** What a command is made of. */

import type { ParseArgsConfig } from 'node:util'
import type { Terminal } from './terminal.ts'

/** 0: all is well; 1: something was found; 2: the command was called wrongly. */
export type ExitCode = 0 | 1 | 2

/** A command in the list of them. It is loaded when it is called. */
export interface CommandEntry {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  load(): Promise<Command>
}

export interface Command {
  /** What `--help` prints. */
  readonly help: string
  /** Its options beside `--help`. */
  readonly options: NonNullable<ParseArgsConfig['options']>
  run(call: CommandCall): Promise<ExitCode>
}

export interface CommandCall {
  readonly terminal: Terminal
  /** The folder that the command was called in; paths are relative to it. */
  readonly folder: string
  readonly paths: readonly string[]
  /** Options that were given. */
  readonly flags: ReadonlySet<string>
  /** The same with what was given for each: true for one that takes no value, a list for one that may come again. */
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>
  /** Ends a command that would go on by itself. Default: the signals that ask the process to end. */
  readonly signal?: AbortSignal | undefined
}
