/** Sockets of the hand-written peers: TCP, or TLS 1.3 with one cipher. */

import { connect as connectPlain, createServer, type AddressInfo, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'

import { createCertificate } from './certificate.ts'
import type { Job } from './peer.ts'

const CIPHERS: Readonly<Record<string, string>> = {
  AESGCM: 'TLS_AES_256_GCM_SHA384',
  ChaChaPoly: 'TLS_CHACHA20_POLY1305_SHA256',
}

export function listenOn({ options }: Job, onSocket: (socket: Socket) => void): Promise<number> {
  const { tls } = options
  const server =
    tls === undefined
      ? createServer({ noDelay: true }, onSocket)
      : createTlsServer({ ...createCertificate(), minVersion: 'TLSv1.3', ciphers: cipherOf(tls) }, (socket) => {
          socket.setNoDelay(true)
          onSocket(socket)
        })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => resolve((server.address() as AddressInfo).port))
  })
}

export function dial({ options }: Job, port: number): Promise<Socket> {
  const { tls } = options
  return new Promise((resolve, reject) => {
    const address = { host: '127.0.0.1', port }
    const socket =
      tls === undefined
        ? connectPlain({ ...address, noDelay: true })
        : connectTls({ ...address, rejectUnauthorized: false, minVersion: 'TLSv1.3', ciphers: cipherOf(tls) })
    socket.once('error', reject)
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      socket.setNoDelay(true)
      resolve(socket)
    })
  })
}

function cipherOf(name: string): string {
  const cipher = CIPHERS[name]
  if (cipher === undefined) throw new Error(`there is no cipher ${name}`)
  return cipher
}
