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
  let failure: Error | undefined
  let closed = false
  return {
    remoteAddress: options.remoteAddress,
    get pendingBytes() {
      return stream.writableLength
    },
    start(sink: TransportSink): void {
      stream.on('data', (chunk: unknown) => {
        if (chunk instanceof Uint8Array) sink.data(chunk)
        else
          stream.destroy(new SteerError('misuse', 'the stream under a link must carry bytes, not strings or objects'))
      })
      stream.on('drain', () => {
        sink.drained()
      })
      stream.on('end', () => {
        sink.ended()
      })
      stream.on('error', (error: Error) => {
        failure ??= error
      })
      const onClose = (): void => {
        if (closed) return
        closed = true
        sink.transportClosed(failure)
      }
      stream.on('close', onClose)
      // A stream that died before it was handed over emits nothing any more.
      if (stream.closed || stream.destroyed) afterMicrotasks(onClose)
    },
    write(bytes: Uint8Array): boolean {
      if (!stream.writable) return false
      stream.write(bytes)
      return options.reusesWrites === true && stream.writableLength === 0
    },
    end(): void {
      if (stream.writable) stream.end()
    },
    destroy(): void {
      stream.destroy()
    },
  }
}
