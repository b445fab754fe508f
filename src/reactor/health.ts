/** Health over HTTP, for whatever probes a process from outside. It says what runs, and never why something failed. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { SteerError } from '../base/errors.ts'
import type { ServiceSnapshot } from './snapshot.ts'

export interface HealthOptions {
  /** 0 takes a free one, which `healthPort` tells. */
  readonly port: number
  /** Default `127.0.0.1`. Anything else lets whoever reaches it see the names and states of the services. */
  readonly host?: string | undefined
}

export interface HealthView {
  /** False as soon as a shutdown begins, and while any service that should run does not. */
  isReady(): boolean
  services(): readonly ServiceSnapshot[]
}

export interface HealthServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * Serves `/live` (200 while the event loop turns), `/ready` (200 or 503) and `/services` (JSON).
 *
 * @throws SteerError `unavailable` where the port cannot be had.
 */
export async function serveHealth(options: HealthOptions, view: HealthView): Promise<HealthServer> {
  const { port, host = '127.0.0.1' } = options
  // Whoever is slow holds one of few connections: none may hold it for long.
  const times = { headersTimeout: 2000, requestTimeout: 5000, connectionsCheckingInterval: 500 }
  const server = createServer(times, (request, response) => answer(request, response, view))
  server.maxConnections = 64
  await listening(server, port, host)
  // Nothing that a prober does to its connection is the reactor's business.
  server.on('error', () => undefined)
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(SteerError.from(error, 'unavailable', 'health cannot be served')))
    server.listen(port, host, () => resolve())
  })
}

function answer(request: IncomingMessage, response: ServerResponse, view: HealthView): void {
  const [pathname] = (request.url ?? '').split('?', 1)
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return reply(response, 405, { error: 'GET and HEAD alone' })
  switch (pathname) {
    case '/live':
      return reply(response, 200, { live: true })
    case '/ready': {
      const ready = view.isReady()
      return reply(response, ready ? 200 : 503, { ready })
    }
    case '/services':
      return reply(response, 200, { services: view.services() })
    default:
      return reply(response, 404, { error: 'there are /live, /ready and /services' })
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  const text = `${JSON.stringify(body)}\n`
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(text)
}
