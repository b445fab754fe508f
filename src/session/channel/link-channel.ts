/** What stands between the frames of a link and its transport: nothing but a hello, or a handshake and records. */

import type { SteerError } from '../../base/errors.ts'
import type { PeerIdentity } from '../../base/peer-identity.ts'
import type { Hello } from '../../wire/hello.ts'
import type { Transport, TransportSink } from '../../wire/transport.ts'

/** As a transport, but for the bytes of frames alone. Frames may be written from `opened` on. */
export interface LinkChannel extends Omit<Transport, 'start'> {
  /** Begins to open. Called once, before anything else. */
  start(sink: ChannelSink): void
  /** Most bytes that one record carries; Infinity where there are no records. */
  readonly recordMaxBytes: number
}

export interface ChannelSink extends TransportSink {
  /** The other side is there and has said what it takes in. Called once, before the first `data`. */
  opened(hello: Hello, peer: PeerIdentity | undefined): void
  /** All of what arrived together has been told by `data`: now is the time to answer. */
  dataEnded(): void
  /** The other side is none, or its bytes have been altered. Nothing comes any more, and nothing that is written leaves. */
  failed(error: SteerError): void
}
