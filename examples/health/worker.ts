/**
 * A worker, a service: peer of `Health`. It has a reactor of its own with two services: one hashes in a thread, the other dials the
 * balancer and reports load, memory and event-loop delay every second.
 */

import { AtomicU32, dialService, reactor, type Service } from 'coxswain/reactor'

import { HANG, STARVE, type Work } from './hasher.ts'
import { Health } from './health.gen.ts'
import { measure } from './measure.ts'
import { tellNews } from './news.ts'
import { linkSettings, type Fleet } from './services.ts'

const REPORT_EVERY_MS = 1000

const work: Work = { order: new AtomicU32(0) }
process.on('SIGUSR2', () => work.order.store(HANG))
process.on('SIGALRM', () => work.order.store(STARVE))
tellNews()

function createReporter(name: string, port: number, onReported: () => void): Service<Work> {
  return dialService<Work>({
    port,
    ...linkSettings(),
    retry: { minMs: 100, maxMs: 1000 },
    run: async (link, _, ctx) => {
      for (;;) {
        const start = await Health.peer.open(link)
        // Resolves when the balancer has handled it, not only received it.
        await start.send.status(measure(name))
        onReported()
        await ctx.sleep(REPORT_EVERY_MS)
      }
    },
  })
}

export const service: Service<Fleet> = {
  main: async ({ port }, ctx) => {
    console.log(`${ctx.name} is process ${process.pid}`)
    const worker = reactor({
      name: ctx.name,
      metadata: work,
      services: [
        {
          name: 'hasher',
          module: new URL('./hasher.ts', import.meta.url),
          isolate: 'thread',
          execArgv: ['--import', new URL('./typescript.js', import.meta.url).href],
          watchdog: { beatEveryMs: 500 },
          resourceLimits: { maxOldGenerationSizeMb: 64 },
        },
        { name: 'reporter', service: createReporter(ctx.name, port, () => ctx.ready()) },
      ],
    })
    ctx.signal.addEventListener('abort', () => void worker.shutdown(), { once: true })
    const { aborted } = await worker.done
    if (aborted[0] !== undefined) throw aborted[0].error
  },
}
