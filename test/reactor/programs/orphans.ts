/** A reactor with a child process, which says the number of that. */

import { reactor } from '../../../src/reactor/index.ts'
import { EXEC_ARGV } from '../loader.ts'

const module = new URL('./isolated.ts', import.meta.url)
const r = reactor({
  metadata: { does: '' },
  services: [{ name: 'a', module, isolate: 'process', execArgv: EXEC_ARGV }],
})
await r.ready
process.stdout.write(`${process.pid} runs\n`)
