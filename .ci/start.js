/**
 * `npm start`: installs what is missing, then becomes the health fleet. The example runs in this very process, so that
 * Ctrl-C, other signals and the exit code need no forwarding.
 */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureInstalled, ROOT } from './install.js'

const PARENT_CHECK_MS = 250

ensureInstalled()
if (process.env.npm_lifecycle_event === 'start') endWithShell()

const example = join(ROOT, 'examples/health/fleet.ts')
const { register } = await import('tsx/esm/api')
register()
// A process that the example forks inherits these, and so understands TypeScript as well.
process.execArgv.push('--import', import.meta.resolve('tsx'))
process.argv[1] = example
await import(pathToFileURL(example).href)

/**
 * npm hands a signal such as SIGTERM to the shell between it and this process. Some shells die of it and tell nobody, so a
 * change of the parent counts as the signal.
 */
function endWithShell() {
  const shell = process.ppid
  const check = () => {
    if (process.ppid === shell) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }
  const timer = setInterval(check, PARENT_CHECK_MS).unref()
}
