/** The sending half of a link: frames into the outbox, and one write for everything after each tick. */

import { afterMicrotasks } from '../base/clock.ts'
import { SteerError, type ErrorCode } from '../base/errors.ts'
import { encodePayload, type Output } from '../kernel/codec/index.ts'
import type { Edge } from '../kernel/program.ts'
import type { StreamEnd } from '../kernel/state.ts'
import { FRAME } from '../wire/frame.ts'
import type { Transport } from '../wire/transport.ts'
import { encodeVarint } from '../wire/varint.ts'
import { writeConfirm, type ConfirmFrame, type Numbering } from './accepting.ts'
import * as control from './control-frames.ts'
import { Outbox } from './outbox.ts'
import { SEALED_BYTES } from './sealing.ts'

export class LinkWriter {
  readonly #transport: Transport
  readonly #outbox = new Outbox()
  readonly #onFlushed: () => void
  /** Longest frame that the other side takes in; set when its hello is there, before any message. */
  frameMaxBytes = 0
  /** Of sessions whose labels have other numbers on the wire than here. */
  readonly numberings: Map<number, Numbering> = new Map<number, Numbering>()
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

  // ---- frames of sessions

  open(session: number, frame: control.OpenFrame): void {
    this.#write(FRAME.open, session, Infinity, control.writeOpen, frame)
  }

  accept(session: number, frame: control.AcceptFrame): void {
    this.#write(FRAME.accept, session, Infinity, control.writeAccept, frame)
  }

  confirm(session: number, frame: ConfirmFrame): void {
    this.#write(FRAME.confirm, session, Infinity, writeConfirm, frame)
  }

  /**
   * Returns the bytes of the payload.
   *
   * @throws SteerError `invalid_payload`, `frame_too_large`, `protocol_mismatch`; nothing is queued then.
   */
  message(session: number, edge: Edge, payload: unknown): number {
    writtenPayloadBytes = 0
    const numbering = this.numberings.size === 0 ? undefined : this.numberings.get(session)
    const number = numbering === undefined ? edge.labelNumber : numbering.toWire(edge.labelNumber)
    this.#write(FRAME.message, session, this.frameMaxBytes, writeMessage, { edge, payload, number })
    return writtenPayloadBytes
  }

  /** @throws SteerError as `message`. */
  item(session: number, edge: Edge, item: unknown): void {
    this.#write(FRAME.streamItem, session, this.frameMaxBytes, writeItem, { edge, payload: item })
  }

  /** @param how absent where this side sends the stream. */
  streamEnd(session: number, how: StreamEnd | undefined): void {
    this.#write(FRAME.streamEnd, session, Infinity, control.writeStreamEnd, how)
  }

  streamCredit(session: number, items: number): void {
    this.#write(FRAME.streamCredit, session, Infinity, control.writeStreamCredit, items)
  }

  credit(session: number, messages: number, bytes: number): void {
    this.#write(FRAME.credit, session, Infinity, control.writeCredit, { messages, bytes })
  }

  cancel(session: number, reason: string | undefined): void {
    this.#write(FRAME.cancel, session, Infinity, writeReason, reason ?? '')
  }

  reset(session: number, code: ErrorCode, text: string): void {
    this.#write(FRAME.reset, session, Infinity, control.writeFault, { code, text })
  }

  // ---- frames of the link

  ping(): void {
    this.#write(FRAME.ping, 0, Infinity, writeNothing, undefined)
  }

  pong(): void {
    this.#write(FRAME.pong, 0, Infinity, writeNothing, undefined)
  }

  goAway(): void {
    this.#write(FRAME.goAway, 0, Infinity, writeNothing, undefined)
  }

  /** The last frame: empty for a clean end. */
  sayClose(fault: control.FaultFrame | undefined): void {
    if (fault === undefined) this.#write(FRAME.close, 0, Infinity, writeNothing, undefined)
    else this.#write(FRAME.close, 0, Infinity, control.writeFault, fault)
  }

  // ---- the way out

  /** Queues one frame. What `writeBody` throws comes through, and nothing is queued. After `close` it does nothing. */
  #write<Argument>(
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

/** Bytes of the payload that `writeMessage` wrote last. */
let writtenPayloadBytes = 0

interface MessageBody {
  readonly edge: Edge
  readonly payload: unknown
  /** Of its label, on the wire. */
  readonly number: number
}

function writeMessage(output: Output, message: MessageBody): void {
  output.position = encodeVarint(output.bytes, output.position, message.number)
  // Counted from the start of the frame: a payload that does not fit moves the frame to another buffer.
  const start = output.position - output.frameStart
  // The message that opens a stream carries nothing; what the codec writes are its items.
  if (message.edge.window === 0) writeItem(output, message)
  writtenPayloadBytes = output.position - output.frameStart - start
}

function writeItem(output: Output, { edge, payload }: { readonly edge: Edge; readonly payload: unknown }): void {
  if (edge.sealed) encodePayload(SEALED_BYTES, output, payload)
  else if (edge.codec !== undefined) encodePayload(edge.codec, output, payload)
  else if (payload !== undefined) throw new SteerError('invalid_payload', `message "${edge.label}" carries nothing`)
}

function writeNothing(): void {
  // Some frames are all header.
}

function writeReason(output: Output, reason: string): void {
  control.writeText(output, reason, control.REASON_MAX_BYTES)
}
