/** Two transports joined in memory. Bytes arrive in later turns of the event loop, in order, as over a socket. */

import { afterMicrotasks } from '../base/clock.ts'
import type { Transport, TransportSink } from './transport.ts'

/** Makes the pair. Whatever one end writes, the other gets; ending and dropping work as on a socket. */
export function createMemoryPair(): readonly [Transport, Transport] {
  const first = new MemoryTransport()
  const second = new MemoryTransport()
  first.other = second
  second.other = first
  return [first, second]
}

class MemoryTransport implements Transport {
  readonly remoteAddress = undefined
  other!: MemoryTransport
  pendingBytes = 0
  #sink: TransportSink | undefined
  #endSent = false
  #endReceived = false
  #closed = false
  /** Deliveries that came before `start`. */
  readonly #early: (() => void)[] = []

  start(sink: TransportSink): void {
    this.#sink = sink
    for (const deliver of this.#early.splice(0)) afterMicrotasks(deliver)
  }

  write(bytes: Uint8Array): boolean {
    if (this.#endSent || this.#closed) return false
    const { length } = bytes
    this.pendingBytes += length
    this.other.#deliver((sink) => {
      this.pendingBytes -= length
      sink.data(bytes)
      if (this.pendingBytes === 0) this.#sink?.drained()
    })
    return false
  }

  end(): void {
    if (this.#endSent || this.#closed) return
    this.#endSent = true
    this.other.#deliver((sink) => {
      this.other.#endReceived = true
      sink.ended()
      this.other.#closeIfDone()
    })
    this.#closeIfDone()
  }

  destroy(): void {
    if (this.#closed) return
    this.#close(undefined)
    this.other.#deliver(() => {
      this.other.#close(new Error('the other end of the pair was destroyed'))
    })
  }

  #deliver(delivery: (sink: TransportSink) => void): void {
    const deliver = (): void => {
      if (this.#sink !== undefined && !this.#closed) delivery(this.#sink)
    }
    if (this.#sink === undefined) this.#early.push(deliver)
    else afterMicrotasks(deliver)
  }

  #closeIfDone(): void {
    if (this.#endSent && this.#endReceived) this.#close(undefined)
  }

  #close(error: Error | undefined): void {
    if (this.#closed) return
    this.#closed = true
    this.pendingBytes = 0
    afterMicrotasks(() => this.#sink?.transportClosed(error))
  }
}
