/** States of the direct and the turns form: their moves perform. */

import { SteerError } from '../../base/errors.ts'
import type { Role } from '../../ir/source.ts'
import type { Link, Session } from '../../kernel/link.ts'
import { Plan, type Edge, type Place } from '../../kernel/program.ts'
import type { StreamEnd } from '../../kernel/state.ts'
import type { SessionCore } from '../session.ts'
import { endStream } from '../streams/end-stream.ts'
import type { IncomingStream } from '../streams/incoming.ts'

/** What a state needs of the driver that made it. */
export interface StateOwner {
  readonly core: SessionCore
  readonly debug: boolean
  /** For a loop, which asks the state for what its move came to. A script must not be held to its states. */
  readonly forTurns: boolean
  /**
   * Performs the move, or goes on without one: the next state where it is there at once, else a promise of it.
   *
   * @param from the state whose move it is, where it wants to be told by `hasMovedTo` when the next one is there.
   */
  step(plan: Plan | undefined, token: StateToken, from?: HeldState): unknown
}

/**
 * Held by the states of one session, and by its driver while a move is under way. When nobody holds it any more the program
 * has lost the session: no state is left to move it.
 */
export class StateToken {
  /** Waits that needed it to their end. */
  waits = 0
}

/** The common part of every state, `{ at: 'end' }` included. */
class State {
  readonly #core: SessionCore
  readonly at: string

  constructor(core: SessionCore, at: string) {
    this.#core = core
    this.at = at
  }

  get session(): Session {
    return this.#core.handle
  }

  get link(): Link {
    return this.#core.link
  }

  get signal(): AbortSignal {
    return this.#core.signal
  }

  /** Cancels the session if it has not come to its end. A final arrival is the end as far as the program goes. */
  [Symbol.asyncDispose](): Promise<void> {
    if (!this.#core.settled) this.#core.cancel(this.#core.program.role, undefined)
    return Promise.resolve()
  }
}

/** Set by `HeldState`, which shows its moves to nobody else. */
let performMove: (state: HeldState, plan: Plan) => Promise<unknown>

/** A state of the protocol. `message`, `stream`, `end`, `via`, `send`, `next`, `streamed` and `outcome` exist only where the state has them. */
export class HeldState extends State {
  readonly #owner: StateOwner
  readonly #edge: Edge
  /** The move that used the state up, with its call site under `debug`. */
  #used: string | undefined
  #site: string | undefined
  readonly #token: StateToken
  /** What the move comes to, until the loop has gone on from there: a promise, or the next state once it is there. */
  #moved: unknown
  declare readonly via?: string
  declare readonly message?: unknown
  declare readonly outcome?: string
  declare readonly stream?: AsyncIterable<unknown>
  declare readonly streamed?: StreamEnd
  declare readonly end?: () => Promise<{ readonly how: StreamEnd }>

  constructor(owner: StateOwner, token: StateToken, edge: Edge, message: unknown) {
    super(owner.core, edge.at!)
    this.#owner = owner
    this.#token = token
    this.#edge = edge
    if (edge.via !== undefined) this.via = edge.via
    if (owner.core.streamed !== undefined) this.streamed = owner.core.streamed
    if (!edge.mine && edge.window > 0) {
      const stream = message as IncomingStream
      this.stream = createHoldingReader(stream.reader, token)
      this.end = () => holdUntil(token, endStream(stream, this.#movesAfterStream()))
    } else if (!edge.mine && edge.codec !== undefined) this.message = message
    if (edge.rest.kind === 'end' && edge.outcome !== undefined) this.outcome = edge.outcome
  }

  get edge(): Edge {
    return this.#edge
  }

  get used(): boolean {
    return this.#used !== undefined
  }

  /** What the move of the round comes to: the next state where it is known, else a promise of it. */
  get moved(): unknown {
    return this.#moved
  }

  /** Told while the move is under way: the loop then goes on without one more promise. */
  hasMovedTo(state: HeldState): void {
    this.#moved = state
  }

  /** The round is over. Whoever keeps this state does not keep those after it. */
  forgetMoved(): void {
    this.#moved = undefined
  }

  /** Goes on without a move, or learns how the session came to its end: at once where that is known, else later. */
  passOn(): unknown {
    return this.#owner.step(undefined, this.#token)
  }

  /** A state with a stream gives its moves out when the stream is over. */
  #movesAfterStream(): { readonly send?: Moves; readonly next?: () => Promise<unknown> } {
    const { rest } = this.#edge
    if (rest.mine) return { send: new Moves(this, rest) }
    return rest.kind === 'message' ? { next: () => this.use('next', undefined) } : {}
  }

  /** Performs the one move of the state. */
  protected use(move: string, plan: Plan | undefined): Promise<unknown> {
    const owner = this.#owner
    const site = owner.debug ? new Error(`${this.at}: ${move}`).stack : undefined
    if (this.#used !== undefined) {
      const first = this.#site === undefined ? '' : `\nfirst use: ${this.#site}\nsecond use: ${site}`
      const text = `the state "${this.at}" is used up: "${this.#used}" was its move, "${move}" comes too late${first}`
      return Promise.reject(new SteerError('misuse', text))
    }
    this.#used = move
    this.#site = site
    if (!owner.forTurns) return Promise.resolve(owner.step(plan, this.#token))
    this.#moved = owner.step(plan, this.#token, this)
    return Promise.resolve(this.#moved)
  }

  static {
    performMove = (state, plan) => state.use(plan.edge.label, plan)
  }
}

/** A state in which this side moves. */
class SendingState extends HeldState {
  get send(): Moves {
    return new Moves(this, this.edge.rest)
  }
}

/** A state in which the other side moves. */
class ListeningState extends HeldState {
  next(): Promise<unknown> {
    return this.use('next', undefined)
  }
}

/** The state that `edge` has led to. */
export function createHeldState(owner: StateOwner, token: StateToken, edge: Edge, message: unknown): HeldState {
  const { rest } = edge
  if (!edge.mine && edge.window > 0) return new HeldState(owner, token, edge, message)
  if (rest.mine) return new SendingState(owner, token, edge, message)
  if (rest.kind === 'message') return new ListeningState(owner, token, edge, message)
  return new HeldState(owner, token, edge, message)
}

/** One function for each label, and nothing that objects inherit: a label may be called `constructor`. */
class Moves {
  readonly [label: string]: (payload?: unknown) => Promise<unknown>

  constructor(state: HeldState, place: Place) {
    const moves = this as Record<string, Moves[string]>
    for (const edge of place.edges) moves[edge.label] = createMove(state, place, edge)
  }

  static {
    Reflect.deleteProperty(this.prototype, 'constructor')
    Object.setPrototypeOf(this.prototype, null)
  }
}

/** Not a closure of the loop above: until V8 has compiled that one well, everything it made outlives young collections. */
function createMove(state: HeldState, place: Place, edge: Edge): Moves[string] {
  return (payload) => performMove(state, new Plan(place, edge, payload))
}

/** The end, after a message of this side. */
export class EndState extends State {
  readonly outcome: string
  declare readonly streamed?: StreamEnd

  constructor(core: SessionCore, outcome: string) {
    super(core, 'end')
    this.outcome = outcome
    if (core.streamed !== undefined) this.streamed = core.streamed
  }
}

/** The end by a cancel. */
export class CancelledState extends State {
  readonly outcome = 'cancelled'
  readonly by: Role
  readonly reason: string | undefined

  constructor(core: SessionCore, by: Role, reason: string | undefined) {
    super(core, 'end')
    this.by = by
    this.reason = reason
  }
}

/** Reads as `reader` does, and holds the session while it is read: of the state itself nothing else may be left. */
function createHoldingReader(reader: AsyncIterable<unknown>, token: StateToken): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]: () => Object.assign(reader[Symbol.asyncIterator](), { token }),
  }
}

/** Resolves as `promise` does, and holds the session until then. */
async function holdUntil<Value>(token: StateToken, promise: Promise<Value>): Promise<Value> {
  const value = await promise
  // Used here, so that it is needed until here.
  token.waits++
  return value
}
