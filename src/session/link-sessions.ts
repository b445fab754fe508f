/** The sessions of a link, by their numbers: opened and accepted, spoken to by frames, let go when they are over. */

import type { Clock } from '../base/clock.ts'
import { SteerError } from '../base/errors.ts'
import type { Limits } from '../base/limits.ts'
import { otherRole } from '../ir/source.ts'
import type { Link, ServeEntry } from '../kernel/link.ts'
import type { Program } from '../kernel/program.ts'
import type { StreamEnd } from '../kernel/state.ts'
import type { FrameSink } from '../wire/frame.ts'
import type { Hello } from '../wire/hello.ts'
import { createMismatch, numberingBy, readConfirm, stanceOn, type Numbering } from './accepting.ts'
import { toError, type AcceptFrame, type FaultFrame, type OpenFrame } from './control-frames.ts'
import { InboundFrames, type LinkFrameEvents, type SessionFrameEvents } from './inbound-frames.ts'
import type { LinkGuards } from './link-guards.ts'
import { SWEEPS_PER_TURN } from './link-watch.ts'
import type { LinkWriter } from './link-writer.ts'
import { NumberMap } from './number-map.ts'
import type { Registry, Serving } from './registry.ts'
import { prepareSession, serveSession } from './serving.ts'
import { SessionCore } from './session.ts'
import { SessionNumbers } from './session-numbers.ts'
import type { SessionPort } from './session-port.ts'
import { UnansweredSessions } from './unanswered.ts'
import { UndecidedSessions } from './undecided.ts'
import type { SessionView } from './views.ts'
import type { WindowSize } from './window.ts'

/** The same for all links of one end. */
export interface LinkSessionsOptions {
  /** The side that dialled. */
  readonly initiator: boolean
  readonly limits: Limits
  /** What the limits let each session of the other side have under way. */
  readonly window: WindowSize
  readonly clock: Clock
  readonly registry: Registry
}

/** The link of the sessions: it hears the frames that are for it, and more. */
export interface LinkOfSessions extends LinkFrameEvents {
  readonly guards: LinkGuards
  /** A session is over, and none is left that this side has anything to say of. */
  idle(): void
}

export class LinkSessions implements FrameSink, SessionPort<SessionCore>, SessionFrameEvents {
  /** As user code knows it; set before the link opens. */
  link!: Link
  readonly frames: LinkWriter
  readonly localWindow: WindowSize
  remoteWindow: WindowSize = NO_WINDOW
  epoch = 0
  /** Set by the link when this side takes no new sessions. */
  refusing = false
  readonly #options: LinkSessionsOptions
  readonly #parent: LinkOfSessions
  readonly #inbound: InboundFrames
  #registry: Registry
  // Most links never need most of these, so each is made when it is needed.
  #sessions: NumberMap<SessionCore> | undefined
  #waitingForRoom: Set<SessionCore> | undefined
  /** Sessions of this side that the other has not accepted yet: until it has, nothing of it is believed. */
  #unaccepted: NumberMap<SessionCore> | undefined
  #unanswered: UnansweredSessions | undefined
  /** Sessions of the other side that wait for its verdict. */
  #undecided: UndecidedSessions | undefined
  #numbers: SessionNumbers | undefined
  /** How many the other side takes at once. */
  #remoteMax = 0

  constructor(options: LinkSessionsOptions, frames: LinkWriter, parent: LinkOfSessions) {
    this.#options = options
    this.frames = frames
    this.#registry = options.registry
    this.localWindow = options.window
    this.#parent = parent
    this.#inbound = new InboundFrames(this, parent)
  }

  views(): SessionView[] {
    return this.#running().map((session) => session.view())
  }

  get clock(): Clock {
    return this.#options.clock
  }

  /** Nothing more is to be said or heard of any session. */
  get isIdle(): boolean {
    return (this.#sessions?.size ?? 0) === 0 && this.#unanswered?.isIdle !== false
  }

  /** The link is open: the other side has said what it takes in. */
  opened(hello: Hello): void {
    this.remoteWindow = windowOf(hello)
    this.#remoteMax = hello.sessionsMax
  }

  /** @throws SteerError `misuse`, see `Registry.add`. */
  serve(entries: readonly ServeEntry[]): void {
    // The registry may be shared with the other links of a listener.
    const registry = this.#registry.copy()
    registry.add(entries)
    this.#registry = registry
  }

  /** A new session of this side. It is not begun. @throws SteerError `resource_exhausted` when the other side's cap is reached. */
  start(program: Program): SessionCore {
    const numbers = this.#sessionNumbers()
    if (numbers.localOpen >= this.#remoteMax) {
      throw new SteerError(
        'resource_exhausted',
        `the other side takes ${this.#remoteMax} sessions at once, limits.sessionsMax there`,
      )
    }
    const { definition, role } = program
    const id = numbers.openLocal()
    const frame = { role, protocol: definition.name, fingerprint: definition.fingerprint }
    this.frames.open(id, frame)
    const session = this.#create(id, program)
    this.#unaccepted ??= new NumberMap()
    this.#unaccepted.set(id, session)
    return session
  }

  #sessionNumbers(): SessionNumbers {
    return (this.#numbers ??= new SessionNumbers(this.#options.initiator))
  }

  #create(id: number, program: Program): SessionCore {
    const session = new SessionCore(id, program, this)
    this.#sessions ??= new NumberMap()
    this.#sessions.set(id, session)
    return session
  }

  /** A copy, since any of them may end while the others are gone through. By number: what follows can be repeated. */
  #running(filter?: (session: SessionCore) => boolean): SessionCore[] {
    const sessions = this.#sessions?.values() ?? []
    const wanted = filter === undefined ? sessions : sessions.filter(filter)
    return wanted.sort((left, right) => left.id - right.id)
  }

  /** The link is over. A session that has everything it needs from the other side still comes to its own end. */
  fail(reason: SteerError): void {
    for (const session of this.#running()) if (!session.complete) session.fail(reason, 'known')
  }

  /** Called once an epoch. */
  sweep(): void {
    this.epoch++
    for (const id of this.#unanswered?.overdue(this.epoch) ?? []) this.#answered(id)
    this.#tellIdle()
    const overdue = this.#running((session) => session.isOverdue(SWEEPS_PER_TURN))
    for (const session of overdue) session.expire(this.#options.limits.turnMaxMs)
  }

  /** Called now and then: while no session runs, what the next one needs is let go, since it makes it anew. */
  rest(): void {
    if (!this.isIdle) return
    this.#sessions = undefined
    this.#unaccepted = undefined
    // Those that wait for an answer keep their places at the other side until it comes.
    if (this.#unanswered?.isEmpty === true) this.#unanswered = undefined
    this.#undecided = undefined
    this.#waitingForRoom = undefined
    this.frames.rest()
  }

  /** The link has got rid of something. */
  giveRoom(): void {
    const waiting = this.#waitingForRoom
    if (waiting === undefined || this.frames.backlogBytes >= this.#options.limits.outboundMaxBytes / 4) return
    this.#waitingForRoom = undefined
    for (const session of waiting) session.resume()
  }

  // ---- what sessions ask

  hasRoom(session: SessionCore): boolean {
    if (this.frames.backlogBytes < this.#options.limits.outboundMaxBytes / 2) return true
    this.#waitingForRoom ??= new Set()
    this.#waitingForRoom.add(session)
    return false
  }

  /** The session is over. */
  release(session: SessionCore): void {
    if (this.#sessions?.delete(session.id) !== true) return
    this.#waitingForRoom?.delete(session)
    this.#undecided?.take(session.id)
    this.frames.numberings?.delete(session.id)
    const { ending, program } = session
    const isUnanswered = this.#unaccepted?.delete(session.id) === true && ending === undefined
    if (isUnanswered) {
      this.#unanswered ??= new UnansweredSessions()
      this.#unanswered.add(session.id, program, this.epoch)
    } else this.#sessionNumbers().release(session.id)
    this.#tellIdle()
  }

  #tellIdle(): void {
    if (this.isIdle) this.#parent.idle()
  }

  /** A session that was over is answered, or never will be. */
  #answered(id: number): Program | undefined {
    const program = this.#unanswered?.take(id)
    if (program === undefined) return undefined
    this.#sessionNumbers().release(id)
    return program
  }

  // ---- what the frames say

  /** @throws SteerError for what ends the link. */
  frame(kind: number, session: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#undecided?.takesFrame(kind, session, bytes, start, end) === true) return
    this.#inbound.frame(kind, session, bytes, start, end)
  }

  message(id: number, label: number, bytes: Uint8Array, start: number, end: number): void {
    const session = this.#believedSession(id, 'a message')
    if (session === undefined) return
    const numbering = this.frames.numberings?.get(id)
    const own = numbering === undefined ? label : numbering.toOwn(label)
    if (own !== undefined) session.receive(own, bytes, start, end)
    else session.fail(new SteerError('unexpected_message', 'a message arrived that this version does not have'))
  }

  item(id: number, bytes: Uint8Array, start: number, end: number): void {
    this.#believedSession(id, 'an item')?.receiveItem(bytes, start, end)
  }

  streamEnded(id: number, how: StreamEnd | undefined): void {
    this.#believedSession(id, 'the end of a stream')?.receiveStreamEnd(how)
  }

  streamCredited(id: number, items: number): void {
    this.#believedSession(id, 'credit')?.receiveStreamCredit(items)
  }

  accepted(id: number, frame: AcceptFrame): void {
    const ended = this.#answered(id)
    if (ended !== undefined) {
      this.#acceptedLate(id, ended, frame)
      return
    }
    const session = this.#sessionOf(id)
    if (session === undefined) return
    if (this.#unaccepted?.delete(id) !== true) {
      session.fail(
        new SteerError('unexpected_message', 'the session was accepted a second time, or by the side that opened it'),
      )
    } else if (!this.#agree(id, session.program, frame)) {
      session.fail(createMismatch(session.program, frame.fingerprint))
    }
  }

  /** Confirms where that is left to this side. False where the versions do not fit. */
  #agree(id: number, program: Program, { fingerprint, verdict }: AcceptFrame): boolean {
    const stance = stanceOn(program, fingerprint)
    if (stance.kind === 'same') return verdict === undefined
    if (verdict === 'taken') return stance.kind !== 'parts'
    if (verdict === undefined || stance.kind !== 'fits') return false
    this.frames.confirm(id, { opener: program, labels: stance.labels })
    return true
  }

  /** The session has come to its end here; the other side may hold all of it, and wait for the verdict. */
  #acceptedLate(id: number, program: Program, frame: AcceptFrame): void {
    if (frame.verdict === 'undecided' && !this.#agree(id, program, frame)) {
      const { code, rawMessage } = createMismatch(program, frame.fingerprint)
      this.frames.reset(id, code, rawMessage)
    }
    this.#tellIdle()
  }

  confirmed(id: number, bytes: Uint8Array, start: number, end: number): void {
    const session = this.#sessionOf(id)
    if (session === undefined) return
    const undecided = this.#undecided?.take(id)
    if (undecided === undefined) {
      session.fail(new SteerError('unexpected_message', 'a session was confirmed that did not wait for it'))
      return
    }
    this.#setNumbering(id, readConfirm(session.program, bytes, start, end))
    serveSession(session, undecided.serving, this.link)
    for (const { kind, body } of undecided.frames) {
      if (session.over) return
      this.#inbound.frame(kind, id, body, 0, body.length)
    }
  }

  #setNumbering(id: number, numbering: Numbering): void {
    this.frames.numberings ??= new NumberMap()
    this.frames.numberings.set(id, numbering)
  }

  cancelled(id: number, reason: string | undefined): void {
    const session = this.#sessionOf(id)
    if (session === undefined) return
    this.#parent.guards.chargeDiscard()
    session.cancel(otherRole(session.program.role), reason)
  }

  credited(id: number, messages: number, bytes: number): void {
    this.#sessionOf(id)?.receiveCredit(messages, bytes)
  }

  wasReset(id: number, fault: FaultFrame): void {
    if (this.#answered(id) !== undefined) this.#tellIdle()
    const session = this.#sessionOf(id)
    if (session === undefined) return
    this.#parent.guards.chargeDiscard()
    session.fail(toError(fault), 'known')
  }

  /** The running session of that number; undefined for one that is over, whose frames may still be on their way. */
  #sessionOf(id: number): SessionCore | undefined {
    const session = this.#sessions?.get(id)
    if (session === undefined && this.#numbers?.wasOpened(id) !== true) {
      throw new SteerError('channel_corrupt', `a frame arrived for session ${id}, which was never opened`)
    }
    if (session === undefined) this.#parent.guards.chargeDiscard()
    return session
  }

  /** As `#sessionOf`, for frames that only mean something once the session is accepted. */
  #believedSession(id: number, what: string): SessionCore | undefined {
    const session = this.#sessionOf(id)
    if (session === undefined || this.#unaccepted?.get(id) === undefined) return session
    session.fail(new SteerError('unexpected_message', `${what} arrived before the session was accepted`))
    return undefined
  }

  /** The other side opens a session. */
  open(id: number, open: OpenFrame): void {
    const numbers = this.#sessionNumbers()
    numbers.openRemote(id)
    this.#parent.guards.chargeOpen()
    const { limits } = this.#options
    const serving = this.#registry.find(open.protocol, open.role)
    if (this.refusing) {
      this.frames.reset(id, 'unavailable', 'the link is closing and takes no new sessions')
    } else if (serving === undefined) {
      this.frames.reset(id, 'protocol_mismatch', `no protocol "${open.protocol}" is served here for a ${open.role}`)
    } else if (numbers.remoteOpen > limits.sessionsMax) {
      this.frames.reset(id, 'resource_exhausted', `limits.sessionsMax is ${limits.sessionsMax}`)
    } else {
      this.#serve(id, serving, open.fingerprint)
      return
    }
    numbers.release(id)
    this.#parent.guards.chargeDiscard()
  }

  /** The verdict on the opener's version comes first, here or from there; until then nothing that it sends is looked at. */
  #serve(id: number, serving: Serving, theirs: string): void {
    const { program } = serving
    const { fingerprint } = program.definition
    const session = this.#create(id, program)
    prepareSession(session, serving, this.link)
    const stance = stanceOn(program, theirs)
    if (stance.kind === 'parts') {
      session.fail(createMismatch(program, theirs))
    } else if (stance.kind === 'unknown') {
      this.frames.accept(id, { fingerprint, verdict: 'undecided' })
      this.#undecided ??= new UndecidedSessions(this.localWindow)
      this.#undecided.add(session, serving)
    } else {
      this.frames.accept(id, { fingerprint, verdict: stance.kind === 'fits' ? 'taken' : undefined })
      if (stance.kind === 'fits') this.#setNumbering(id, numberingBy(program, stance.labels))
      serveSession(session, serving, this.link)
    }
  }
}

const NO_WINDOW: WindowSize = { messages: 0, bytes: 0 }
/** Most links come from sides with the same limits, and share it. */
let lastWindow = NO_WINDOW

function windowOf({ windowMessages: messages, windowBytes: bytes }: Hello): WindowSize {
  if (lastWindow.messages !== messages || lastWindow.bytes !== bytes) lastWindow = { messages, bytes }
  return lastWindow
}
