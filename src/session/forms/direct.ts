/** The direct form: `open` resolves to the first state, each move to the next. */

import { createDeferred, type Deferred } from '../../base/deferred.ts'
import type { Role } from '../../ir/source.ts'
import type { Edge, Plan } from '../../kernel/program.ts'
import { PENDING, PROCEED, type Decision, type Driver } from '../driver.ts'
import type { SessionCore } from '../session.ts'
import { CancelledState, EndState, HeldState, type StateOwner } from './held-state.ts'
import { createLocalContext, type Hooks } from './hooks.ts'

/** How the session came to its end, for moves that come after it. */
type Terminal = { readonly state: EndState | CancelledState } | { readonly error: unknown }

export class DirectDriver implements Driver, StateOwner {
  readonly core: SessionCore
  readonly debug: boolean
  readonly #hooks: Hooks
  readonly #metadata: unknown
  readonly #onOver: () => void
  /** Whether automatic steps behind a final arrival wait until the caller goes on. */
  readonly #holdsFinal: boolean
  #pending: Deferred<unknown> | undefined
  #terminal: Terminal | undefined

  constructor(
    core: SessionCore,
    options: {
      readonly hooks: Hooks
      readonly metadata: unknown
      readonly debug: boolean
      readonly holdsFinal: boolean
      readonly onOver: () => void
    },
  ) {
    this.core = core
    this.debug = options.debug
    this.#hooks = options.hooks
    this.#metadata = options.metadata
    this.#holdsFinal = options.holdsFinal
    this.#onOver = options.onOver
  }

  /** Resolves to the first state of this side. */
  start(): Promise<unknown> {
    this.#pending = createDeferred()
    const { promise } = this.#pending
    this.core.begin()
    return promise
  }

  perform(plan: Plan | undefined): Promise<unknown> {
    if (this.#terminal !== undefined) return settle(this.#terminal)
    this.#pending = createDeferred()
    const { promise } = this.#pending
    this.core.proceed(plan)
    return promise
  }

  arrived(edge: Edge, message: unknown): Decision {
    this.#resolve(new HeldState(this, edge, message))
    return edge.rest.kind === 'end' && !this.#holdsFinal ? PROCEED : PENDING
  }

  local(name: string): unknown {
    return this.#hooks.get(name)?.(createLocalContext(this.core, name, this.#metadata))
  }

  ended(edge: Edge): void {
    this.#finish({ state: new EndState(this.core, edge.outcome as string) })
  }

  cancelled(by: Role, reason: string | undefined): void {
    this.#finish({ state: new CancelledState(this.core, by, reason) })
  }

  failed(error: unknown): void {
    this.#finish({ error })
  }

  #resolve(state: unknown): void {
    const pending = this.#pending
    this.#pending = undefined
    pending?.resolve(state)
  }

  #finish(terminal: Terminal): void {
    this.#terminal = terminal
    const pending = this.#pending
    this.#pending = undefined
    if ('error' in terminal) pending?.reject(terminal.error)
    else pending?.resolve(terminal.state)
    this.#onOver()
  }
}

function settle(terminal: Terminal): Promise<unknown> {
  return 'error' in terminal ? Promise.reject(terminal.error) : Promise.resolve(terminal.state)
}
