#!/usr/bin/env node
/** The command `coxswain`. */

import { createTerminal } from './terminal.ts'
import { run } from './run.ts'

// The exit code is set, not forced, so that what was printed reaches a pipe in full.
void run(process.argv.slice(2), createTerminal(process), process.cwd()).then((code) => {
  process.exitCode = code
})
