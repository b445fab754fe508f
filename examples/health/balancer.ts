/** The balancer, a service: master of `Health`. It takes the reports of any number of workers, and shows who is there. */

import type { Link } from 'coxswain'
import { serveService, type Service } from 'coxswain/reactor'

import { Board } from './board.ts'
import { Health } from './health.gen.ts'
import { linkSettings, type Fleet } from './services.ts'

const board = new Board()
const workersOfLink = new WeakMap<Link, Set<string>>()

const health = Health.master.with(
  {
    // The keepalive that tells the worker "handled" goes out when this returns.
    status: ({ message, link, metadata }) => {
      metadata.report(message)
      workersOfLink.get(link)?.add(message.service)
    },
  },
  { metadata: board },
)

export const service: Service<Fleet> = {
  main: async (fleet, ctx) => {
    const serving = serveService<Fleet>({
      port: fleet.port,
      ...linkSettings(),
      serve: [health],
      onListening: () => board.start(`balancer on port ${fleet.port}, process ${process.pid}`),
      onLink: (link) => {
        const workers = new Set<string>()
        workersOfLink.set(link, workers)
        void link.closed.then(({ error }) => {
          for (const worker of workers) board.leave(worker, error === undefined ? 'gone' : 'lost')
        })
      },
    })
    try {
      await serving.main(fleet, ctx)
    } finally {
      board.stop()
    }
  },
}
