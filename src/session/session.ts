/**
 * The machine of one session: frames and moves in, frames and driver calls out. It does no I/O and reads no clock; the link
 * under it is the port, the program above it the driver.
 *
 * The protocol is half-duplex, so this side sees one order of all frames, its own and the other side's. `#wire` is where that
 * order stands: arrivals are checked against it and decoded as they come. The driver may be behind: what it has not taken yet
 * lies in the inbox, bounded by the window.
 */

import { SteerError, type ErrorCode } from '../base/errors.ts'
import { isThenable } from '../base/deferred.ts'
import {
  publish,
  sessionClose,
  sessionOpen,
  strayError,
  type SessionOpenEvent,
  type StrayErrorEvent,
} from '../base/channels.ts'
import { otherRole, type Role } from '../ir/source.ts'
import { decodePayload } from '../kernel/codec/index.ts'
import type { Link, Session } from '../kernel/link.ts'
import { edgeByLabel, type Edge, type Place, type Plan, type Program, type Scope } from '../kernel/program.ts'
import type { StreamEnd } from '../kernel/state.ts'
import { PENDING, PROCEED, type Decision, type Driver } from './driver.ts'
import { Inbox } from './inbox.ts'
import { seal, SEALED_BYTES, unseal, type Ciphers } from './sealing.ts'
import { ScopeClocks } from './scope-clocks.ts'
import { SessionHandle } from './session-handle.ts'
import type { SessionPort } from './session-port.ts'
import { SessionStreams } from './streams/session-streams.ts'
import { discardSource } from './streams/source.ts'
import { createUnexpected } from './unexpected.ts'
import type { SessionView } from './views.ts'
import { ReceiveWindow, SendWindow } from './window.ts'

type Phase =
  /** Inside `#run`. */
  | 'running'
  /** The driver holds a state. */
  | 'held'
  /** A hook is being waited for. */
  | 'hook'
  /** Something has to arrive. */
  | 'waiting'
  /** The other side has to give credit, or the link has to get rid of what it holds. */
  | 'blocked'
  /** A stream of this side is open. */
  | 'streaming'
  /** A stream of the other side is open, and what arrives of it is thrown away. */
  | 'draining'
  | 'over'

export class SessionCore {
  readonly id: number
  readonly program: Program
  readonly #port: SessionPort<SessionCore>
  /** Set by the driver's constructor through `bind`, before `begin`. */
  #driver!: Driver
  #phase: Phase = 'waiting'
  /** The order of all frames has come this far, by this frame. A stream is one step of it, taken when both have said its end. */
  #wire: Place
  #wireEdge: Edge
  /** The driver has come this far: the frame it has seen last, and how many of its hooks have run. */
  #edge: Edge
  #localsRun = 0
  /** The move to make at the next message place of this side. */
  #plan: Plan | undefined
  /** The last frame with a message of the user's. */
  #lastMessage: Edge
  /** Made with the first message that has to wait: turn-taking sessions never need it. */
  #inbox: Inbox | undefined
  #ciphers: Ciphers | undefined
  readonly #streams: SessionStreams | undefined
  readonly #clocks: ScopeClocks | undefined
  /** What the stream came to that this side sent just before. */
  #streamed: StreamEnd | undefined
  readonly #sending: SendWindow
  readonly #receiving: ReceiveWindow
  /** The epoch of the last frame in either direction. */
  #touched: number
  #handle: Session | undefined
  #abort: AbortController | undefined
  #ending: unknown

  constructor(id: number, program: Program, port: SessionPort<SessionCore>) {
    this.id = id
    this.program = program
    this.#port = port
    this.#wire = program.start.next
    this.#wireEdge = program.start
    this.#edge = program.start
    this.#lastMessage = program.start
    this.#touched = port.epoch
    this.#sending = new SendWindow(port.remoteWindow)
    this.#receiving = new ReceiveWindow(port.localWindow)
    if (program.streaming) this.#streams = this.#createStreams()
    if (program.timed) this.#clocks = this.#createClocks()
  }

  get link(): Link {
    return this.#port.link
  }

  get over(): boolean {
    return this.#phase === 'over'
  }

  /** True once everything that the other side will ever send has arrived. */
  get complete(): boolean {
    return this.#wire.kind === 'end'
  }

  /**
   * True once the program has nothing more to do: it has seen the last message, or sent it and nothing is still to come.
   * Automatic steps may still have to run, and run by themselves.
   */
  get settled(): boolean {
    if (this.over) return true
    const { rest, mine } = this.#lastMessage
    return rest.kind === 'end' && (mine ? this.complete : this.#streams?.incomingLabel === undefined)
  }

  /** The session as user code knows it; made when somebody asks. */
  get handle(): Session {
    return (this.#handle ??= new SessionHandle(this))
  }

  /** Made when somebody asks: most sessions never need one. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      if (this.over && this.#ending !== undefined) this.#abort.abort(this.#ending)
    }
    return this.#abort.signal
  }

  /** What the stream came to that this side sent just before the state that is being made. */
  get streamed(): StreamEnd | undefined {
    return this.#streamed
  }

  /** Why the session is over before its end; undefined where it is not. What user code throws of it is no news. */
  get ending(): unknown {
    return this.#ending
  }

  /** What is being waited for or done, for messages to people. */
  describe(): string {
    return this.#lastMessage === this.program.start ? 'the start' : `"${this.#lastMessage.label}"`
  }

  /** Where it stands, for people. */
  view(): SessionView {
    const { id, program } = this
    const { definition, role, start } = program
    const after = this.#wireEdge === start ? undefined : this.#wireEdge.label
    const waitsFor = this.#wire.kind === 'end' ? undefined : this.#wire.mine ? role : otherRole(role)
    return { session: id, protocol: definition.name, role, after, waitsFor }
  }

  bind(driver: Driver, ciphers?: Ciphers): void {
    this.#driver = driver
    this.#ciphers = ciphers
  }

  begin(): void {
    publish(sessionOpen, () => this.#event())
    const { start } = this.program
    this.#advance(start)
    if (start.at === undefined) {
      this.#run()
      return
    }
    this.#phase = 'running'
    this.#take(this.#driver.arrived(start, undefined))
  }

  /** The driver is done with the state it held; `plan` where a move was due. */
  proceed(plan: Plan | undefined): void {
    if (this.#phase === 'over') discard(plan)
    if (this.#phase !== 'held') return
    this.#phase = 'running'
    this.#take(plan ?? PROCEED)
  }

  /** A frame with a message or an automatic step has arrived. */
  receive(labelNumber: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#phase === 'over') return
    const closed = this.#wire.mine || this.#streams?.incomingLabel !== undefined
    const edge = closed ? undefined : edgeByLabel(this.#wire, labelNumber)
    if (edge === undefined) {
      const stream = this.#streams?.incomingLabel
      const { program } = this
      this.fail(createUnexpected({ program, wire: this.#wire, stream, after: this.describe() }, labelNumber))
      return
    }
    let message: unknown
    try {
      message = this.#decode(edge, bytes, start, end)
    } catch (error) {
      const fault = SteerError.from(error)
      this.fail(new SteerError(fault.code, `message "${edge.label}": ${fault.rawMessage}`, { cause: error }))
      return
    }
    if (!this.#receiving.admit(end - start)) {
      this.fail(new SteerError('resource_exhausted', this.#receiving.describe()))
      return
    }
    this.#touched = this.#port.epoch
    this.#sending.turnCame()
    if (edge.window > 0) message = this.#streams!.openIncoming(edge)
    else this.#advance(edge)
    if (this.#phase === 'waiting') {
      this.#phase = 'running'
      this.#arrive(edge, message, end - start)
    } else {
      this.#inbox ??= new Inbox()
      this.#inbox.push({ edge, message, bytes: end - start })
    }
  }

  /** An item of a stream has arrived. */
  receiveItem(bytes: Uint8Array, start: number, end: number): void {
    this.#touched = this.#port.epoch
    if (this.#phase === 'over') return
    if (this.#streams === undefined) this.fail(new SteerError('unexpected_message', NO_STREAMS))
    else this.#streams.receiveItem(bytes, start, end)
  }

  /** The other side takes so many items more. */
  receiveStreamCredit(items: number): void {
    this.#touched = this.#port.epoch
    if (this.#phase === 'over') return
    const { rest } = this.#wireEdge
    const expected = rest.mine && rest.edges[0]!.window > 0
    if (this.#streams === undefined) this.fail(new SteerError('unexpected_message', NO_STREAMS))
    else this.#streams.receiveCredit(items, expected)
  }

  /** The other side has said the end of its stream, or with `how` what the stream of this side came to. */
  receiveStreamEnd(how: StreamEnd | undefined): void {
    this.#touched = this.#port.epoch
    if (this.#phase === 'over') return
    if (this.#streams === undefined) this.fail(new SteerError('unexpected_message', NO_STREAMS))
    else this.#streams.receiveEnd(how)
  }

  /** Nothing has moved for more than so many epochs. */
  isOverdue(epochs: number): boolean {
    return this.#port.epoch - this.#touched > epochs
  }

  /** The longest turn is over. */
  expire(turnMaxMs: number): void {
    const text = `nothing moved after ${this.describe()} for limits.turnMaxMs, ${turnMaxMs} ms`
    this.fail(new SteerError('deadline_exceeded', text))
  }

  /** The other side has taken in that much of what was sent to it. */
  receiveCredit(messages: number, bytes: number): void {
    if (this.#phase === 'over') return
    if (!this.#sending.credit(messages, bytes)) {
      this.fail(new SteerError('unexpected_message', 'the other side gives credit for more than was sent to it'))
      return
    }
    this.resume()
  }

  /** What a message had to wait for may be there: credit, or room on the link. */
  resume(): void {
    if (this.#phase === 'blocked') this.#run()
    else if (this.#phase === 'streaming') this.#streams?.pump()
  }

  /** One of the two sides has cancelled. A cancel of this side is told to the other. */
  cancel(by: Role, reason: string | undefined): void {
    if (this.#phase === 'over') return
    if (by === this.program.role) this.#port.frames.cancel(this.id, reason)
    this.#finish('cancelled', undefined, new SteerError('aborted', `the ${by} cancelled the session`), true)
    this.#driver.cancelled(by, reason)
  }

  /** The program's own signal has aborted: a cancel for the other side, `reason` for whoever waits here. */
  abandon(reason: unknown): void {
    if (this.#phase === 'over') return
    this.#port.frames.cancel(this.id, undefined)
    this.#finish(undefined, reason, reason)
    this.#driver.failed(reason)
  }

  /** Ends the session here with `error`, and on the other side with its code, unless that side knows. */
  fail(error: unknown, tell: 'tell' | 'known' = 'tell'): void {
    if (this.#phase === 'over') return
    if (tell === 'tell') {
      const fault = SteerError.is(error) ? error : undefined
      if (fault?.kind === 'peer') this.#port.frames.reset(this.id, fault.code, fault.rawMessage)
      else if (fault !== undefined && TOLD_AS_IT_IS.has(fault.code))
        this.#port.frames.reset(this.id, fault.code, fault.rawMessage)
      else this.#port.frames.reset(this.id, 'aborted', `the ${this.program.role} failed at ${this.describe()}`)
    }
    this.#finish(undefined, error, error)
    this.#driver.failed(error)
  }

  /** User code of this side has thrown: the other side learns that, and where, and nothing more. */
  abort(error: unknown): void {
    if (this.#phase === 'over') return
    this.#port.frames.reset(this.id, 'aborted', `the ${this.program.role} failed at ${this.describe()}`)
    this.fail(error, 'known')
  }

  /** Goes on from the state that the driver has just decided on. */
  #take(decision: Decision): void {
    if (this.#phase === 'over') {
      if (decision !== PENDING && decision !== PROCEED) discard(decision)
      return
    }
    if (decision === PENDING) {
      this.#phase = 'held'
      return
    }
    if (decision !== PROCEED) this.#plan = decision
    this.#run()
  }

  /** An arrival is shown to the driver, or passed over if it is automatic; then on. */
  #arrive(edge: Edge, message: unknown, bytes: number): void {
    const decision = this.#show(edge, message, bytes)
    this.#take(decision)
  }

  #show(edge: Edge, message: unknown, bytes: number): Decision {
    this.#edge = edge
    this.#localsRun = 0
    this.#consumed(bytes)
    if (edge.signal) return PROCEED
    this.#lastMessage = edge
    if (edge.window > 0) this.#streams!.show()
    const decision = this.#driver.arrived(edge, message)
    this.#streamed = undefined
    return decision
  }

  /** Credit goes back while the other side goes on sending; a turn of this side says the same without a frame. */
  #consumed(bytes: number): void {
    if (this.#wire.mine || this.#wire.kind === 'end') return
    const credit = this.#receiving.consume(bytes)
    if (credit !== undefined) this.#port.frames.credit(this.id, credit.messages, credit.bytes)
  }

  /** Runs automatic steps, makes the planned move and takes what has arrived, until something has to be waited for. */
  #run(): void {
    this.#phase = 'running'
    for (;;) {
      if (this.#streams?.stopReading() === false) {
        this.#phase = 'draining'
        return
      }
      if (this.#localsRun < this.#edge.locals.length) {
        if (!this.#runLocal()) return
        continue
      }
      if (this.#edge.locals.length > 0) this.#keepTime()
      const place = this.#edge.next
      if (place.kind === 'end') {
        this.#finish(this.#lastMessage.outcome, undefined, undefined)
        this.#driver.ended(this.#lastMessage)
        return
      }
      const decision = place.mine ? this.#send(place) : this.#takeArrival()
      if (decision === undefined || this.over) return
      if (decision === PENDING) {
        this.#phase = 'held'
        return
      }
      if (decision !== PROCEED) this.#plan = decision
    }
  }

  /** True when the loop may go on at once. */
  #runLocal(): boolean {
    const name = this.#edge.locals[this.#localsRun++]!
    try {
      const result = this.#driver.local(name)
      if (!isThenable(result)) return !this.over
      if (!this.over) this.#phase = 'hook'
      result.then(
        () => {
          if (this.#phase === 'hook') this.#run()
        },
        (error: unknown) => {
          this.#hookThrew(name, error)
        },
      )
    } catch (error) {
      this.#hookThrew(name, error)
    }
    return false
  }

  #hookThrew(name: string, error: unknown): void {
    if (!this.over) {
      this.abort(error)
      return
    }
    this.#stray(`hook "${name}"`, error)
  }

  /** What user code throws when nobody waits for it any more. */
  #stray(what: string, error: unknown): void {
    if (error === this.#ending) return
    const where = `${what} of ${this.program.definition.name}, after its session was over`
    publish<StrayErrorEvent>(strayError, () => ({ link: this.link.id, where, error }))
  }

  /** Sends the automatic frame or the planned move; undefined when credit has to come first, or the session is over. */
  #send(place: Place): Decision | undefined {
    if (!this.#sending.open || !this.#port.hasRoom(this)) {
      this.#phase = 'blocked'
      return undefined
    }
    const plan = this.#plan
    const edge = place.kind === 'signal' ? place.edges[0]! : plan?.edge
    if (edge === undefined) {
      this.fail(new SteerError('internal', `no move was made at ${this.describe()}`))
      return undefined
    }
    try {
      const payload = edge.signal ? undefined : plan?.payload
      if (edge.window > 0) this.#streams!.openOutgoing(edge, payload)
      // The program's own code has run, and may have ended the session.
      if (this.over) return undefined
      const sealed = edge.sealed && edge.window === 0 ? seal(this.#ciphers!, edge, payload) : payload
      this.#sending.sent(this.#port.frames.message(this.id, edge, sealed))
    } catch (error) {
      this.fail(withPlace(error, edge))
      return undefined
    }
    // A cipher of the program's may have failed at the bytes that were handed over.
    if (this.#phase === 'over') return undefined
    this.#touched = this.#port.epoch
    this.#receiving.turnCame()
    this.#edge = edge
    this.#localsRun = 0
    if (edge.window === 0) this.#advance(edge)
    if (edge.signal) return PROCEED
    this.#plan = undefined
    this.#lastMessage = edge
    this.#streamed = undefined
    if (edge.window > 0) {
      this.#phase = 'streaming'
      this.#streams!.pump()
      return undefined
    }
    return edge.at === undefined ? PROCEED : this.#driver.arrived(edge, undefined)
  }

  #takeArrival(): Decision | undefined {
    const arrival = this.#inbox?.shift()
    if (arrival !== undefined) return this.#show(arrival.edge, arrival.message, arrival.bytes)
    this.#phase = 'waiting'
    return undefined
  }

  /** The order of all frames has come to the place behind this one. */
  #advance(edge: Edge): void {
    this.#wire = edge.next
    this.#wireEdge = edge
    if (this.#clocks !== undefined) {
      this.#clocks.enter(edge.enters)
      this.#keepTime()
    }
    if (this.#streams === undefined) return
    const { rest } = edge
    // A stream that comes next finds its credit there, and costs no round trip.
    if (!edge.signal && !rest.mine && rest.kind === 'message') this.#streams.grantAhead(rest.edges[0]!)
  }

  /** Clocks of scopes go on while the order of all frames is inside, or a hook inside has not run. */
  #keepTime(): void {
    if (this.#clocks === undefined) return
    const hooksLeft = this.#localsRun < this.#edge.locals.length || this.#phase === 'hook'
    const shown = this.#wireEdge === this.#edge
    this.#clocks.keep(
      this.#wire.scopes,
      shown ? NO_SCOPES : this.#wireEdge.localScopes,
      hooksLeft ? this.#edge.localScopes : NO_SCOPES,
    )
  }

  #createClocks(): ScopeClocks {
    return new ScopeClocks(this.#port.clock, ({ ms }) => {
      const text = `the steps within(${ms}) took longer; the session stood after ${this.describe()}`
      this.fail(new SteerError('deadline_exceeded', text))
    })
  }

  #createStreams(): SessionStreams {
    return new SessionStreams({
      id: this.id,
      frames: this.#port.frames,
      ciphers: () => this.#ciphers!,
      hasRoom: () => this.#port.hasRoom(this),
      touch: () => {
        this.#touched = this.#port.epoch
      },
      streamOver: (edge, how) => {
        this.#streamOver(edge, how)
      },
      fail: (error) => {
        this.fail(error)
      },
      sourceThrew: (edge, error) => {
        if (!this.over) this.abort(error)
        else this.#stray(`the source of stream "${edge.label}"`, error)
      },
    })
  }

  #streamOver(edge: Edge, how: StreamEnd): void {
    if (edge.mine) {
      this.#sending.turnCame()
      this.#advance(edge)
      this.#streamed = how
      this.#phase = 'running'
      this.#take(edge.at === undefined ? PROCEED : this.#driver.arrived(edge, undefined))
      return
    }
    this.#receiving.turnCame()
    this.#advance(edge)
    if (this.#phase === 'draining') this.#run()
  }

  #decode(edge: Edge, bytes: Uint8Array, start: number, end: number): unknown {
    if (edge.window === 0 && edge.sealed) {
      return unseal(this.#ciphers!, edge, decodePayload(SEALED_BYTES, bytes, start, end) as Uint8Array)
    }
    if (edge.window === 0 && edge.codec !== undefined) return decodePayload(edge.codec, bytes, start, end)
    if (start !== end) throw new SteerError('invalid_payload', 'expected no payload, got one')
    return undefined
  }

  #finish(outcome: string | undefined, error: unknown, abortReason: unknown, cancelled = false): void {
    this.#phase = 'over'
    this.#inbox = undefined
    this.#clocks?.stop()
    this.#streams?.close(abortReason, cancelled)
    discard(this.#plan)
    this.#plan = undefined
    this.#ending = abortReason
    this.#port.release(this)
    publish(sessionClose, () => ({ ...this.#event(), outcome, error }))
    if (abortReason !== undefined) this.#abort?.abort(abortReason)
  }

  #event(): SessionOpenEvent {
    const { definition, role } = this.program
    return { link: this.#port.link.id, session: this.id, protocol: definition.name, role }
  }
}

/** Faults of nobody that the other side should know by their own code. */
const TOLD_AS_IT_IS: ReadonlySet<ErrorCode> = new Set(['resource_exhausted', 'deadline_exceeded'])

const NO_SCOPES: readonly Scope[] = []
const NO_STREAMS = 'a frame of a stream arrived for a protocol without streams'

/** A move that will not be made any more: what it would have sent a stream from may hold a file open. */
function discard(plan: Plan | undefined): void {
  if (plan !== undefined && plan.edge.window > 0) discardSource(plan.payload)
}

/** Says for which message a payload was that cannot be sent. Other errors say it themselves, or are the program's own. */
function withPlace(error: unknown, edge: Edge): unknown {
  if (!SteerError.is(error) || (error.code !== 'invalid_payload' && error.code !== 'frame_too_large')) return error
  return new SteerError(error.code, `message "${edge.label}": ${error.rawMessage}`, { cause: error })
}
