/** The direct form: `open` resolves to the first state, each move to the next. */

import { publish, strayError, type StrayErrorEvent } from '../../base/channels.ts'
import { createDeferred, type Deferred } from '../../base/deferred.ts'
import { SteerError } from '../../base/errors.ts'
import type { Role } from '../../ir/source.ts'
import type { Edge, Plan } from '../../kernel/program.ts'
import { PENDING, PROCEED, type Decision, type Driver } from '../driver.ts'
import type { SessionCore } from '../session.ts'
import { CancelledState, createHeldState, EndState, StateToken, type HeldState, type StateOwner } from './held-state.ts'
import type { IncomingStream } from '../streams/incoming.ts'
import { HookContext, type Hooks } from './hooks.ts'

/** What is known of a session that may be lost. */
interface Watched {
  /** Gone when the session is over: the registry knows that a token is dead only after a full collection, and would hold it until then. */
  core: SessionCore | undefined
  readonly forTurns: boolean
}

/** Sessions whose last state was thrown away: nobody can move them, and the other side would wait for nothing. */
const LOST = new FinalizationRegistry(({ core, forTurns }: Watched) => {
  // A loop has to come back even from a final arrival: automatic steps wait for the end of the round.
  if (core === undefined || (core.settled && !forTurns)) return
  const { definition, role } = core.program
  const where = `session ${core.id} of ${definition.name} as ${role}`
  const error = new SteerError(
    'misuse',
    `the state after ${core.describe()} was dropped without a move; cancel sessions that are given up`,
  )
  publish<StrayErrorEvent>(strayError, () => ({ link: core.link.id, where, error }))
  core.abort(error)
})

/** How the session came to its end, for moves that come after it. */
type Terminal = { readonly state: EndState | CancelledState } | { readonly error: unknown }

export class DirectDriver implements Driver, StateOwner {
  readonly core: SessionCore
  readonly debug: boolean
  readonly forTurns: boolean
  readonly #hooks: Hooks
  readonly #metadata: unknown
  readonly #onOver: () => void
  /** Here only while a move is under way: otherwise the states alone decide whether the session is lost. */
  #token: StateToken | undefined = new StateToken()
  /** Of a step that has to wait. */
  #pending: Deferred<unknown> | undefined
  /** The state whose move has to wait. */
  #mover: HeldState | undefined
  /** Of a step whose state came before it had to. */
  #ready: HeldState | undefined
  #terminal: Terminal | undefined
  readonly #watched: Watched

  constructor(
    core: SessionCore,
    options: {
      readonly hooks: Hooks
      readonly metadata: unknown
      readonly debug: boolean
      /** For a loop: automatic steps behind a final arrival wait for the end of the round. */
      readonly forTurns: boolean
      readonly onOver: () => void
    },
  ) {
    this.core = core
    this.debug = options.debug
    this.#hooks = options.hooks
    this.#metadata = options.metadata
    this.forTurns = options.forTurns
    this.#onOver = options.onOver
    this.#watched = { core, forTurns: options.forTurns }
    LOST.register(this.#token!, this.#watched)
  }

  /** Resolves to the first state of this side. */
  start(): Promise<unknown> {
    this.core.begin()
    return Promise.resolve(this.#outcome())
  }

  step(plan: Plan | undefined, token: StateToken, from?: HeldState): unknown {
    // After the end the session still hears of the move: what it would have sent may have to be let go.
    if (this.#terminal === undefined) this.#token = token
    this.core.proceed(plan)
    const outcome = this.#outcome()
    if (this.#pending !== undefined) this.#mover = from
    return outcome
  }

  /** What a step has come to already, or a promise of it. */
  #outcome(): unknown {
    const ready = this.#ready
    this.#ready = undefined
    if (ready !== undefined) return ready
    if (this.#terminal !== undefined)
      return 'error' in this.#terminal ? Promise.reject(this.#terminal.error) : this.#terminal.state
    this.#pending = createDeferred()
    return this.#pending.promise
  }

  arrived(edge: Edge, message: unknown): Decision {
    const token = this.#token!
    this.#token = undefined
    this.#resolve(createHeldState(this, token, edge, message))
    if (edge.rest.kind !== 'end' || this.forTurns) return PENDING
    if (edge.mine || edge.window === 0) return PROCEED
    // A script has no move after a final stream: when it has read it, or stopped, the session ends by itself.
    const proceed = (): void => {
      this.core.proceed(undefined)
    }
    ;(message as IncomingStream).whenOver().then(proceed, () => undefined)
    return PENDING
  }

  local(name: string): unknown {
    return this.#hooks.get(name)?.(new HookContext(this.core, name, this.#metadata))
  }

  ended(edge: Edge): void {
    this.#finish({ state: new EndState(this.core, edge.outcome!) })
  }

  cancelled(by: Role, reason: string | undefined): void {
    this.#finish({ state: new CancelledState(this.core, by, reason) })
  }

  failed(error: unknown): void {
    this.#finish({ error })
  }

  #resolve(state: HeldState): void {
    const pending = this.#pending
    this.#pending = undefined
    if (pending === undefined) {
      this.#ready = state
      return
    }
    this.#mover?.hasMovedTo(state)
    this.#mover = undefined
    pending.resolve(state)
  }

  #finish(terminal: Terminal): void {
    this.#terminal = terminal
    // Else the session, which the registry holds for as long as the token lives, would hold the token for ever.
    this.#token = undefined
    this.#watched.core = undefined
    const pending = this.#pending
    this.#pending = undefined
    this.#mover = undefined
    if ('error' in terminal) pending?.reject(terminal.error)
    else pending?.resolve(terminal.state)
    this.#onOver()
  }
}
