/** Streams of bytes between a reactor and an isolate, beside the messages about hooks and on the same way. The isolate opens them. */

export interface ByteSink {
  bytes(bytes: Uint8Array): void
  /** Nothing comes any more. Called once. */
  closed(): void
}

export interface ByteStream {
  /** Begins to deliver: first what came before. */
  start(sink: ByteSink): void
  /** The bytes are copied. */
  write(bytes: Uint8Array): void
  /** Idempotent; the sink of either end hears of it. */
  close(): void
}

export interface StreamMessage {
  readonly type: 'stream'
  readonly id: number
  /** Undefined where the stream is closed. */
  readonly bytes: Uint8Array | undefined
}

interface OpenStream extends ByteStream {
  receive(bytes: Uint8Array | undefined): void
}

/** All streams of one isolate, as one of the two ends has them. */
export class ByteStreams {
  readonly #send: (message: StreamMessage) => void
  readonly #onOpened: (stream: ByteStream) => void
  readonly #streams = new Map<number, OpenStream>()
  /** Numbers grow: what comes for one that is not there any more is late. */
  #latest = 0

  /** @param onOpened called with each stream that the other end opens. */
  constructor(send: (message: StreamMessage) => void, onOpened: (stream: ByteStream) => void = () => undefined) {
    this.#send = send
    this.#onOpened = onOpened
  }

  open(): ByteStream {
    return this.#create(this.#latest + 1)
  }

  receive({ id, bytes }: StreamMessage): void {
    const isNew = id > this.#latest
    const stream = isNew ? this.#create(id) : this.#streams.get(id)
    stream?.receive(bytes)
    if (isNew && stream !== undefined) this.#onOpened(stream)
  }

  /** The other end is gone. */
  close(): void {
    for (const stream of [...this.#streams.values()]) stream.receive(undefined)
  }

  #create(id: number): OpenStream {
    this.#latest = id
    const early: Uint8Array[] = []
    let sink: ByteSink | undefined
    let over = false
    const end = (): boolean => {
      if (over) return false
      over = true
      this.#streams.delete(id)
      sink?.closed()
      return true
    }
    const stream: OpenStream = {
      start: (given) => {
        sink = given
        for (const bytes of early.splice(0)) sink.bytes(bytes)
        if (over) sink.closed()
      },
      write: (bytes) => {
        if (!over) this.#send({ type: 'stream', id, bytes: bytes.slice() })
      },
      close: () => {
        if (end()) this.#send({ type: 'stream', id, bytes: undefined })
      },
      receive: (bytes) => {
        if (bytes === undefined) end()
        else if (sink === undefined) early.push(bytes)
        else sink.bytes(bytes)
      },
    }
    this.#streams.set(id, stream)
    return stream
  }
}
