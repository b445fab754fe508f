/** TCP and unix sockets: the only file that knows `node:net`. */

import { connect, createServer, isIP, type AddressInfo, type Socket } from 'node:net'

import { SteerError } from '../base/errors.ts'
import { createStreamTransport } from './stream-transport.ts'
import type { Transport } from './transport.ts'

/** Where to listen or to dial: a TCP port, or the path of a unix socket. */
export type SocketAddress = { readonly host: string; readonly port: number } | { readonly path: string }

export interface SocketServer {
  /** The address in use: with the real port where 0 was asked for. */
  readonly address: SocketAddress
  /** Takes no new connections; resolves when the socket is closed. Accepted connections go on. */
  close(): Promise<void>
}

/** True for what cannot be reached from another machine. Names count only as `localhost`: others may resolve to anything. */
export function isLoopback(address: SocketAddress): boolean {
  if ('path' in address) return true
  const host = address.host.toLowerCase()
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/**
 * Dials.
 *
 * @throws SteerError `unavailable` when the connection fails, with Node's error as cause.
 */
export function dialSocket(address: SocketAddress, onCancel: (cancel: () => void) => void): Promise<Transport> {
  return new Promise((resolve, reject) => {
    let take: ((chunk: Uint8Array) => void) | undefined
    const callback = (length: number, buffer: Uint8Array): boolean => {
      take?.(buffer.subarray(0, length))
      return true
    }
    const socket = connect({ ...address, noDelay: true, onread: { buffer: readBuffer(), callback } })
    // Nothing is read before there is somebody to take it.
    socket.pause()
    onCancel(() => socket.destroy())
    const fail = (error?: Error): void => {
      const detail = error === undefined ? 'given up' : ((error as NodeJS.ErrnoException).code ?? error.name)
      reject(new SteerError('unavailable', `cannot connect to ${formatAddress(address)}: ${detail}`, { cause: error }))
    }
    socket.once('error', fail)
    socket.once('close', fail)
    socket.once('connect', () => {
      socket.off('error', fail)
      socket.off('close', fail)
      const read = (taker: (chunk: Uint8Array) => void): void => {
        take = taker
        socket.resume()
      }
      resolve(createSocketTransport(socket, read))
    })
  })
}

/**
 * One buffer serves all sockets that were dialled, since what is read into it is taken before anything else is read: a buffer of
 * their own for each read would cost more than to read. Node offers this for sockets that dial, not for those that were accepted.
 */
function readBuffer(): Uint8Array {
  sharedRead ??= Buffer.allocUnsafeSlow(READ_BYTES)
  return sharedRead
}

/** As much as Node reads at once. */
const READ_BYTES = 65_536
let sharedRead: Uint8Array | undefined

/**
 * Listens, and hands over each connection as it comes.
 *
 * @throws SteerError `unavailable` when the address cannot be had, with Node's error as cause.
 */
export function listenSocket(
  address: SocketAddress,
  onTransport: (transport: Transport) => void,
): Promise<SocketServer> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true }, (socket) => onTransport(createSocketTransport(socket)))
    server.once('error', (error: NodeJS.ErrnoException) => {
      const detail = error.code ?? error.name
      reject(new SteerError('unavailable', `cannot listen on ${formatAddress(address)}: ${detail}`, { cause: error }))
    })
    server.listen(address, () => {
      // After this point errors concern single connections (no descriptors left, for instance); the server goes on.
      server.on('error', () => undefined)
      resolve({
        address: describeListening(server.address(), address),
        close: () =>
          new Promise((done) => {
            server.close(() => {
              done()
            })
          }),
      })
    })
  })
}

/** `host:port`, `[host]:port` or the path. */
export function formatAddress(address: SocketAddress): string {
  if ('path' in address) return address.path
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`
}

function describeListening(listening: AddressInfo | string | null, asked: SocketAddress): SocketAddress {
  return listening === null || typeof listening === 'string' ? asked : { host: listening.address, port: listening.port }
}

function createSocketTransport(socket: Socket, read?: (take: (chunk: Uint8Array) => void) => void): Transport {
  const { remoteAddress: host, remotePort: port } = socket
  return createStreamTransport(socket, {
    remoteAddress: host === undefined || port === undefined ? undefined : formatAddress({ host, port }),
    reusesWrites: true,
    read,
  })
}
