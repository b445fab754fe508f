/** `security: 'none'`: one hello in each direction, then frames. */

import { SteerError } from '../../base/errors.ts'
import { decodeHello, HELLO_BYTES } from '../../wire/hello.ts'
import type { Transport, TransportSink } from '../../wire/transport.ts'
import type { ChannelSink, LinkChannel } from './link-channel.ts'

export class PlainChannel implements LinkChannel, TransportSink {
  readonly #transport: Transport
  readonly #hello: Uint8Array
  readonly #initiator: boolean
  #sink!: ChannelSink
  /** What has come of the other hello, never longer than one; undefined once it is complete, or wrong. */
  #greeting: Uint8Array | undefined = NOTHING
  #failed = false

  /** @param hello of this side, encoded. */
  constructor(transport: Transport, hello: Uint8Array, initiator: boolean) {
    this.#transport = transport
    this.#hello = hello
    this.#initiator = initiator
  }

  get remoteAddress(): string | undefined {
    return this.#transport.remoteAddress
  }

  get pendingBytes(): number {
    return this.#transport.pendingBytes
  }

  get recordMaxBytes(): number {
    return Infinity
  }

  /** The side that dialled speaks first; the other stays silent until it has seen a good hello. */
  start(sink: ChannelSink): void {
    this.#sink = sink
    this.#transport.start(this)
    if (this.#initiator) this.#transport.write(this.#hello)
  }

  write(bytes: Uint8Array): boolean {
    return this.#transport.write(bytes)
  }

  end(): void {
    this.#transport.end()
  }

  destroy(): void {
    this.#transport.destroy()
  }

  data(chunk: Uint8Array): void {
    if (this.#failed) return
    const rest = this.#greeting === undefined ? chunk : this.#greeted(chunk, this.#greeting)
    if (rest === undefined || rest.length === 0) return
    this.#sink.data(rest)
    this.#sink.dataEnded()
  }

  drained(): void {
    this.#sink.drained()
  }

  ended(): void {
    this.#sink.ended()
  }

  transportClosed(error: Error | undefined): void {
    this.#sink.transportClosed(error)
  }

  /** Returns what follows the hello in the chunk, once it is complete. */
  #greeted(chunk: Uint8Array, before: Uint8Array): Uint8Array | undefined {
    const missing = HELLO_BYTES - before.length
    const greeting = Buffer.concat([before, chunk.subarray(0, missing)])
    this.#greeting = greeting
    try {
      const hello = decodeHello(greeting, !this.#initiator)
      if (hello === undefined) return undefined
      this.#greeting = undefined
      if (!this.#initiator) this.#transport.write(this.#hello)
      this.#sink.opened(hello, undefined)
      return chunk.subarray(missing)
    } catch (error) {
      this.#failed = true
      this.#sink.failed(SteerError.from(error))
      return undefined
    }
  }
}

const NOTHING = new Uint8Array(0)
