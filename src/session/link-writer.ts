/** The sending half of a link: frames into the outbox, and one write for all that a tick brings, as long as that is soon. */

import { afterMicrotasks, type Clock } from '../base/clock.ts'
import { SteerError, type ErrorCode } from '../base/errors.ts'
import { encodePayload, type Output } from '../kernel/codec/index.ts'
import type { Edge } from '../kernel/program.ts'
import type { StreamEnd } from '../kernel/state.ts'
import { FRAME } from '../wire/frame.ts'
import { encodeVarint } from '../wire/varint.ts'
import type { LinkChannel } from './channel/link-channel.ts'
import { writeConfirm, type ConfirmFrame, type Numbering } from './accepting.ts'
import { Burst } from './burst.ts'
import * as control from './control-frames.ts'
import type { NumberMap } from './number-map.ts'
import { Outbox } from './outbox.ts'
import { SEALED_BYTES } from './sealing.ts'

/**
 * A burst is handed over in parts of this size: before it outgrows the slab, whose memory is warm then, and while the other
 * side has nothing to do.
 */
const HAND_OVER_BYTES = 49_152

/** Left over by a full record in the midst of a burst: begins the next one, where a record of its own would carry next to nothing. */
const LEFT_OVER_MAX_BYTES = 4096

export interface LinkWriterEvents {
  /** Everything that was queued has been handed over. */
  flushed(): void
}

export class LinkWriter {
  readonly #channel: LinkChannel
  readonly #clock: Clock
  readonly #events: LinkWriterEvents
  // Both made for the first frame, and let go while nothing is said.
  #outbox: Outbox | undefined
  #burst: Burst | undefined
  /** Longest frame that the other side takes in; set when its hello is there, before any message. */
  frameMaxBytes = 0
  /** Of sessions whose labels have other numbers on the wire than here; made for the first of them. */
  numberings: NumberMap<Numbering> | undefined
  /** Bytes given to the channel since the link opened. */
  writtenBytes = 0
  /** Of those, bytes that had not left when this was last looked at. */
  #pendingBytes = 0
  #scheduled = false
  /** Something has been handed over since `flushed` was called last. */
  #handedOver = false
  /** `flush` will be called when all that came in has been handled: nothing needs to be scheduled. */
  #collecting = false
  #closed = false

  constructor(channel: LinkChannel, clock: Clock, events: LinkWriterEvents) {
    this.#channel = channel
    this.#clock = clock
    this.#events = events
  }

  // ---- frames of sessions

  open(session: number, frame: control.OpenFrame): void {
    this.#write(FRAME.open, session, control.writeOpen, frame)
  }

  accept(session: number, frame: control.AcceptFrame): void {
    this.#write(FRAME.accept, session, control.writeAccept, frame)
  }

  confirm(session: number, frame: ConfirmFrame): void {
    this.#write(FRAME.confirm, session, writeConfirm, frame)
  }

  /**
   * Returns the bytes of the payload.
   *
   * @throws SteerError `invalid_payload`, `frame_too_large`, `protocol_mismatch`; nothing is queued then.
   */
  message(session: number, edge: Edge, payload: unknown): number {
    const numbering = this.numberings?.get(session)
    const number = numbering === undefined ? edge.labelNumber : numbering.toWire(edge.labelNumber)
    if (this.#closed) return 0
    const outbox = (this.#outbox ??= new Outbox())
    const output = outbox.begin(FRAME.message, session, this.frameMaxBytes)
    output.position = encodeVarint(output.bytes, output.position, number)
    // Counted from the start of the frame: a payload that does not fit moves the frame to another buffer.
    const start = output.position - output.frameStart
    // The message that opens a stream carries nothing; what the codec writes are its items.
    if (edge.window === 0) this.#writePayload(output, edge, payload)
    const bytes = output.position - output.frameStart - start
    outbox.finish()
    this.#written(outbox)
    return bytes
  }

  /** @throws SteerError as `message`. */
  item(session: number, edge: Edge, item: unknown): void {
    if (this.#closed) return
    const outbox = (this.#outbox ??= new Outbox())
    this.#writePayload(outbox.begin(FRAME.streamItem, session, this.frameMaxBytes), edge, item)
    outbox.finish()
    this.#written(outbox)
  }

  /** @param how absent where this side sends the stream. */
  streamEnd(session: number, how: StreamEnd | undefined): void {
    this.#write(FRAME.streamEnd, session, control.writeStreamEnd, how)
  }

  streamCredit(session: number, items: number): void {
    this.#write(FRAME.streamCredit, session, control.writeStreamCredit, items)
  }

  credit(session: number, messages: number, bytes: number): void {
    this.#write(FRAME.credit, session, control.writeCredit, { messages, bytes })
  }

  cancel(session: number, reason: string | undefined): void {
    this.#write(FRAME.cancel, session, writeReason, reason ?? '')
  }

  reset(session: number, code: ErrorCode, text: string): void {
    this.#write(FRAME.reset, session, control.writeFault, { code, text })
  }

  // ---- frames of the link

  ping(): void {
    this.#write(FRAME.ping, 0, writeNothing, undefined)
  }

  pong(): void {
    this.#write(FRAME.pong, 0, writeNothing, undefined)
  }

  goAway(): void {
    this.#write(FRAME.goAway, 0, writeNothing, undefined)
  }

  /** The last frame: empty for a clean end. */
  sayClose(fault: control.FaultFrame | undefined): void {
    if (fault === undefined) this.#write(FRAME.close, 0, writeNothing, undefined)
    else this.#write(FRAME.close, 0, control.writeFault, fault)
  }

  // ---- the way out

  /** Queues one frame without a payload. After `close` it does nothing. */
  #write<Argument>(
    kind: number,
    session: number,
    writeBody: (output: Output, argument: Argument) => void,
    argument: Argument,
  ): void {
    if (this.#closed) return
    const outbox = (this.#outbox ??= new Outbox())
    writeBody(outbox.begin(kind, session, Infinity), argument)
    outbox.finish()
    this.#written(outbox)
  }

  /** @throws SteerError as `message`; then nothing remains of the frame. */
  #writePayload(output: Output, edge: Edge, payload: unknown): void {
    try {
      if (edge.sealed) encodePayload(SEALED_BYTES, output, payload)
      else if (edge.codec !== undefined) encodePayload(edge.codec, output, payload)
      else if (payload !== undefined) throw new SteerError('invalid_payload', `message "${edge.label}" carries nothing`)
    } catch (error) {
      this.#outbox!.undo()
      throw error
    }
  }

  /** A frame is queued. */
  #written(outbox: Outbox): void {
    const burst = (this.#burst ??= new Burst(this.#clock))
    if (outbox.length >= HAND_OVER_BYTES) this.#handOver(outbox, burst, this.#channel.recordMaxBytes)
    else if (burst.queued()) this.#handOver(outbox, burst, Infinity)
    if (this.#scheduled || this.#collecting) return
    this.#scheduled = true
    afterMicrotasks(() => {
      this.#scheduled = false
      this.flush()
    })
  }

  /** Bytes on their way out: queued here, or waiting in the transport. */
  get backlogBytes(): number {
    return (this.#outbox?.length ?? 0) + this.#pendingBytes
  }

  /** Looks again at what waits in the transport. */
  update(): void {
    this.#pendingBytes = this.#channel.pendingBytes
  }

  /** Waits for `flush`, which the caller calls in this same tick. */
  collect(): void {
    this.#collecting = true
  }

  /** Hands over what is queued, now. */
  flush(): void {
    this.#collecting = false
    const outbox = this.#outbox
    const burst = this.#burst
    if (outbox === undefined || burst === undefined) return
    if (outbox.length > 0) this.#handOver(outbox, burst, Infinity)
    if (!this.#handedOver) return
    this.#handedOver = false
    burst.ended()
    this.#events.flushed()
  }

  /** Lets go of what the next frame makes anew. For links on which no session runs. */
  rest(): void {
    this.numberings = undefined
    if (this.#outbox?.isIdle !== true || this.#handedOver) return
    this.#outbox = undefined
    this.#burst = undefined
  }

  /**
   * The sessions that wait for room are not told here: they would run inside of the one that writes.
   *
   * @param recordBytes what a record holds, where more is to come that can fill it; Infinity for all to go.
   */
  #handOver(outbox: Outbox, burst: Burst, recordBytes: number): void {
    burst.handedOver()
    const pieces = outbox.take()
    const last = pieces.length - 1
    let gone = true
    for (let index = 0; index < last; index++) gone = this.#give(pieces[index]!) && gone
    const piece = pieces[last]!
    const over = piece.length % recordBytes
    const keeps = over < piece.length && over <= LEFT_OVER_MAX_BYTES
    const whole = keeps ? piece.length - over : piece.length
    gone = this.#give(piece.subarray(0, whole)) && gone
    outbox.release(gone)
    if (whole < piece.length) {
      outbox.putBack(piece.subarray(whole))
      burst.queued()
    }
    this.update()
    this.#handedOver = true
  }

  #give(bytes: Uint8Array): boolean {
    this.writtenBytes += bytes.length
    return this.#channel.write(bytes)
  }

  /** Hands over what is queued; nothing can be queued any more. */
  close(): void {
    this.flush()
    this.#closed = true
  }
}

function writeNothing(): void {
  // Some frames are all header.
}

function writeReason(output: Output, reason: string): void {
  control.writeText(output, reason, control.REASON_MAX_BYTES)
}
