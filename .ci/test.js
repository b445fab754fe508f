/** `npm test`: installs what is missing, then becomes vitest. `npm test -- test/base --coverage` passes its arguments on. */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureInstalled, ROOT } from './install.js'

ensureInstalled()

process.chdir(ROOT)
const runner = join(ROOT, 'node_modules/vitest/vitest.mjs')
process.argv = [process.execPath, runner, 'run', ...process.argv.slice(2)]
await import(pathToFileURL(runner).href)
