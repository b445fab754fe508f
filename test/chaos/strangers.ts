/** Who else may turn up on a port, or be found on one. */

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer, request } from 'node:http'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'

export interface Visit {
  /** Bytes that came back before the connection ended. */
  readonly heardBytes: number
  readonly elapsedMs: number
}

/** Turn up, behave as they do, and see how long they are borne. Silence is ended by the listener or by nobody. */
export const VISITORS: Readonly<Record<string, (port: number) => Promise<Visit>>> = {
  silence: (port) => visit(port, () => undefined),
  'a FIN': (port) => visit(port, (socket) => socket.end()),
  'an RST': (port) => visit(port, (socket) => socket.resetAndDestroy()),
  zeros: (port) => visit(port, (socket) => socket.write(Buffer.alloc(64))),
  'random bytes': (port) => visit(port, (socket) => socket.write(randomBytes(2000))),
  'half of a hello': (port) => visit(port, (socket) => socket.write('CXSN\x01')),
  'HTTP in person': async (port) => {
    const begin = performance.now()
    const sent = request({ port, host: '127.0.0.1', agent: false })
    sent.end()
    // Whatever comes is no HTTP; a reply would be one.
    await Promise.race([once(sent, 'close'), once(sent, 'error')]).catch(() => undefined)
    return { heardBytes: sent.socket?.bytesRead ?? 0, elapsedMs: performance.now() - begin }
  },
  'TLS in person': (port) => watch(connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }), () => undefined),
}

function visit(port: number, act: (socket: Socket) => unknown): Promise<Visit> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  return watch(socket, () => socket.once('connect', () => act(socket)))
}

async function watch(socket: Socket, begin: () => unknown): Promise<Visit> {
  const began = performance.now()
  let heardBytes = 0
  socket.on('data', (chunk) => {
    heardBytes += chunk.length
  })
  socket.on('error', () => undefined)
  begin()
  await new Promise((resolve) => socket.once('close', resolve))
  return { heardBytes: Math.max(heardBytes, socket.bytesRead), elapsedMs: performance.now() - began }
}

export interface Host {
  readonly port: number
  close(): Promise<void>
}

/** Are found on the port that somebody dials. */
export const HOSTS: Readonly<Record<string, () => Promise<Host>>> = {
  silence: () => host(createServer(() => undefined)),
  'one that hangs up': () => host(createServer((socket) => socket.end())),
  'one that resets': () => host(createServer((socket) => socket.resetAndDestroy())),
  'an echo': () => host(createServer((socket) => socket.pipe(socket))),
  'random bytes': () => host(createServer((socket) => socket.write(randomBytes(2000)))),
  HTTP: () => host(createHttpServer()),
  TLS: () => host(createTlsServer({ ciphers: 'PSK', maxVersion: 'TLSv1.2', pskCallback: () => null })),
}

/** Listens on a port of its own; closing ends the connections as well. */
export async function host(server: Server): Promise<Host> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async (): Promise<void> => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return { port: (server.address() as AddressInfo).port, close }
}
