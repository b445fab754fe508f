/** Two links over a transport that delivers nothing by itself: one frame at a time, when the test says so. */

import type { Link, ServeEntry } from 'coxswain'
import { openLink } from '../../src/session/index.ts'
import { SimulatedClock } from '../../src/testing/simulated-clock.ts'
import type { End } from 'coxswain/testing'
import type { Transport, TransportSink } from '../../src/wire/transport.ts'

/** A frame without its length, or what ends a direction. */
type Piece = Uint8Array | 'end' | 'reset'

const BOUNDLESS = { opensBurst: 1_000_000_000, discardsBurst: 1_000_000_000 }

export class HeldTransport implements Transport {
  readonly remoteAddress = undefined
  readonly pendingBytes = 0
  /** On its way to this end. */
  readonly pieces: Piece[] = []
  other!: HeldTransport
  #sink: TransportSink | undefined
  #endSent = false
  #endReceived = false
  closed = false
  /** Before both hellos are through, bytes are no frames. */
  framed = false

  start(sink: TransportSink): void {
    this.#sink = sink
  }

  write(bytes: Uint8Array): boolean {
    if (this.closed || this.#endSent) return false
    let rest = Buffer.from(bytes)
    if (!this.framed) {
      this.other.pieces.push(rest)
      return true
    }
    for (; rest.length > 0; rest = rest.subarray(4 + rest.readUInt32BE())) {
      this.other.pieces.push(rest.subarray(0, 4 + rest.readUInt32BE()))
    }
    return true
  }

  end(): void {
    if (this.closed || this.#endSent) return
    this.#endSent = true
    this.other.pieces.push('end')
    this.#closeIfDone()
  }

  destroy(): void {
    if (this.closed) return
    this.other.pieces.push('reset')
    this.#close(undefined)
  }

  /** Hands over the oldest piece. */
  deliver(): void {
    const piece = this.pieces.shift()
    if (piece === undefined || this.closed || this.#sink === undefined) return
    if (piece === 'reset') this.#close(new Error('the other end was destroyed'))
    else if (piece === 'end') {
      this.#endReceived = true
      this.#sink.ended()
      this.#closeIfDone()
    } else this.#sink.data(piece)
  }

  #closeIfDone(): void {
    if (this.#endSent && this.#endReceived) this.#close(undefined)
  }

  #close(error: Error | undefined): void {
    if (this.closed) return
    this.closed = true
    this.#sink?.transportClosed(error)
  }
}

export interface HeldLinks {
  readonly links: Readonly<Record<End, Link>>
  readonly transports: Readonly<Record<End, HeldTransport>>
}

/** Everything that is ready has run: microtasks, and the ticks between them. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

export async function openHeldLinks(serveSecond: readonly ServeEntry[]): Promise<HeldLinks> {
  const transports = { first: new HeldTransport(), second: new HeldTransport() }
  transports.first.other = transports.second
  transports.second.other = transports.first
  const clock = new SimulatedClock()
  const settings = { security: 'none', limits: BOUNDLESS } as const
  const opened = Promise.all([
    openLink(transports.first, { ...settings, initiator: true }, clock),
    openLink(transports.second, { ...settings, initiator: false, serve: serveSecond }, clock),
  ])
  for (let turn = 0; turn < 4; turn++) {
    await settle()
    transports.second.deliver()
    transports.first.deliver()
  }
  const [first, second] = await opened
  transports.first.framed = true
  transports.second.framed = true
  return { links: { first, second }, transports }
}

/** Delivers all there is, and what comes of it. */
export async function deliverAll({ first, second }: HeldLinks['transports']): Promise<void> {
  await settle()
  while (first.pieces.length + second.pieces.length > 0) {
    first.deliver()
    second.deliver()
    await settle()
  }
}
