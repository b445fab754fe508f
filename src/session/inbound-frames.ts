/** Frames that arrive, read and told apart: what each of them says becomes one call. */

import { SteerError } from '../base/errors.ts'
import type { StreamEnd } from '../kernel/state.ts'
import { FRAME, type FrameSink } from '../wire/frame.ts'
import { VarintReader } from '../wire/varint.ts'
import * as control from './control-frames.ts'

/** What frames can say to a session. The bytes of a message or item are only good during the call. */
export interface SessionFrameEvents {
  message(session: number, label: number, bytes: Uint8Array, start: number, end: number): void
  /** An item of a stream. */
  item(session: number, bytes: Uint8Array, start: number, end: number): void
  /** `how` is absent where the sender of the stream says its end. */
  streamEnded(session: number, how: StreamEnd | undefined): void
  streamCredited(session: number, items: number): void
  open(session: number, frame: control.OpenFrame): void
  accepted(session: number, frame: control.AcceptFrame): void
  /** The body is only good during the call. */
  confirmed(session: number, bytes: Uint8Array, start: number, end: number): void
  cancelled(session: number, reason: string | undefined): void
  credited(session: number, messages: number, bytes: number): void
  wasReset(session: number, fault: control.FaultFrame): void
}

/** What frames can say to the link. */
export interface LinkFrameEvents {
  pinged(): void
  goingAway(): void
  /** `fault` is absent for a clean end. */
  saidClose(fault: control.FaultFrame | undefined): void
}

/** Throws SteerError `channel_corrupt` out of `frame` for what is none of the wire format. */
export class InboundFrames implements FrameSink {
  readonly #events: SessionFrameEvents
  readonly #linkEvents: LinkFrameEvents

  constructor(events: SessionFrameEvents, linkEvents: LinkFrameEvents) {
    this.#events = events
    this.#linkEvents = linkEvents
  }

  frame(kind: number, session: number, bytes: Uint8Array, start: number, end: number): void {
    if (kind === FRAME.message) {
      varint.position = start
      const label = varint.read(bytes, end)
      this.#events.message(session, label, bytes, varint.position, end)
    } else if (kind === FRAME.streamItem) this.#events.item(session, bytes, start, end)
    else if (kind >= FRAME.ping) this.#linkFrame(kind, session, bytes, start, end)
    else this.#sessionFrame(kind, session, bytes, start, end)
  }

  #sessionFrame(kind: number, session: number, bytes: Uint8Array, start: number, end: number): void {
    const events = this.#events
    switch (kind) {
      case FRAME.open:
        events.open(session, control.readOpen(bytes, start, end))
        return
      case FRAME.accept:
        events.accepted(session, control.readAccept(bytes, start, end))
        return
      case FRAME.confirm:
        events.confirmed(session, bytes, start, end)
        return
      case FRAME.cancel:
        events.cancelled(session, control.readReason(bytes, start, end))
        return
      case FRAME.credit: {
        const credit = control.readCredit(bytes, start, end)
        events.credited(session, credit.messages, credit.bytes)
        return
      }
      case FRAME.streamEnd:
        events.streamEnded(session, control.readStreamEnd(bytes, start, end))
        return
      case FRAME.streamCredit:
        events.streamCredited(session, control.readStreamCredit(bytes, start, end))
        return
      case FRAME.reset:
        events.wasReset(session, control.readFault(bytes, start, end))
        return
      default:
        throw new SteerError('channel_corrupt', `a frame of kind ${kind} arrived, which does not exist`)
    }
  }

  #linkFrame(kind: number, session: number, bytes: Uint8Array, start: number, end: number): void {
    if (session !== 0) {
      throw new SteerError(
        'channel_corrupt',
        `a frame of kind ${kind} arrived for session ${session} instead of the link`,
      )
    }
    if (start !== end && kind !== FRAME.close) throw control.malformed('ping, pong or go-away')
    switch (kind) {
      case FRAME.ping:
        this.#linkEvents.pinged()
        return
      case FRAME.pong:
        // That bytes came is all that it says, and the link knows.
        return
      case FRAME.goAway:
        this.#linkEvents.goingAway()
        return
      case FRAME.close:
        this.#linkEvents.saidClose(start === end ? undefined : control.readFault(bytes, start, end))
        return
      default:
        throw new SteerError('channel_corrupt', `a frame of kind ${kind} arrived, which does not exist`)
    }
  }
}

/** One serves all links: nothing of it is held between calls. */
const varint = new VarintReader()
