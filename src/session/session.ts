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
import type { Edge, Place, Plan, Program } from '../kernel/program.ts'
import { PENDING, PROCEED, type Decision, type Driver } from './driver.ts'
import { Inbox } from './inbox.ts'
import { ReceiveWindow, SendWindow, type WindowSize } from './window.ts'

/** What a session asks of its link. */
export interface SessionPort {
  /** The link as user code knows it. */
  readonly link: Link
  /** How much the other side takes in before it gives credit. */
  readonly remoteWindow: WindowSize
  /** Rises with every sweep. Sessions note it at each frame, and so know how long none came without looking at a clock. */
  readonly epoch: number
  /** How much this side takes in before it gives credit. */
  readonly localWindow: WindowSize
  /** Where its frames go. `message` returns the bytes of its payload. */
  readonly frames: {
    message(session: number, edge: Edge, payload: unknown): number
    credit(session: number, messages: number, bytes: number): void
    cancel(session: number, reason: string | undefined): void
    reset(session: number, code: ErrorCode, text: string): void
  }
  /** False while so much waits to go out that no further message should be made; `resume` is called when that has changed. */
  hasRoom(session: SessionCore): boolean
  /** The session is over; its number may be forgotten. */
  release(session: SessionCore): void
}

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
  | 'over'

export class SessionCore {
  readonly id: number
  readonly program: Program
  readonly #port: SessionPort
  /** Set by the driver's constructor through `bind`, before `begin`. */
  #driver!: Driver
  #phase: Phase = 'waiting'
  /** The order of all frames has come this far. */
  #wire: Place
  /** The driver has come this far: the frame it has seen last, and how many of its hooks have run. */
  #edge: Edge
  #localsRun = 0
  /** The move to make at the next message place of this side. */
  #plan: Plan | undefined
  /** The last frame with a message of the user's. */
  #lastMessage: Edge
  readonly #inbox = new Inbox()
  readonly #sending: SendWindow
  readonly #receiving: ReceiveWindow
  /** The epoch of the last frame in either direction. */
  #touched: number
  #handle: Session | undefined
  #abort: AbortController | undefined
  #ending: unknown

  constructor(id: number, program: Program, port: SessionPort) {
    this.id = id
    this.program = program
    this.#port = port
    this.#wire = program.start.next
    this.#edge = program.start
    this.#lastMessage = program.start
    this.#touched = port.epoch
    this.#sending = new SendWindow(port.remoteWindow)
    this.#receiving = new ReceiveWindow(port.localWindow)
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
    return rest.kind === 'end' && (!mine || this.complete)
  }

  /** The session as user code knows it; made when somebody asks. */
  get handle(): Session {
    return (this.#handle ??= createHandle(this))
  }

  /** Made when somebody asks: most sessions never need one. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      if (this.over && this.#ending !== undefined) this.#abort.abort(this.#ending)
    }
    return this.#abort.signal
  }

  /** What is being waited for or done, for messages to people. */
  describe(): string {
    return this.#lastMessage === this.program.start ? 'the start' : `"${this.#lastMessage.label}"`
  }

  bind(driver: Driver): void {
    this.#driver = driver
  }

  begin(): void {
    publish(sessionOpen, () => this.#event())
    const { start } = this.program
    if (start.at === undefined) {
      this.#run()
      return
    }
    this.#phase = 'running'
    this.#take(this.#driver.arrived(start, undefined))
  }

  /** The driver is done with the state it held; `plan` where a move was due. */
  proceed(plan: Plan | undefined): void {
    if (this.#phase !== 'held') return
    this.#phase = 'running'
    this.#take(plan ?? PROCEED)
  }

  /** A frame with a message or an automatic step has arrived. */
  receive(labelNumber: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#phase === 'over') return
    const edge = this.#wire.mine ? undefined : this.#wire.byLabel.get(labelNumber)
    if (edge === undefined) {
      this.fail(this.#unexpected(labelNumber))
      return
    }
    let message: unknown
    try {
      if (edge.codec !== undefined) message = decodePayload(edge.codec, bytes, start, end)
      else if (start !== end) throw new SteerError('invalid_payload', 'expected no payload, got one')
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
    this.#wire = edge.next
    if (this.#phase === 'waiting') {
      this.#phase = 'running'
      this.#arrive(edge, message, end - start)
    } else {
      this.#inbox.push({ edge, message, bytes: end - start })
    }
  }

  /** Called once an epoch: fails a session in which nothing moved for so many of them. */
  sweep(epochs: number, turnMaxMs: number): void {
    if (this.over || this.#port.epoch - this.#touched <= epochs) return
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
  }

  /** One of the two sides has cancelled. A cancel of this side is told to the other. */
  cancel(by: Role, reason: string | undefined): void {
    if (this.#phase === 'over') return
    if (by === this.program.role) this.#port.frames.cancel(this.id, reason)
    this.#finish('cancelled', undefined, new SteerError('aborted', `the ${by} cancelled the session`))
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
    if (this.#phase === 'over') return
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
    return this.#driver.arrived(edge, message)
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
      if (this.#localsRun < this.#edge.locals.length) {
        if (!this.#runLocal()) return
        continue
      }
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
    const where = `hook "${name}" of ${this.program.definition.name}, after its session was over`
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
      this.#sending.sent(this.#port.frames.message(this.id, edge, edge.signal ? undefined : plan?.payload))
    } catch (error) {
      this.fail(error)
      return undefined
    }
    this.#touched = this.#port.epoch
    this.#receiving.turnCame()
    this.#wire = edge.next
    this.#edge = edge
    this.#localsRun = 0
    if (edge.signal) return PROCEED
    this.#plan = undefined
    this.#lastMessage = edge
    return edge.at === undefined ? PROCEED : this.#driver.arrived(edge, undefined)
  }

  #takeArrival(): Decision | undefined {
    const arrival = this.#inbox.shift()
    if (arrival !== undefined) return this.#show(arrival.edge, arrival.message, arrival.bytes)
    this.#phase = 'waiting'
    return undefined
  }

  #finish(outcome: string | undefined, error: unknown, abortReason: unknown): void {
    this.#phase = 'over'
    this.#inbox.clear()
    this.#ending = abortReason
    this.#port.release(this)
    publish(sessionClose, () => ({ ...this.#event(), outcome, error }))
    if (abortReason !== undefined) this.#abort?.abort(abortReason)
  }

  #unexpected(labelNumber: number): SteerError {
    const got = this.program.labels[labelNumber]
    const what = got === undefined ? `label number ${labelNumber}, which does not exist` : `"${got}"`
    const expected = this.#wire.mine
      ? `nothing, since it is the ${this.program.role}'s turn`
      : this.#wire.edges.map((edge) => `"${edge.label}"`).join(' or ') || 'nothing, since the session is at its end'
    return new SteerError(
      'unexpected_message',
      `after ${this.describe()} of protocol "${this.program.definition.name}": expected ${expected}, got ${what} from the ${otherRole(this.program.role)}`,
    )
  }

  #event(): SessionOpenEvent {
    const { definition, role } = this.program
    return { link: this.#port.link.id, session: this.id, protocol: definition.name, role }
  }
}

/** Faults of nobody that the other side should know by their own code. */
const TOLD_AS_IT_IS: ReadonlySet<ErrorCode> = new Set(['resource_exhausted', 'deadline_exceeded'])

function createHandle(core: SessionCore): Session {
  return Object.freeze({
    id: core.id,
    protocol: core.program.definition.name,
    role: core.program.role,
    get signal() {
      return core.signal
    },
    cancel: (reason?: string) => {
      core.cancel(core.program.role, reason)
    },
  })
}
