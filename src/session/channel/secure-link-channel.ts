/** A handshake, then frames in records. What decides is in `src/secure`; here bytes are moved. */

import { SteerError } from '../../base/errors.ts'
import type { PeerIdentity } from '../../base/peer-identity.ts'
import {
  createHandshake,
  type Handshake,
  type HandshakeStep,
  type OpenedChannel,
  type PreparedSecurity,
  type RecordSink,
  type SecureChannel,
} from '../../secure/index.ts'
import { decodeHello, HELLO_BYTES } from '../../wire/hello.ts'
import type { Transport, TransportSink } from '../../wire/transport.ts'
import type { ChannelSink, LinkChannel } from './link-channel.ts'

export { prepareSecurity } from '../../secure/index.ts'

export class SecureLinkChannel implements LinkChannel, TransportSink {
  readonly #transport: Transport
  readonly #security: PreparedSecurity
  /** Gone when it is through: an idle link needs nothing of it. */
  #handshake: Handshake | undefined
  #sink!: ChannelSink
  /** Set when the handshake is through. */
  #channel: SecureChannel | undefined
  #failed = false
  /** The closing record is out. */
  #ended = false
  #records!: RecordSink

  /** @param hello of this side, encoded: it crosses encrypted. */
  constructor(transport: Transport, hello: Uint8Array, security: PreparedSecurity) {
    this.#transport = transport
    this.#security = security
    this.#handshake = createHandshake({ role: security.role, security, payload: hello })
  }

  get remoteAddress(): string | undefined {
    return this.#transport.remoteAddress
  }

  get pendingBytes(): number {
    return this.#transport.pendingBytes
  }

  get recordMaxBytes(): number {
    return this.#channel?.dataMaxBytes ?? Infinity
  }

  start(sink: ChannelSink): void {
    this.#sink = sink
    this.#records = new Records(sink)
    this.#transport.start(this)
    this.#guarded(() => {
      const first = this.#handshake!.start()
      if (first !== undefined) this.#transport.write(first)
    })
  }

  /** What is sealed has been copied, so the memory is the caller's again at once. */
  write(bytes: Uint8Array): boolean {
    const channel = this.#channel
    if (channel === undefined || this.#failed || this.#ended) return true
    this.#guarded(() => {
      const out = takeBuffer(channel.sealedMaxBytes(bytes.length))
      const end = channel.seal(bytes, out)
      if (this.#transport.write(out.subarray(0, end))) giveBuffer(out)
    })
    return true
  }

  end(): void {
    const channel = this.#channel
    if (channel !== undefined && !this.#failed && !this.#ended) {
      this.#ended = true
      this.#guarded(() => {
        const out = new Uint8Array(channel.sealedMaxBytes(0))
        this.#transport.write(out.subarray(0, channel.sealClose(out)))
      })
    }
    this.#transport.end()
  }

  destroy(): void {
    this.#forget()
    this.#transport.destroy()
  }

  data(chunk: Uint8Array): void {
    if (this.#failed) return
    this.#guarded(() => {
      if (this.#channel === undefined) this.#take(this.#handshake!.read(chunk))
      else this.#channel.push(chunk, this.#records)
    })
    this.#sink.dataEnded()
  }

  drained(): void {
    this.#sink.drained()
  }

  ended(): void {
    this.#sink.ended()
  }

  transportClosed(error: Error | undefined): void {
    this.#forget()
    this.#sink.transportClosed(error)
  }

  #take({ send, authorize, opened }: HandshakeStep): void {
    if (send !== undefined) this.#transport.write(send)
    if (authorize !== undefined) void this.#authorize(authorize)
    if (opened !== undefined) this.#opened(opened)
  }

  async #authorize(peer: PeerIdentity): Promise<void> {
    let allowed = false
    let cause: unknown
    try {
      // Programs that were not compiled return anything.
      allowed = ((await this.#security.authorize!(peer)) as unknown) === true
    } catch (error) {
      cause = error
    }
    if (this.#failed) return
    this.#guarded(() => {
      if (cause !== undefined) throw new SteerError('handshake_failed', 'security.authorize has thrown', { cause })
      this.#take(this.#handshake!.decide(allowed))
    })
  }

  #opened({ channel, remotePayload, peer, rest }: OpenedChannel): void {
    const initiator = this.#security.role === 'initiator'
    const hello = decodeHello(remotePayload, !initiator, this.#security.suiteNumber)
    if (hello === undefined || remotePayload.length !== HELLO_BYTES) {
      throw new SteerError('handshake_failed', 'the handshake does not carry exactly a hello')
    }
    this.#channel = channel
    this.#handshake = undefined
    this.#sink.opened(hello, peer)
    channel.push(rest, this.#records)
  }

  #guarded(run: () => void): void {
    try {
      run()
    } catch (error) {
      if (this.#failed) return
      this.#forget()
      this.#sink.failed(SteerError.from(error))
    }
  }

  /** No byte goes in or out any more. */
  #forget(): void {
    this.#failed = true
    this.#handshake?.destroy()
    this.#channel?.destroy()
  }
}

/** Tells the link what records carry. A class: a literal would have two closures for each idle link. */
class Records implements RecordSink {
  readonly #sink: ChannelSink

  constructor(sink: ChannelSink) {
    this.#sink = sink
  }

  data(plain: Uint8Array): void {
    this.#sink.data(plain)
  }

  /** The frames before it should have said that the link is over. Where they have not, waiting for more is of no use. */
  closed(): void {
    this.#sink.ended()
  }
}

/** One buffer serves all links for as long as their transports hand it back at once. */
let spare: Uint8Array | undefined
const SPARE_MAX_BYTES = 256 * 1024

function takeBuffer(bytes: number): Uint8Array {
  const buffer = spare
  if (buffer === undefined || buffer.length < bytes) return new Uint8Array(Math.max(bytes, 16 * 1024))
  spare = undefined
  return buffer
}

function giveBuffer(buffer: Uint8Array): void {
  if (buffer.length <= SPARE_MAX_BYTES) spare = buffer
}
