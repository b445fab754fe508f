/**
 * The balancer: master of `Health`. It listens, takes the reports of any number of workers, and shows who is there.
 *
 *     npx tsx examples/health/balancer.ts --port 7070
 */

import { parseArgs } from 'node:util'

import { listen, SteerError, type Link } from 'coxswain'

import { Board } from './board.ts'
import { Health } from './health.gen.ts'
import { onShutdown } from './shutdown.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '7070' },
    expect: { type: 'string', default: '' },
    seconds: { type: 'string' },
  },
})

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

async function listenOn(port: number): ReturnType<typeof listen> {
  return listen({
    port,
    security: 'none',
    serve: [health],
    onLink: (link) => {
      const workers = new Set<string>()
      workersOfLink.set(link, workers)
      void link.closed.then(() => {
        for (const worker of workers) board.lose(worker)
      })
    },
  })
}

/** The usual port, or a free one when somebody else has it. */
async function listenSomewhere(port: number): ReturnType<typeof listen> {
  try {
    return await listenOn(port)
  } catch (error) {
    if (SteerError.is(error) && (error.cause as { code?: string } | undefined)?.code === 'EADDRINUSE')
      return listenOn(0)
    throw error
  }
}

const server = await listenSomewhere(Number(values.port))
process.send?.({ port: server.port })
board.start(`balancer on port ${server.port}; another worker: npm run worker -- --name w4 --port ${server.port}`)

onShutdown(values.seconds === undefined ? undefined : Number(values.seconds), async () => {
  board.stop()
  await server.close({ deadlineMs: 1000 })
  const missing = values.expect.split(',').filter((name) => name !== '' && !board.hasReported(name))
  for (const name of missing) console.error(`${name} never reported`)
  return missing.length === 0 ? 0 : 1
})
