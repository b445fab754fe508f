/** The life of a link over its channel: it opens, is watched, drains and closes, or fails. `LinkSessions` has its sessions. */

import { linkClose, linkOpen, publish } from '../base/channels.ts'
import type { Timer } from '../base/clock.ts'
import { createDeferred, type Deferred } from '../base/deferred.ts'
import { SteerError, type ErrorCode } from '../base/errors.ts'
import { FRAME_MAX_BYTES } from '../base/limits.ts'
import type { PeerIdentity } from '../base/peer-identity.ts'
import { joinRounds, type RoundPlace, type Watched } from '../base/rounds.ts'
import type { Link, LinkEnd, ServeEntry } from '../kernel/link.ts'
import type { Program } from '../kernel/program.ts'
import { FrameReader } from '../wire/frame.ts'
import type { Hello } from '../wire/hello.ts'
import type { ChannelSink, LinkChannel } from './channel/link-channel.ts'
import { toError, type FaultFrame } from './control-frames.ts'
import { LinkGuards } from './link-guards.ts'
import { LinkSessions, type LinkOfSessions, type LinkSessionsOptions } from './link-sessions.ts'
import { LinkWatch } from './link-watch.ts'
import { LinkWriter, type LinkWriterEvents } from './link-writer.ts'
import type { SessionCore } from './session.ts'
import type { SessionView } from './views.ts'

/** The same for all links of one end: an idle link keeps none of its own. */
export interface LinkOptions extends LinkSessionsOptions {
  /** From the opened link to its graceful close, in ms; absent: no end. */
  readonly maxAgeMs?: number | undefined
  /** Builds what user code sees. */
  readonly face: (core: LinkCore) => Link
}

/** For whoever has many links: a promise of each of them would be kept for as long as the link. */
export interface LinkEvents {
  /** The link is open; nothing else that has come has been looked at yet. */
  opened(core: LinkCore): void
  /** It has failed or is closing, whether it was open or not: nothing comes any more. */
  over(core: LinkCore): void
  /** Its transport is closed, too. Called once, the last of all. */
  closed(core: LinkCore): void
}

type Phase = 'opening' | 'open' | 'over'

/** Running sessions have this long to finish when a link closes, in ms. */
export const CLOSE_DEADLINE_MS = 10_000
/** How long the transport may take to close once everything is said, in ms. Then it is dropped. */
const LINGER_MS = 1000

export class LinkCore implements ChannelSink, LinkOfSessions, LinkWriterEvents, Watched {
  readonly id: string
  readonly link: Link
  readonly #channel: LinkChannel
  readonly #options: LinkOptions
  readonly #events: LinkEvents | undefined
  readonly #reader: FrameReader
  /** The way out. */
  readonly #frames: LinkWriter
  /** Made for the first charge: until then it would be full. */
  #guards: LinkGuards | undefined
  readonly #sessions: LinkSessions
  /** Set where somebody waits for it. */
  #opening: Deferred<Link> | undefined
  /** Made when somebody asks. */
  #closed: Deferred<LinkEnd> | undefined
  /** Set when the transport is closed. */
  #end: LinkEnd | undefined
  /** Made when somebody asks. */
  #abort: AbortController | undefined
  #phase: Phase = 'opening'
  #peer: PeerIdentity | undefined
  /** The other side has said that it takes no new sessions. */
  #remoteDraining = false
  #timer: Timer | undefined
  /** Set while the link is open. */
  #watch: LinkWatch | undefined
  #watchPlace: RoundPlace | undefined
  #ageTimer: Timer | undefined
  #error: SteerError | undefined

  /** @param channel not started. */
  constructor(channel: LinkChannel, options: LinkOptions, events?: LinkEvents) {
    const { initiator, limits, clock } = options
    this.id = `${initiator ? 'out' : 'in'}-${++linkCount}`
    this.#channel = channel
    this.#options = options
    this.#events = events
    this.#frames = new LinkWriter(channel, clock, this)
    this.#reader = new FrameReader(limits.frameMaxBytes)
    this.#sessions = new LinkSessions(options, this.#frames, this)
    this.link = options.face(this)
    this.#sessions.link = this.link
  }

  get remoteAddress(): string | undefined {
    return this.#channel.remoteAddress
  }

  /** Resolves, never rejects, when the transport is closed. */
  get closed(): Promise<LinkEnd> {
    if (this.#closed === undefined) {
      this.#closed = createDeferred()
      if (this.#end !== undefined) this.#closed.resolve(this.#end)
    }
    return this.#closed.promise
  }

  /** Who the other side has proved to be. */
  get peer(): PeerIdentity | undefined {
    return this.#peer
  }

  get guards(): LinkGuards {
    const { limits, clock } = this.#options
    return (this.#guards ??= new LinkGuards(limits, clock))
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      if (this.#phase === 'over') this.#abort.abort(this.#gone())
    }
    return this.#abort.signal
  }

  /** @throws SteerError `misuse`, see `Registry.add`. */
  serve(entries: readonly ServeEntry[]): void {
    this.#sessions.serve(entries)
  }

  views(): SessionView[] {
    return this.#sessions.views()
  }

  /** As `start`; resolves when the hello of the other side is in. */
  open(): Promise<Link> {
    this.#opening = createDeferred()
    this.start()
    return this.#opening.promise
  }

  /** Begins to open. */
  start(): void {
    const { clock, limits } = this.#options
    this.#timer = clock.after(limits.openMaxMs, () => {
      const text = `the link did not open within limits.openMaxMs, ${limits.openMaxMs} ms`
      this.#fault(new SteerError('deadline_exceeded', text))
    })
    this.#channel.start(this)
  }

  /**
   * A new session of this side. It is not begun.
   *
   * @throws SteerError `unavailable` when the link takes none, `resource_exhausted` when the other side's cap is reached.
   */
  openSession(program: Program): SessionCore {
    if (!this.#isOpen()) throw this.#gone()
    if (this.#sessions.refusing || this.#remoteDraining)
      throw new SteerError('unavailable', 'the link is closing and takes no new sessions')
    const session = this.#sessions.start(program)
    // A cipher of the program's may have failed at the bytes that were handed over: the session is none of those that were told.
    if (!this.#isOpen()) throw this.#gone()
    return session
  }

  #isOpen(): boolean {
    return this.#phase === 'open'
  }

  /** No new sessions; running ones may finish until the deadline; then the closing frame. */
  close(deadlineMs: number): Promise<LinkEnd> {
    if (this.#phase === 'opening') this.#fault(new SteerError('unavailable', 'the link was closed before it opened'))
    if (this.#phase !== 'open') return this.closed
    if (!this.#sessions.refusing) {
      this.#sessions.refusing = true
      this.#frames.goAway()
    }
    if (this.#sessions.isIdle || deadlineMs === 0) this.#sayClose()
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

  // ---- what the channel tells

  opened(hello: Hello, peer: PeerIdentity | undefined): void {
    if (this.#phase !== 'opening') return
    const { initiator, clock, maxAgeMs } = this.#options
    this.#timer?.cancel()
    this.#timer = undefined
    this.#phase = 'open'
    this.#peer = peer
    this.#sessions.opened(hello)
    this.#frames.frameMaxBytes = Math.min(hello.frameMaxBytes, FRAME_MAX_BYTES)
    this.#startWatch(hello)
    if (maxAgeMs !== undefined) {
      this.#ageTimer = clock.after(maxAgeMs, () => {
        void this.close(CLOSE_DEADLINE_MS)
      })
    }
    const { remoteAddress } = this
    publish(linkOpen, () => ({ link: this.id, remoteAddress, initiator }))
    this.#events?.opened(this)
    this.#opening?.resolve(this.link)
  }

  failed(error: SteerError): void {
    this.#drop(error)
  }

  data(chunk: Uint8Array): void {
    if (this.#phase === 'over') return
    this.#watch?.heard()
    this.#frames.collect()
    try {
      this.#reader.push(chunk, this.#sessions)
    } catch (error) {
      // Texts of our own faults are made for the other side; those of anything else never leave this process.
      if (SteerError.is(error)) this.#fault(error)
      else this.#fault(SteerError.from(error), FAILED_HERE)
    }
  }

  /** What handlers have answered at once goes out at once; what they answer later goes out after the microtasks. */
  dataEnded(): void {
    this.#frames.flush()
  }

  drained(): void {
    this.#frames.update()
    this.#sessions.giveRoom()
  }

  ended(): void {
    if (this.#phase !== 'over') this.#fault(this.#truncated(undefined))
    this.#channel.end()
  }

  transportClosed(error: Error | undefined): void {
    if (this.#phase !== 'over') this.#fault(this.#truncated(error))
    this.#timer?.cancel()
    this.#end = this.#error === undefined ? {} : { error: this.#error }
    this.#events?.closed(this)
    this.#closed?.resolve(this.#end)
  }

  // ---- what the frames say

  pinged(): void {
    this.guards.chargePing()
    this.#frames.pong()
  }

  goingAway(): void {
    this.#remoteDraining = true
  }

  saidClose(fault: FaultFrame | undefined): void {
    this.#over(fault === undefined ? undefined : toError(fault))
  }

  // ---- watching

  #startWatch(remote: Hello): void {
    const { clock, limits } = this.#options
    this.#watch = new LinkWatch(limits, remote.pingFloorMs, this.#nowMs())
    this.#watchPlace = joinRounds(clock, this.#watch.tickMs, this)
  }

  #nowMs(): number {
    return Math.floor(this.#options.clock.now())
  }

  look(): void {
    if (this.#phase !== 'open') return
    const { limits } = this.#options
    // Streams tell of room only when they were over their own mark, which need not be ours.
    this.drained()
    this.#sessions.rest()
    const { pendingBytes } = this.#channel
    const actions = this.#watch!.tick(this.#nowMs(), pendingBytes, this.#frames.writtenBytes - pendingBytes)
    for (const action of actions) {
      if (action === 'ping') this.#frames.ping()
      else if (action === 'sweep') this.#sessions.sweep()
      else if (action === 'dead') {
        this.#fault(
          new SteerError('unavailable', `no answer to a ping within limits.pingAnswerMs, ${limits.pingAnswerMs} ms`),
        )
      } else {
        this.#fault(new SteerError('slow_peer', `nothing was read for limits.writeStallMs, ${limits.writeStallMs} ms`))
      }
    }
  }

  // ---- what the sessions and the way out say

  idle(): void {
    if (this.#sessions.refusing) this.#sayClose()
  }

  /** Messages stop at half of the cap. What comes on top is made of answers to the other side, which does not read them. */
  flushed(): void {
    const { outboundMaxBytes } = this.#options.limits
    const { backlogBytes } = this.#frames
    if (backlogBytes > outboundMaxBytes && this.#phase !== 'over') {
      const text = `${backlogBytes} bytes wait for the other side to read, limits.outboundMaxBytes is ${outboundMaxBytes}`
      this.#fault(new SteerError('slow_peer', text))
    } else this.#sessions.giveRoom()
  }

  // ---- ending

  /** A fault of the link: told to the other side where it can still hear it, then everything ends. */
  #fault(error: SteerError, told: FaultFrame = { code: error.code, text: error.rawMessage }): void {
    if (this.#phase === 'over') return
    const heard = this.#phase === 'open' && !UNHEARD.has(error.code)
    if (heard) {
      this.#frames.sayClose(told)
      this.#over(error)
    } else this.#drop(error)
  }

  /** Nothing more is said. */
  #drop(error: SteerError): void {
    if (this.#phase === 'over') return
    this.#over(error)
    this.#channel.destroy()
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
    this.#watchPlace?.leave(this)
    this.#error = error
    this.#reader.stop()
    const reason = error ?? this.#gone()
    this.#sessions.fail(reason)
    if (error === undefined) this.#frames.sayClose(undefined)
    this.#frames.close()
    this.#ageTimer?.cancel()
    this.#abort?.abort(reason)
    this.#events?.over(this)
    this.#opening?.reject(reason)
    this.#timer?.cancel()
    this.#timer = this.#options.clock.after(LINGER_MS, () => {
      this.#channel.destroy()
    })
    this.#channel.end()
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
