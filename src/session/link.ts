/**
 * A link: one channel, any number of sessions. It cuts the bytes into frames, hands them to their sessions, and writes what they send once after each tick.
 */

import { linkClose, linkOpen, publish } from '../base/channels.ts'
import type { Clock, Timer } from '../base/clock.ts'
import { createDeferred } from '../base/deferred.ts'
import { SteerError, type ErrorCode } from '../base/errors.ts'
import { FRAME_MAX_BYTES, type Limits } from '../base/limits.ts'
import type { PeerIdentity } from '../base/peer-identity.ts'
import { otherRole } from '../ir/source.ts'
import type { Link, LinkEnd, ServeEntry } from '../kernel/link.ts'
import type { Program } from '../kernel/program.ts'
import type { StreamEnd } from '../kernel/state.ts'
import { FrameReader } from '../wire/frame.ts'
import type { Hello } from '../wire/hello.ts'
import type { ChannelSink, LinkChannel } from './channel/link-channel.ts'
import { createMismatch, numberingBy, readConfirm, stanceOn } from './accepting.ts'
import type { AcceptFrame, FaultFrame, OpenFrame } from './control-frames.ts'
import { InboundFrames, type FrameEvents } from './inbound-frames.ts'
import { LinkGuards } from './link-guards.ts'
import { LinkWatch, SWEEPS_PER_TURN } from './link-watch.ts'
import { LinkWriter } from './link-writer.ts'
import type { Registry, Serving } from './registry.ts'
import { prepareSession, serveSession } from './serving.ts'
import { SessionCore } from './session.ts'
import type { SessionPort } from './session-port.ts'
import { SessionNumbers } from './session-numbers.ts'
import { UnansweredSessions } from './unanswered.ts'
import { UndecidedSessions } from './undecided.ts'
import type { WindowSize } from './window.ts'

export interface LinkOptions {
  /** Not started. */
  readonly channel: LinkChannel
  /** The side that dialled. */
  readonly initiator: boolean
  readonly limits: Limits
  readonly clock: Clock
  readonly registry: Registry
  /** From the opened link to its graceful close, in ms; absent: no end. */
  readonly maxAgeMs?: number | undefined
  /** Builds what user code sees. */
  readonly face: (core: LinkCore) => Link
}

type Phase = 'opening' | 'open' | 'over'

/** Running sessions have this long to finish when a link closes, in ms. */
export const CLOSE_DEADLINE_MS = 10_000
/** How long the transport may take to close once everything is said, in ms. Then it is dropped. */
const LINGER_MS = 1000

export class LinkCore implements SessionPort<SessionCore>, ChannelSink, FrameEvents {
  readonly id: string
  readonly link: Link
  /** Set when the other side's hello is in. */
  remoteWindow: WindowSize = { messages: 0, bytes: 0 }
  readonly localWindow: WindowSize
  /** Resolves when the hello of the other side is in. */
  readonly whenOpen: Promise<Link>
  /** Resolves, never rejects, when the transport is closed. */
  readonly closed: Promise<LinkEnd>
  /** The way out. */
  readonly frames: LinkWriter
  readonly #options: LinkOptions
  #registry: Registry
  readonly #reader: FrameReader
  readonly #inbound = new InboundFrames(this)
  readonly #sessions = new Map<number, SessionCore>()
  readonly #waitingForRoom = new Set<SessionCore>()
  /** Sessions of this side that the other has not accepted yet: until it has, nothing of it is believed. */
  readonly #unaccepted = new Set<number>()
  readonly #unanswered = new UnansweredSessions()
  /** Sessions of the other side that wait for its verdict. */
  readonly #undecided: UndecidedSessions
  readonly #numbers: SessionNumbers
  readonly #openedLink = createDeferred<Link>()
  readonly #closed = createDeferred<LinkEnd>()
  readonly #abort = new AbortController()
  #phase: Phase = 'opening'
  #peer: PeerIdentity | undefined
  /** What the other side takes in; set once, before any session. */
  #remote: Hello | undefined
  /** This side has been asked to close and takes no new sessions. */
  #draining = false
  /** The other side has said that it takes no new sessions. */
  #remoteDraining = false
  #timer: Timer | undefined
  /** Set while the link is open. */
  #watch: LinkWatch | undefined
  #watchTimer: Timer | undefined
  #ageTimer: Timer | undefined
  readonly #guards: LinkGuards
  epoch = 0
  #error: SteerError | undefined

  constructor(options: LinkOptions) {
    this.id = `${options.initiator ? 'out' : 'in'}-${++linkCount}`
    this.#options = options
    this.#registry = options.registry
    const { channel, limits } = options
    this.frames = new LinkWriter(channel, () => {
      this.#flushed()
    })
    this.#reader = new FrameReader(limits.frameMaxBytes)
    this.#numbers = new SessionNumbers(options.initiator)
    this.#guards = new LinkGuards(limits, options.clock)
    this.localWindow = { messages: limits.windowMessages, bytes: limits.windowBytes }
    this.#undecided = new UndecidedSessions(this.#inbound, this.localWindow)
    this.whenOpen = this.#openedLink.promise
    this.closed = this.#closed.promise
    // Whoever dials or listens looks at it; an abandoned link must not crash the process.
    this.whenOpen.catch(() => undefined)
    this.link = options.face(this)
  }

  get clock(): Clock {
    return this.#options.clock
  }

  get remoteAddress(): string | undefined {
    return this.#options.channel.remoteAddress
  }

  /** Who the other side has proved to be. */
  get peer(): PeerIdentity | undefined {
    return this.#peer
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** @throws SteerError `misuse`, see `Registry.add`. */
  serve(entries: readonly ServeEntry[]): void {
    // The registry may be shared with the other links of a listener.
    const registry = this.#registry.copy()
    registry.add(entries)
    this.#registry = registry
  }

  /** Begins to open. */
  start(): void {
    const { channel, clock, limits } = this.#options
    this.#timer = clock.after(limits.openMaxMs, () => {
      const text = `the link did not open within limits.openMaxMs, ${limits.openMaxMs} ms`
      this.#fault(new SteerError('deadline_exceeded', text))
    })
    channel.start(this)
  }

  /**
   * A new session of this side. It is not begun.
   *
   * @throws SteerError `unavailable` when the link takes none, `resource_exhausted` when the other side's cap is reached.
   */
  openSession(program: Program): SessionCore {
    if (this.#phase !== 'open') throw this.#gone()
    if (this.#draining || this.#remoteDraining)
      throw new SteerError('unavailable', 'the link is closing and takes no new sessions')
    const { sessionsMax } = this.#remote!
    if (this.#numbers.localOpen >= sessionsMax) {
      throw new SteerError(
        'resource_exhausted',
        `the other side takes ${sessionsMax} sessions at once, limits.sessionsMax there`,
      )
    }
    const { definition, role } = program
    const id = this.#numbers.openLocal()
    const frame = { role, protocol: definition.name, fingerprint: definition.fingerprint }
    this.frames.open(id, frame)
    const session = new SessionCore(id, program, this)
    this.#sessions.set(id, session)
    this.#unaccepted.add(id)
    return session
  }

  /** No new sessions; running ones may finish until the deadline; then the closing frame. */
  close(deadlineMs: number): Promise<LinkEnd> {
    if (this.#phase === 'opening') this.#fault(new SteerError('unavailable', 'the link was closed before it opened'))
    if (this.#phase !== 'open') return this.closed
    if (!this.#draining) {
      this.#draining = true
      this.frames.goAway()
    }
    if (this.#isIdle() || deadlineMs === 0) this.#sayClose()
    else {
      this.#timer?.cancel()
      this.#timer = this.#options.clock.after(deadlineMs, () => {
        this.#sayClose()
      })
    }
    return this.closed
  }

  /** User code of this side broke the link: the other side learns that, and nothing more. */
  failHere(error: SteerError): void {
    this.#fault(error, FAILED_HERE)
  }

  /** The link cannot go on, for a reason that both sides may know. */
  fail(error: SteerError): void {
    this.#fault(error)
  }

  // ---- what sessions ask of their link

  hasRoom(session: SessionCore): boolean {
    if (this.frames.backlogBytes < this.#options.limits.outboundMaxBytes / 2) return true
    this.#waitingForRoom.add(session)
    return false
  }

  /** The session is over. */
  release(session: SessionCore): void {
    if (!this.#sessions.delete(session.id)) return
    this.#waitingForRoom.delete(session)
    this.#undecided.take(session.id)
    this.frames.numberings.delete(session.id)
    const { ending, program } = session
    const isUnanswered = this.#unaccepted.delete(session.id) && ending === undefined
    if (isUnanswered) this.#unanswered.add(session.id, program, this.epoch)
    else this.#numbers.release(session.id)
    this.#closeWhenIdle()
  }

  #closeWhenIdle(): void {
    if (this.#draining && this.#isIdle() && this.#phase === 'open') this.#sayClose()
  }

  #isIdle(): boolean {
    return this.#sessions.size === 0 && this.#unanswered.isIdle
  }

  /** A session that was over is answered, or never will be. */
  #answered(id: number): Program | undefined {
    const program = this.#unanswered.take(id)
    if (program === undefined) return undefined
    this.#numbers.release(id)
    return program
  }

  // ---- what the channel tells

  opened(hello: Hello, peer: PeerIdentity | undefined): void {
    if (this.#phase !== 'opening') return
    const { initiator, clock, maxAgeMs } = this.#options
    this.#timer?.cancel()
    this.#phase = 'open'
    this.#peer = peer
    this.#remote = hello
    this.remoteWindow = { messages: hello.windowMessages, bytes: hello.windowBytes }
    this.frames.frameMaxBytes = Math.min(hello.frameMaxBytes, FRAME_MAX_BYTES)
    this.#startWatch(hello)
    if (maxAgeMs !== undefined) {
      this.#ageTimer = clock.after(maxAgeMs, () => {
        void this.close(CLOSE_DEADLINE_MS)
      })
    }
    const { remoteAddress } = this
    publish(linkOpen, () => ({ link: this.id, remoteAddress, initiator }))
    this.#openedLink.resolve(this.link)
  }

  failed(error: SteerError): void {
    this.#drop(error)
  }

  data(chunk: Uint8Array): void {
    if (this.#phase === 'over') return
    this.#watch?.heard()
    try {
      this.#reader.push(chunk, this.#undecided)
    } catch (error) {
      // Texts of our own faults are made for the other side; those of anything else never leave this process.
      if (SteerError.is(error)) this.#fault(error)
      else this.#fault(SteerError.from(error), FAILED_HERE)
    }
  }

  drained(): void {
    this.frames.update()
    this.#giveRoom()
  }

  ended(): void {
    if (this.#phase !== 'over') this.#fault(this.#truncated(undefined))
    this.#options.channel.end()
  }

  transportClosed(error: Error | undefined): void {
    if (this.#phase !== 'over') this.#fault(this.#truncated(error))
    this.#timer?.cancel()
    this.#closed.resolve(this.#error === undefined ? {} : { error: this.#error })
  }

  // ---- what the frames say

  message(id: number, label: number, bytes: Uint8Array, start: number, end: number): void {
    const session = this.#believedSession(id, 'a message')
    if (session === undefined) return
    const numbering = this.frames.numberings.size === 0 ? undefined : this.frames.numberings.get(id)
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
    if (!this.#unaccepted.delete(id)) {
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
    this.#closeWhenIdle()
  }

  confirmed(id: number, bytes: Uint8Array, start: number, end: number): void {
    const session = this.#sessionOf(id)
    if (session === undefined) return
    const undecided = this.#undecided.take(id)
    if (undecided === undefined) {
      session.fail(new SteerError('unexpected_message', 'a session was confirmed that did not wait for it'))
      return
    }
    this.frames.numberings.set(id, readConfirm(session.program, bytes, start, end))
    serveSession(session, undecided.serving, this.link)
    for (const { kind, body } of undecided.frames) {
      if (session.over) return
      this.#inbound.frame(kind, id, body, 0, body.length)
    }
  }

  cancelled(id: number, reason: string | undefined): void {
    const session = this.#sessionOf(id)
    if (session === undefined) return
    this.#guards.chargeDiscard()
    session.cancel(otherRole(session.program.role), reason)
  }

  credited(id: number, messages: number, bytes: number): void {
    this.#sessionOf(id)?.receiveCredit(messages, bytes)
  }

  wasReset(id: number, fault: FaultFrame): void {
    if (this.#answered(id) !== undefined) this.#closeWhenIdle()
    const session = this.#sessionOf(id)
    if (session === undefined) return
    this.#guards.chargeDiscard()
    session.fail(reported(fault), 'known')
  }

  pinged(): void {
    this.#guards.chargePing()
    this.frames.pong()
  }

  goingAway(): void {
    this.#remoteDraining = true
  }

  saidClose(fault: FaultFrame | undefined): void {
    this.#over(fault === undefined ? undefined : reported(fault))
  }

  /** The running session of that number; undefined for one that is over, whose frames may still be on their way. */
  #sessionOf(id: number): SessionCore | undefined {
    const session = this.#sessions.get(id)
    if (session === undefined && !this.#numbers.wasOpened(id)) {
      throw new SteerError('channel_corrupt', `a frame arrived for session ${id}, which was never opened`)
    }
    if (session === undefined) this.#guards.chargeDiscard()
    return session
  }

  /** As `#sessionOf`, for frames that only mean something once the session is accepted. */
  #believedSession(id: number, what: string): SessionCore | undefined {
    const session = this.#sessionOf(id)
    if (session === undefined || this.#unaccepted.size === 0 || !this.#unaccepted.has(id)) return session
    session.fail(new SteerError('unexpected_message', `${what} arrived before the session was accepted`))
    return undefined
  }

  /** The other side opens a session. */
  open(id: number, open: OpenFrame): void {
    this.#numbers.openRemote(id)
    this.#guards.chargeOpen()
    const { limits } = this.#options
    const serving = this.#registry.find(open.protocol, open.role)
    if (this.#draining) {
      this.frames.reset(id, 'unavailable', 'the link is closing and takes no new sessions')
    } else if (serving === undefined) {
      this.frames.reset(id, 'protocol_mismatch', `no protocol "${open.protocol}" is served here for a ${open.role}`)
    } else if (this.#numbers.remoteOpen > limits.sessionsMax) {
      this.frames.reset(id, 'resource_exhausted', `limits.sessionsMax is ${limits.sessionsMax}`)
    } else {
      this.#serve(id, serving, open.fingerprint)
      return
    }
    this.#numbers.release(id)
  }

  /** The verdict on the opener's version comes first, here or from there; until then nothing that it sends is looked at. */
  #serve(id: number, serving: Serving, theirs: string): void {
    const { program } = serving
    const { fingerprint } = program.definition
    const session = new SessionCore(id, program, this)
    this.#sessions.set(id, session)
    prepareSession(session, serving, this.link)
    const stance = stanceOn(program, theirs)
    if (stance.kind === 'parts') {
      session.fail(createMismatch(program, theirs))
    } else if (stance.kind === 'unknown') {
      this.frames.accept(id, { fingerprint, verdict: 'undecided' })
      this.#undecided.add(session, serving)
    } else {
      this.frames.accept(id, { fingerprint, verdict: stance.kind === 'fits' ? 'taken' : undefined })
      if (stance.kind === 'fits') this.frames.numberings.set(id, numberingBy(program, stance.labels))
      serveSession(session, serving, this.link)
    }
  }

  // ---- watching

  #startWatch(remote: Hello): void {
    const { clock, limits } = this.#options
    this.#watch = new LinkWatch(limits, remote.pingFloorMs, clock.now())
    this.#scheduleWatch()
  }

  #scheduleWatch(): void {
    const { clock } = this.#options
    this.#watchTimer = clock.after(this.#watch!.tickMs, () => {
      this.#look()
    })
  }

  #look(): void {
    if (this.#phase !== 'open') return
    const { clock, limits, channel } = this.#options
    // Streams tell of room only when they were over their own mark, which need not be ours.
    this.drained()
    const { pendingBytes } = channel
    const actions = this.#watch!.tick(clock.now(), pendingBytes, this.frames.writtenBytes - pendingBytes)
    for (const action of actions) {
      if (action === 'ping') this.frames.ping()
      else if (action === 'sweep') this.#sweep()
      else if (action === 'dead') {
        this.#fault(
          new SteerError('unavailable', `no answer to a ping within limits.pingAnswerMs, ${limits.pingAnswerMs} ms`),
        )
      } else {
        this.#fault(new SteerError('slow_peer', `nothing was read for limits.writeStallMs, ${limits.writeStallMs} ms`))
      }
    }
    this.#scheduleWatch()
  }

  #sweep(): void {
    this.epoch++
    for (const id of this.#unanswered.overdue(this.epoch)) this.#answered(id)
    this.#closeWhenIdle()
    for (const session of [...this.#sessions.values()]) session.sweep(SWEEPS_PER_TURN, this.#options.limits.turnMaxMs)
  }

  // ---- ending

  /** Messages stop at half of the cap. What comes on top is made of answers to the other side, which does not read them. */
  #flushed(): void {
    const { outboundMaxBytes } = this.#options.limits
    const { backlogBytes } = this.frames
    if (backlogBytes > outboundMaxBytes && this.#phase !== 'over') {
      const text = `${backlogBytes} bytes wait for the other side to read, limits.outboundMaxBytes is ${outboundMaxBytes}`
      this.#fault(new SteerError('slow_peer', text))
    } else this.#giveRoom()
  }

  #giveRoom(): void {
    if (this.#waitingForRoom.size === 0 || this.frames.backlogBytes >= this.#options.limits.outboundMaxBytes / 4) return
    const waiting = [...this.#waitingForRoom]
    this.#waitingForRoom.clear()
    for (const session of waiting) session.resume()
  }

  /** A fault of the link: told to the other side where it can still hear it, then everything ends. */
  #fault(error: SteerError, told: FaultFrame = { code: error.code, text: error.rawMessage }): void {
    if (this.#phase === 'over') return
    const heard = this.#phase === 'open' && !UNHEARD.has(error.code)
    if (heard) {
      this.frames.sayClose(told)
      this.#over(error)
    } else this.#drop(error)
  }

  /** Nothing more is said. */
  #drop(error: SteerError): void {
    if (this.#phase === 'over') return
    this.#over(error)
    this.#options.channel.destroy()
  }

  #sayClose(): void {
    if (this.#phase !== 'open') return
    this.#over(undefined)
  }

  /** Ends all sessions, says close where nothing else was said, and lets the transport finish. */
  #over(error: SteerError | undefined): void {
    if (this.#phase === 'over') return
    const wasOpen = this.#phase === 'open'
    this.#phase = 'over'
    this.#error = error
    this.#reader.stop()
    const reason = error ?? this.#gone()
    // A session that has everything it needs from the other side still comes to its own end.
    for (const session of [...this.#sessions.values()]) if (!session.complete) session.fail(reason, 'known')
    if (error === undefined) this.frames.sayClose(undefined)
    this.frames.close()
    this.#watchTimer?.cancel()
    this.#ageTimer?.cancel()
    this.#abort.abort(reason)
    this.#openedLink.reject(reason)
    this.#timer?.cancel()
    this.#timer = this.#options.clock.after(LINGER_MS, () => {
      this.#options.channel.destroy()
    })
    this.#options.channel.end()
    if (wasOpen) publish(linkClose, () => ({ link: this.id, remoteAddress: this.remoteAddress, error }))
  }

  #gone(): SteerError {
    return this.#error ?? new SteerError('unavailable', 'the link is closed')
  }

  #truncated(cause: Error | undefined): SteerError {
    const text = 'the connection ended without the closing frame'
    if (SteerError.is(cause)) return cause
    if (this.#phase === 'opening')
      return new SteerError('handshake_failed', 'the other side closed before the link was open', { cause })
    return new SteerError('truncated', text, { cause })
  }
}

/** What the other side is told when it is not its fault and none of its business. */
const FAILED_HERE: FaultFrame = { code: 'aborted', text: 'the other side of this link failed' }

/** After these nobody is there to hear, or to read. */
const UNHEARD: ReadonlySet<ErrorCode> = new Set(['truncated', 'slow_peer', 'unavailable'])

let linkCount = 0
function reported(fault: FaultFrame): SteerError {
  return new SteerError(fault.code, `the other side reports: ${fault.text}`)
}
