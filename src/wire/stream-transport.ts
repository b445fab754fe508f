/** Any Node `Duplex` of bytes as a transport: sockets, TLS sockets, pairs in memory. */

import type { Duplex } from 'node:stream'

import { afterMicrotasks } from '../base/clock.ts'
import { SteerError } from '../base/errors.ts'
import type { Transport, TransportSink } from './transport.ts'

/**
 * @param options.remoteAddress for logs.
 * @param options.reusesWrites true for streams that have copied or sent the bytes once `writableLength` is 0: kernel sockets,
 * not streams that pass their chunks on by reference.
 */
export function createStreamTransport(
  stream: Duplex,
  options: { readonly remoteAddress?: string | undefined; readonly reusesWrites?: boolean } = {},
): Transport {
  return new StreamTransport(stream, options.remoteAddress, options.reusesWrites === true)
}

/** A class, not a literal with getters: V8 would make a shape of its own for each of these, and each idle link pay for it. */
class StreamTransport implements Transport {
  readonly remoteAddress: string | undefined
  readonly #stream: Duplex
  readonly #reusesWrites: boolean
  #failure: Error | undefined
  #closed = false

  constructor(stream: Duplex, remoteAddress: string | undefined, reusesWrites: boolean) {
    this.#stream = stream
    this.remoteAddress = remoteAddress
    this.#reusesWrites = reusesWrites
  }

  get pendingBytes(): number {
    return this.#stream.writableLength
  }

  start(sink: TransportSink): void {
    const stream = this.#stream
    stream.on('data', (chunk: unknown) => {
      if (chunk instanceof Uint8Array) sink.data(chunk)
      else stream.destroy(new SteerError('misuse', 'the stream under a link must carry bytes, not strings or objects'))
    })
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
