#!/usr/bin/env node
/** The command `coxswain`. */

import * as nodeModule from 'node:module'

import { createTerminal } from './terminal.ts'
import { run } from './run.ts'

// The compiler is compiled once, not each time: Node keeps it below the system's folder for temporary files, from 22.8 on.
const { enableCompileCache } = nodeModule as { readonly enableCompileCache?: () => unknown }
enableCompileCache?.()

// The exit code is set, not forced, so that what was printed reaches a pipe in full.
void run(process.argv.slice(2), createTerminal(process), process.cwd()).then((code) => {
  process.exitCode = code
})
