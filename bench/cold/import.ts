/** How long the runtime and a generated file take to be loaded, in ms. */

import { writeSync } from 'node:fs'

const start = performance.now()
await import('coxswain')
await import('../protocols/bench.gen.ts')
writeSync(1, `answer ${performance.now() - start}\n`)
