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
  #sink!: TransportSink
  #failure: Error | undefined
  #closed = false
  /** Inside `write` of the stream. */
  #writing = false
  /** What came in there, and after it until it has been handed on. */
  #early: Uint8Array[] | undefined

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
    const stream: Carrier = this.#stream
    this.#sink = sink
    stream[TRANSPORT] = this
    stream.on('drain', onDrain)
    stream.on('end', onEnd)
    stream.on('error', onError)
    stream.on('close', onClose)
    if (this.#read === undefined) {
      stream.on('data', onData)
      // It may have been paused so that nothing is lost before this.
      stream.resume()
    } else {
      this.#read((chunk) => {
        sink.data(chunk)
      })
    }
    // What a stream has emitted before it was handed over it does not emit again.
    if (stream.readableEnded) {
      afterMicrotasks(() => {
        this.ended()
      })
    }
    if (stream.closed || stream.destroyed) {
      this.#failure = stream.errored ?? undefined
      afterMicrotasks(() => {
        this.closed()
      })
    }
  }

  received(chunk: unknown): void {
    if (!(chunk instanceof Uint8Array)) this.#stream.destroy(new SteerError('misuse', NOT_BYTES))
    else if (this.#writing || this.#early !== undefined) this.#hold(chunk)
    else this.#sink.data(chunk)
  }

  /**
   * The streams of a pair in memory hand on what is written at once, so that an answer can be here before the write that it
   * answers has come back. Whoever writes is not called in the midst of it.
   */
  #hold(chunk: Uint8Array): void {
    if (this.#early === undefined) {
      this.#early = []
      afterMicrotasks(() => {
        this.#handOnEarly()
      })
    }
    this.#early.push(chunk)
  }

  #handOnEarly(): void {
    const early = this.#early
    this.#early = undefined
    for (const chunk of early ?? []) this.#sink.data(chunk)
  }

  drained(): void {
    this.#sink.drained()
  }

  ended(): void {
    this.#handOnEarly()
    this.#sink.ended()
  }

  failed(error: Error): void {
    this.#failure ??= error
  }

  closed(): void {
    if (this.#closed) return
    this.#closed = true
    this.#handOnEarly()
    this.#sink.transportClosed(this.#failure)
  }

  write(bytes: Uint8Array): boolean {
    const stream = this.#stream
    if (!stream.writable) return false
    const wasWriting = this.#writing
    this.#writing = true
    try {
      stream.write(bytes)
    } finally {
      this.#writing = wasWriting
    }
    return this.#reusesWrites && stream.writableLength === 0
  }

  end(): void {
    if (this.#stream.writable) this.#stream.end()
  }

  destroy(): void {
    this.#stream.destroy()
  }
}

const NOT_BYTES = 'the stream under a link must carry bytes, not strings or objects'

/** Where a stream has its transport: listeners find it there, so that all streams share them and none has five closures. */
const TRANSPORT = Symbol('coxswain.transport')

type Carrier = Duplex & { [TRANSPORT]?: StreamTransport }

function onData(this: Carrier, chunk: unknown): void {
  this[TRANSPORT]!.received(chunk)
}

function onDrain(this: Carrier): void {
  this[TRANSPORT]!.drained()
}

function onEnd(this: Carrier): void {
  this[TRANSPORT]!.ended()
}

function onError(this: Carrier, error: Error): void {
  this[TRANSPORT]!.failed(error)
}

function onClose(this: Carrier): void {
  this[TRANSPORT]!.closed()
}
