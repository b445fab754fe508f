/** A TCP proxy in the path of one connection, which does to it what a fault says, and keeps what each side has sent. */

import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

import { otherSide, type Fault, type Side } from './faults.ts'
import { createMangler, type Mangled, type Mangler } from './mangler.ts'
import type { Wire } from './units.ts'

export interface ProxyOptions {
  /** The port that is proxied. */
  readonly port: number
  readonly wire: Wire
  /** Done to every connection. */
  readonly fault?: Fault | undefined
  /** For `delay`: so long before each chunk, in ms. Default 1. */
  readonly delayMs?: number | undefined
}

export interface Proxy {
  readonly port: number
  /** What each side has sent, over all connections, before anything was done to it. */
  readonly sent: Readonly<Record<Side, readonly Buffer[]>>
  /** Whether the fault has been committed. */
  readonly fired: boolean
  /** Connections that are still there. */
  readonly open: number
  close(): Promise<void>
}

export async function createProxy(options: ProxyOptions): Promise<Proxy> {
  const sent: Record<Side, Buffer[]> = { initiator: [], responder: [] }
  const paths = new Set<Path>()
  let fired = false
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ port: options.port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const path = new Path(near, far, options, (side, chunk) => sent[side].push(Buffer.from(chunk)))
    paths.add(path)
    path.onOver = () => {
      fired ||= path.fired
      paths.delete(path)
    }
  })
  await listening(server)
  return {
    port: (server.address() as AddressInfo).port,
    sent,
    get fired() {
      return fired || [...paths].some((path) => path.fired)
    },
    get open() {
      return paths.size
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const path of paths) path.destroy()
      await closed
    },
  }
}

async function listening(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
}

/** One connection through the proxy. */
class Path {
  onOver: () => void = () => undefined
  readonly #sockets: Readonly<Record<Side, Socket>>
  readonly #manglers: Readonly<Record<Side, Mangler>>
  readonly #options: ProxyOptions
  readonly #record: (side: Side, chunk: Uint8Array) => void
  /** Sides of which nothing is passed on any more, their end included. */
  readonly #muted = new Set<Side>()
  #delayed: Promise<void> = Promise.resolve()

  constructor(near: Socket, far: Socket, options: ProxyOptions, record: (side: Side, chunk: Uint8Array) => void) {
    this.#sockets = { initiator: near, responder: far }
    this.#options = options
    this.#record = record
    this.#manglers = {
      initiator: createMangler(options.fault, options.wire, 'initiator'),
      responder: createMangler(options.fault, options.wire, 'responder'),
    }
    this.#follow('initiator')
    this.#follow('responder')
  }

  get fired(): boolean {
    return this.#manglers.initiator.fired || this.#manglers.responder.fired
  }

  destroy(): void {
    this.#sockets.initiator.destroy()
    this.#sockets.responder.destroy()
  }

  #follow(side: Side): void {
    const socket = this.#sockets[side]
    socket.on('data', (chunk) => {
      this.#record(side, chunk)
      this.#soon(() => {
        if (!this.#muted.has(side)) this.#pass(side, this.#manglers[side].take(chunk))
      })
    })
    socket.on('end', () => {
      this.#soon(() => {
        if (this.#muted.has(side)) return
        this.#write(otherSide(side), this.#manglers[side].rest())
        this.#sockets[otherSide(side)].end()
      })
    })
    // A reset on one side is a reset on the other.
    socket.on('error', () => {
      if (!this.#muted.has(side)) this.#sockets[otherSide(side)].resetAndDestroy()
    })
    socket.on('close', () => {
      const { initiator, responder } = this.#sockets
      if (initiator.destroyed && responder.destroyed) this.onOver()
    })
  }

  #pass(side: Side, { forward, back, end }: Mangled): void {
    for (const bytes of forward) this.#write(otherSide(side), bytes)
    if (back !== undefined) this.#write(side, back)
    const { initiator, responder } = this.#sockets
    if (end === 'rst') {
      initiator.resetAndDestroy()
      responder.resetAndDestroy()
    } else if (end !== undefined) {
      this.#muted.add(side)
      if (end !== 'mute') this.#muted.add(otherSide(side))
    }
    if (end === 'fin') {
      initiator.end()
      responder.end()
    } else if (end !== undefined) this.#closeWhenLeft()
  }

  /** Whoever has vanished answers no FIN, so that a side that gives up would be half open here for ever. */
  #closeWhenLeft(): void {
    for (const socket of Object.values(this.#sockets)) socket.on('end', () => socket.destroy())
  }

  #write(side: Side, bytes: Uint8Array): void {
    const socket = this.#sockets[side]
    if (bytes.length > 0 && socket.writable) socket.write(bytes)
  }

  /** At once, or after the delay of the fault, in order. */
  #soon(call: () => void): void {
    if (this.#options.fault?.kind !== 'delay') call()
    else {
      this.#delayed = this.#delayed.then(async () => {
        await wait(this.#options.delayMs ?? 1)
        call()
      })
    }
  }
}
