/** What a link needs of whatever carries its bytes. Implementations are thin; a simulated one serves the tests. */

export interface Transport {
  /** `host:port` or a path; undefined where there is none. */
  readonly remoteAddress: string | undefined
  /** Bytes given to `write` that have not left yet. */
  readonly pendingBytes: number
  /** Begins to deliver. Called once, before anything else. */
  start(sink: TransportSink): void
  /** Takes over the bytes. True when they are already gone, so that their memory may be used again. */
  write(bytes: Uint8Array): boolean
  /** Ends the sending direction once everything written is out. */
  end(): void
  /** Drops the connection and what is pending. `closed` follows. Idempotent. */
  destroy(): void
}

export interface TransportSink {
  /** The bytes are only good during the call. */
  data(chunk: Uint8Array): void
  /** Bytes that had to wait have left; `pendingBytes` tells how many still wait. */
  drained(): void
  /** The other side has ended its sending direction. */
  ended(): void
  /** Nothing comes any more. Called once, the last of all. */
  transportClosed(error: Error | undefined): void
}
