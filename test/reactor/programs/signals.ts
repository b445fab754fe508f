/** Two reactors that signals shut down, one of them with a service that does not listen. */

import { reactor } from '../../../src/reactor/index.ts'

const stubborn = process.argv[2] === 'stubborn'
const slow = process.argv[2] === 'slow'
const signals = ['SIGTERM', 'SIGINT'] as const
const listens = reactor({
  metadata: undefined,
  signals,
  services: [{ name: 'listens', service: { main: (_, ctx) => ctx.sleep(60_000) } }],
})
const other = reactor({
  metadata: undefined,
  signals,
  services: [
    {
      name: 'other',
      stopTimeoutMs: 60_000,
      service: {
        main: (_, ctx) => (stubborn ? new Promise<void>(() => undefined) : ctx.sleep(60_000)),
        stop: () => new Promise((resolve) => setTimeout(resolve, slow ? 300 : 0)),
      },
    },
  ],
  shutdownMs: 60_000,
})
await Promise.all([listens.ready, other.ready])
if (slow) void other.shutdown()
process.stdout.write('ready\n')
await listens.done
process.stdout.write('first done\n')
const { overdue } = await other.done
process.stdout.write(`done ${overdue.join()} ${process.listenerCount('SIGTERM')}\n`)
