/**
 * `npm start`: installs what is missing, then becomes the health fleet. The example runs in this very process, so that
 * Ctrl-C, other signals and the exit code need no forwarding.
 */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureInstalled, ROOT } from './install.js'

ensureInstalled()

const example = join(ROOT, 'examples/health/fleet.ts')
const { register } = await import('tsx/esm/api')
register()
// A process that the example forks inherits these, and so understands TypeScript as well.
process.execArgv.push('--import', import.meta.resolve('tsx'))
process.argv[1] = example
await import(pathToFileURL(example).href)
