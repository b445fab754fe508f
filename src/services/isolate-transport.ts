/** A stream of bytes between a reactor and an isolate, as a link needs it: over the port of a thread, over the channel of a process. */

import { afterMicrotasks } from '../base/clock.ts'
import type { ByteStream } from '../reactor/index.ts'
import type { Transport, TransportSink } from '../wire/transport.ts'

/** The end of one direction: no piece of a link is empty. */
const END = new Uint8Array(0)

export function createIsolateTransport(stream: ByteStream): Transport {
  return new IsolateTransport(stream)
}

class IsolateTransport implements Transport {
  readonly remoteAddress = undefined
  /** What waits is not known here; the windows of the sessions bound it. */
  readonly pendingBytes = 0
  readonly #stream: ByteStream
  #sink: TransportSink | undefined
  #endSent = false
  #endReceived = false
  #closed = false

  constructor(stream: ByteStream) {
    this.#stream = stream
  }

  start(sink: TransportSink): void {
    this.#sink = sink
    this.#stream.start({
      bytes: (bytes) => {
        if (!this.#closed && !this.#endReceived) this.#receive(sink, bytes)
      },
      closed: () => this.#close(),
    })
  }

  write(bytes: Uint8Array): boolean {
    if (bytes.length > 0 && !this.#endSent && !this.#closed) this.#stream.write(bytes)
    return true
  }

  end(): void {
    if (this.#endSent || this.#closed) return
    this.#endSent = true
    this.#stream.write(END)
    this.#closeIfDone()
  }

  destroy(): void {
    this.#stream.close()
  }

  #receive(sink: TransportSink, bytes: Uint8Array): void {
    if (bytes.length > 0) return sink.data(bytes)
    this.#endReceived = true
    sink.ended()
    this.#closeIfDone()
  }

  #closeIfDone(): void {
    if (this.#endSent && this.#endReceived) this.#stream.close()
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    afterMicrotasks(() => this.#sink?.transportClosed(undefined))
  }
}
