/** The sending half of a link: frames into the outbox, and one write for everything after each tick. */

import { afterMicrotasks } from '../base/clock.ts'
import type { Output } from '../kernel/codec/index.ts'
import type { Transport } from '../wire/transport.ts'
import { Outbox } from './outbox.ts'

export class LinkWriter {
  readonly #transport: Transport
  readonly #outbox = new Outbox()
  readonly #onFlushed: () => void
  /** Bytes given to the transport since the link opened. */
  writtenBytes = 0
  /** Of those, bytes that had not left when this was last looked at. */
  #pendingBytes = 0
  #scheduled = false
  #closed = false
  readonly #flushLater = (): void => {
    this.#scheduled = false
    this.flush()
  }

  /** @param onFlushed called after each hand-over. */
  constructor(transport: Transport, onFlushed: () => void) {
    this.#transport = transport
    this.#onFlushed = onFlushed
  }

  /** Queues one frame. What `writeBody` throws comes through, and nothing is queued. After `close` it does nothing. */
  write<Argument>(
    kind: number,
    session: number,
    maxBytes: number,
    writeBody: (output: Output, argument: Argument) => void,
    argument: Argument,
  ): void {
    if (this.#closed) return
    this.#outbox.write(kind, session, maxBytes, writeBody, argument)
    if (this.#scheduled) return
    this.#scheduled = true
    afterMicrotasks(this.#flushLater)
  }

  /** Bytes on their way out: queued here, or waiting in the transport. */
  get backlogBytes(): number {
    return this.#outbox.length + this.#pendingBytes
  }

  /** Looks again at what waits in the transport. */
  update(): void {
    this.#pendingBytes = this.#transport.pendingBytes
  }

  /** Hands over what is queued, now. */
  flush(): void {
    if (this.#outbox.length === 0) return
    let gone = true
    for (const piece of this.#outbox.take()) {
      this.writtenBytes += piece.length
      gone = this.#transport.write(piece) && gone
    }
    this.#outbox.release(gone)
    this.update()
    this.#onFlushed()
  }

  /** Hands over what is queued; nothing can be queued any more. */
  close(): void {
    this.flush()
    this.#closed = true
  }
}
