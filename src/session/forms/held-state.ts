/** States of the direct and the turns form: their moves perform. */

import { SteerError } from '../../base/errors.ts'
import type { Role } from '../../ir/source.ts'
import type { Link, Session } from '../../kernel/link.ts'
import { Plan, type Edge } from '../../kernel/program.ts'
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
  /** Performs the move, or goes on without one, and resolves to the next state. */
  perform(plan: Plan | undefined, token: StateToken): Promise<unknown>
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

/** A state of the protocol. `message`, `stream`, `end`, `via`, `send`, `next`, `streamed` and `outcome` exist only where the state has them. */
export class HeldState extends State {
  readonly #owner: StateOwner
  readonly #edge: Edge
  /** The move that used the state up, with its call site under `debug`. */
  #used: { readonly move: string; readonly site: string | undefined } | undefined
  readonly #token: StateToken
  /** What the move comes to, until the loop has gone on from there. */
  #moved: Promise<unknown> | undefined
  declare readonly via?: string
  declare readonly message?: unknown
  declare readonly outcome?: string
  declare readonly send?: Readonly<Record<string, (payload?: unknown) => Promise<unknown>>>
  declare readonly next?: () => Promise<unknown>
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
    const moves = this.#createMoves()
    if (!edge.mine && edge.window > 0) {
      const stream = message as IncomingStream
      this.stream = createHoldingReader(stream.reader, token)
      this.end = () => holdUntil(token, endStream(stream, moves))
    } else {
      if (!edge.mine && edge.codec !== undefined) this.message = message
      Object.assign(this, moves)
    }
    if (edge.rest.kind === 'end' && edge.outcome !== undefined) this.outcome = edge.outcome
  }

  get edge(): Edge {
    return this.#edge
  }

  get used(): boolean {
    return this.#used !== undefined
  }

  /** What the move of the round comes to. */
  get moved(): Promise<unknown> {
    return this.#moved!
  }

  /** The round is over. Whoever keeps this state does not keep those after it. */
  forgetMoved(): void {
    this.#moved = undefined
  }

  /** Goes on without a move, or learns how the session came to its end. */
  passOn(): Promise<unknown> {
    return this.#owner.perform(undefined, this.#token)
  }

  /** What may be done here. A state with a stream gives it out when the stream is over. */
  #createMoves(): Pick<HeldState, 'send' | 'next'> {
    if (this.#edge.rest.mine) return { send: this.#createSend() }
    return this.#edge.rest.kind === 'message' ? { next: () => this.#use('next', undefined) } : {}
  }

  #createSend(): Readonly<Record<string, (payload?: unknown) => Promise<unknown>>> {
    const place = this.#edge.rest
    const send = Object.create(null) as Record<string, (payload?: unknown) => Promise<unknown>>
    for (const edge of place.edges) {
      send[edge.label] = (payload) => this.#use(edge.label, new Plan(place, edge, payload))
    }
    return Object.freeze(send)
  }

  #use(move: string, plan: Plan | undefined): Promise<unknown> {
    const site = this.#owner.debug ? new Error(`${this.at}: ${move}`).stack : undefined
    if (this.#used !== undefined) {
      const first = this.#used.site === undefined ? '' : `\nfirst use: ${this.#used.site}\nsecond use: ${site}`
      const text = `the state "${this.at}" is used up: "${this.#used.move}" was its move, "${move}" comes too late${first}`
      return Promise.reject(new SteerError('misuse', text))
    }
    this.#used = { move, site }
    const moved = this.#owner.perform(plan, this.#token)
    if (this.#owner.forTurns) this.#moved = moved
    return moved
  }
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
