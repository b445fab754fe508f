/**
 * One more worker, kept by a reactor of its own. It needs the key of the fleet in COXSWAIN_KEY.
 *
 *     npx tsx examples/health/join.ts --name w4 --port 7070
 */

import { parseArgs } from 'node:util'

import { reactor } from 'coxswain/reactor'

import { tellNews } from './news.ts'
import { keepProcess, type Fleet } from './services.ts'

const { values } = parseArgs({
  options: { name: { type: 'string', default: `worker-${process.pid}` }, port: { type: 'string', default: '7070' } },
})

if ((process.env['COXSWAIN_KEY'] ?? '') === '') {
  console.error('COXSWAIN_KEY is not set. Make a key with `coxswain keygen`, and start the fleet with it too.')
  process.exit(2)
}
tellNews()

const { done } = reactor<Fleet>({
  name: 'join',
  metadata: { port: Number(values.port) },
  // It may be started long before the balancer.
  services: [{ ...keepProcess(values.name, './worker.ts'), initTimeoutMs: 2 ** 31 - 1 }],
  signals: ['SIGINT', 'SIGTERM'],
})
await done
