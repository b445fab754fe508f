/** Any Node `Duplex` of bytes as a transport: sockets, TLS sockets, pairs in memory. */

import type { Duplex } from 'node:stream'

import { afterMicrotasks } from '../base/clock.ts'
import { SteerError } from '../base/errors.ts'
import type { Transport, TransportSink } from './transport.ts'

export interface StreamOptions {
  readonly remoteAddress?: string | undefined
  readonly reusesWrites?: boolean
  readonly read?: ((take: (chunk: Uint8Array) => void) => void) | undefined
}

/**
 * @param options.remoteAddress for logs.
 * @param options.reusesWrites true for streams that have copied or sent the bytes once `writableLength` is 0: kernel sockets,
 * not streams that pass their chunks on by reference.
 * @param options.read begins to read, where chunks do not come as `data` of the stream.
 */
export function createStreamTransport(stream: Duplex, options: StreamOptions = {}): Transport {
  return new StreamTransport(stream, options)
}

/** A class, not a literal with getters: V8 would make a shape of its own for each of these, and each idle link pay for it. */
class StreamTransport implements Transport {
  readonly remoteAddress: string | undefined
  readonly #stream: Duplex
  readonly #reusesWrites: boolean
  readonly #read: StreamOptions['read']
  #failure: Error | undefined
  #closed = false

  constructor(stream: Duplex, { remoteAddress, reusesWrites = false, read }: StreamOptions) {
    this.#stream = stream
    this.remoteAddress = remoteAddress
    this.#reusesWrites = reusesWrites
    this.#read = read
  }

  get pendingBytes(): number {
    return this.#stream.writableLength
  }

  start(sink: TransportSink): void {
    const stream = this.#stream
    stream.on('drain', () => {
      sink.drained()
    })
    stream.on('end', () => {
      sink.ended()
    })
    stream.on('error', (error: Error) => {
      this.#failure ??= error
    })
    const onClose = (): void => {
      if (this.#closed) return
      this.#closed = true
      sink.transportClosed(this.#failure)
    }
    stream.on('close', onClose)
    if (this.#read === undefined) {
      stream.on('data', (chunk: unknown) => {
        if (chunk instanceof Uint8Array) sink.data(chunk)
        else
          stream.destroy(new SteerError('misuse', 'the stream under a link must carry bytes, not strings or objects'))
      })
    } else {
      this.#read((chunk) => {
        sink.data(chunk)
      })
    }
    // A stream that died before it was handed over emits nothing any more.
    if (stream.closed || stream.destroyed) {
      this.#failure = stream.errored ?? undefined
      afterMicrotasks(onClose)
    }
  }

  write(bytes: Uint8Array): boolean {
    const stream = this.#stream
    if (!stream.writable) return false
    stream.write(bytes)
    return this.#reusesWrites && stream.writableLength === 0
  }

  end(): void {
    if (this.#stream.writable) this.#stream.end()
  }

  destroy(): void {
    this.#stream.destroy()
  }
}
