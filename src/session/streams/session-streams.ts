/**
 * The streams of one session: at most one is open at a time, in one of the two directions. Frames and the program's source
 * and reader meet here; the session learns when a stream is over.
 */

import { SteerError, type ErrorCode } from '../../base/errors.ts'
import { decodePayload } from '../../kernel/codec/index.ts'
import type { Edge } from '../../kernel/program.ts'
import type { StreamEnd } from '../../kernel/state.ts'
import { SEALED_BYTES, seal, unseal, type Ciphers } from '../sealing.ts'
import { IncomingStream } from './incoming.ts'
import { OutgoingStream } from './outgoing.ts'

/** No receiver has a larger window, so no sender is ever given more. */
const STREAM_WINDOW_MAX = 65_535
/** What a sender has before it has heard anything: no window is smaller. */
const FIRST_CREDIT = 1

/** What the streams ask of their session. */
export interface StreamsPort {
  readonly frames: {
    item(session: number, edge: Edge, item: unknown): void
    streamEnd(session: number, how: StreamEnd | undefined): void
    streamCredit(session: number, items: number): void
  }
  readonly id: number
  ciphers(): Ciphers
  hasRoom(): boolean
  /** Something went out that keeps the session from being idle. */
  touch(): void
  /** Both sides have said their end. */
  streamOver(edge: Edge, how: StreamEnd): void
  fail(error: unknown): void
  /** The program's source has thrown; possibly when the session is over already. */
  sourceThrew(edge: Edge, error: unknown): void
}

export class SessionStreams {
  readonly #port: StreamsPort
  #incoming: { readonly edge: Edge; readonly stream: IncomingStream; shown: boolean } | undefined
  #outgoing: { readonly edge: Edge; readonly stream: OutgoingStream } | undefined
  /** For the next stream of this side. */
  #credit = FIRST_CREDIT
  /** The session is over; the `finally` of a source may have ended it. */
  #closed = false

  constructor(port: StreamsPort) {
    this.#port = port
  }

  /** The stream of the other side that is open, for messages to people. */
  get incomingLabel(): string | undefined {
    return this.#incoming?.edge.label
  }

  // ---- streams of the other side

  /** The other side will open a stream next: it may send a whole window, of which it has taken the first item for granted. */
  grantAhead(edge: Edge): void {
    if (edge.window > FIRST_CREDIT) this.#port.frames.streamCredit(this.#port.id, edge.window - FIRST_CREDIT)
  }

  openIncoming(edge: Edge): IncomingStream {
    const { frames, id } = this.#port
    const stream = new IncomingStream(edge.label, edge.window, {
      grant: (items) => {
        frames.streamCredit(id, items)
      },
      answer: (how) => {
        frames.streamEnd(id, how)
      },
      over: (how) => {
        this.#incoming = undefined
        this.#port.streamOver(edge, how)
      },
    })
    this.#incoming = { edge, stream, shown: false }
    return stream
  }

  /** The program holds the state that the stream opened. */
  show(): void {
    const incoming = this.#incoming
    if (incoming === undefined) return
    incoming.shown = true
    incoming.stream.show()
  }

  /** The program goes on: what it has not read is thrown away. True where nothing has to be waited for. */
  stopReading(): boolean {
    if (this.#incoming?.shown === true) this.#incoming.stream.stop()
    return this.#incoming?.shown !== true
  }

  receiveItem(bytes: Uint8Array, start: number, end: number): void {
    const incoming = this.#incoming
    if (incoming?.stream.open !== true) {
      this.#refuse('unexpected_message', 'an item arrived where no stream of the other side is open')
      return
    }
    const { edge, stream } = incoming
    if (!stream.admit()) {
      const text = `the other side sends without credit: the window of stream "${edge.label}" is ${edge.window}`
      this.#refuse('resource_exhausted', text)
      return
    }
    if (stream.discarding) return
    let item: unknown
    try {
      item = this.#decode(edge, bytes, start, end)
    } catch (error) {
      this.#port.fail(ofItem(edge, SteerError.from(error)))
      return
    }
    stream.push(item)
  }

  // ---- streams of this side

  /**
   * Makes the stream of a move. Nothing is read before `pump`.
   *
   * @throws SteerError `misuse` for what is no source.
   */
  openOutgoing(edge: Edge, source: unknown): void {
    const { frames, id } = this.#port
    const stream = new OutgoingStream(edge.label, source, this.#credit, {
      hasRoom: () => this.#port.hasRoom(),
      send: (item) => this.#send(edge, item),
      sayEnd: () => {
        if (this.#closed) return
        this.#port.touch()
        frames.streamEnd(id, undefined)
      },
      over: (how) => {
        if (this.#closed) return
        this.#outgoing = undefined
        this.#credit = FIRST_CREDIT
        this.#port.streamOver(edge, how)
      },
      threw: (error) => {
        this.#port.sourceThrew(edge, error)
      },
    })
    this.#outgoing = { edge, stream }
    // Opening the source has ended the session: nobody else would close it.
    if (this.#closed) stream.stop()
  }

  /** Items may go out: the stream has just opened, or the link has room again. */
  pump(): void {
    this.#outgoing?.stream.pump()
  }

  /** @param expected true where this side sends a stream next. */
  receiveCredit(items: number, expected: boolean): void {
    const outgoing = this.#outgoing
    if (outgoing === undefined && !expected) {
      this.#refuse('unexpected_message', 'credit arrived where this side sends no stream')
      return
    }
    this.#credit += items
    const credit = outgoing === undefined ? this.#credit : outgoing.stream.addCredit(items)
    if (items === 0 || credit > STREAM_WINDOW_MAX) {
      const text = `the other side gives credit for ${items} items, which makes ${credit} of at most ${STREAM_WINDOW_MAX}`
      this.#refuse('unexpected_message', text)
    } else outgoing?.stream.pump()
  }

  /** The other side has said its end: of its own stream, or of the one of this side. */
  receiveEnd(how: StreamEnd | undefined): void {
    const stream = how === undefined ? this.#incoming?.stream : this.#outgoing?.stream
    if (how === undefined && this.#incoming?.stream.open === true) this.#incoming.stream.end()
    else if (how === undefined || this.#outgoing?.stream.answered(how) !== true) {
      const what = stream === undefined ? 'no such stream is open' : 'the stream had not come to it'
      this.#refuse('unexpected_message', `an end of a stream arrived where ${what}`)
    }
  }

  /** The session is over: sources are stopped, readers learn why. */
  close(error: unknown, cancelled: boolean): void {
    this.#closed = true
    this.#outgoing?.stream.stop()
    this.#incoming?.stream.fail(error, cancelled)
  }

  #send(edge: Edge, item: unknown): boolean {
    const { frames, id } = this.#port
    try {
      frames.item(id, edge, edge.sealed ? seal(this.#port.ciphers(), edge, item) : item)
    } catch (error) {
      this.#port.fail(ofItem(edge, error))
      return false
    }
    this.#port.touch()
    return true
  }

  #decode(edge: Edge, bytes: Uint8Array, start: number, end: number): unknown {
    if (edge.sealed)
      return unseal(this.#port.ciphers(), edge, decodePayload(SEALED_BYTES, bytes, start, end) as Uint8Array)
    if (edge.codec !== undefined) return decodePayload(edge.codec, bytes, start, end)
    if (start !== end) throw new SteerError('invalid_payload', 'expected no payload, got one')
    return undefined
  }

  #refuse(code: ErrorCode, text: string): void {
    this.#port.fail(new SteerError(code, text))
  }
}

/** Says where the error belongs. What a program's own code has thrown stays what it is. */
function ofItem(edge: Edge, error: unknown): unknown {
  if (!SteerError.is(error)) return error
  return new SteerError(error.code, `item of stream "${edge.label}": ${error.rawMessage}`, { cause: error })
}
