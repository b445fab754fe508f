/** A process that is killed while its service runs. Its argument is the folder of failures; it says when its main begins. */

import { reactor } from '../../../src/reactor/index.ts'

const [stateDir, how] = process.argv.slice(2)
const r = reactor({
  metadata: undefined,
  ...(stateDir === undefined ? {} : { stateDir }),
  services: [
    {
      name: 'a',
      backoff: { minMs: 1000, maxMs: 30_000 },
      service: {
        main: (_, ctx) => {
          process.stdout.write(`main ${r.get('a')?.failures}\n`)
          if (how === 'kill') process.kill(process.pid, 'SIGKILL')
          void r.shutdown()
          return ctx.sleep(60_000)
        },
        init: () => void process.stdout.write(`init ${r.get('a')?.failures}\n`),
      },
    },
  ],
})
if (how === 'look') void r.ready.then(() => r.shutdown())
await r.done
