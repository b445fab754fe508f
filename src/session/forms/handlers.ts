/** The handler form: one function for each state, called as soon as the state is there. */

import { isThenable } from '../../base/deferred.ts'
import { publish, strayError, type StrayErrorEvent } from '../../base/channels.ts'
import { SteerError } from '../../base/errors.ts'
import type { Role } from '../../ir/source.ts'
import { bringsMessage, isPlan, Plan, type Edge, type Program } from '../../kernel/program.ts'
import { PENDING, PROCEED, type Decision, type Driver } from '../driver.ts'
import type { SessionCore } from '../session.ts'
import { HookContext, type Hooks } from './hooks.ts'
import { HandlerTurn } from './turn.ts'

type Handler = (this: object, turn: unknown) => unknown
/** One set of handlers, checked. */
export interface HandlerTable {
  /** What the program gave: their `this`. */
  readonly handlers: object
  /** By the index of the edge that leads to their state. */
  readonly byEdge: readonly (Handler | undefined)[]
}

/** What a handled session comes to. */
export interface HandledResult {
  readonly outcome: string
  readonly message?: unknown
  readonly result?: unknown
  readonly by?: Role
  readonly reason?: string | undefined
}

export interface HandlersEnd {
  readonly result?: HandledResult
  readonly error?: unknown
}

/**
 * Checks a set of handlers against the states of a program.
 *
 * @throws SteerError `misuse` for a missing one, one for a state that does not exist, and one that is no function.
 */
export function createHandlerTable(program: Program, handlers: unknown): HandlerTable {
  const name = `${program.definition.name} as ${program.role}`
  if (handlers === null || typeof handlers !== 'object') {
    throw new SteerError('misuse', `the handlers of ${name} must be an object with one function for each state`)
  }
  const byState = new Map<string, Handler>()
  for (const state of program.states) {
    const handler = (handlers as Record<string, unknown>)[state]
    // A state may be called `toString`; what every object inherits is no handler.
    if (handler === undefined || handler === (Object.prototype as Record<string, unknown>)[state]) continue
    if (typeof handler !== 'function')
      throw new SteerError('misuse', `the handler "${state}" of ${name} must be a function`)
    byState.set(state, handler as Handler)
  }
  for (const key of Object.keys(handlers)) {
    if (!program.states.has(key))
      throw new SteerError('misuse', `${name} has no state "${key}"; it has ${listStates(program)}`)
  }
  for (const state of program.required) {
    if (!byState.has(state)) throw new SteerError('misuse', `the handler "${state}" of ${name} is missing`)
  }
  return { handlers, byEdge: program.edges.map(({ at }) => (at === undefined ? undefined : byState.get(at))) }
}

export class HandlersDriver implements Driver {
  readonly #core: SessionCore
  readonly #handlers: object
  readonly #byEdge: HandlerTable['byEdge']
  readonly #hooks: Hooks
  readonly #metadata: unknown
  readonly #onEnd: ((end: HandlersEnd) => void) | undefined
  /**
   * What arrived last, where it may be that of the result. A payload that every waiting session holds on to outlives the next
   * collection of the young generation, which is then a copy of all of them: over 10,000 sessions that took 12 ms in place of 1.
   */
  #message: unknown
  #result: unknown

  constructor(
    core: SessionCore,
    table: HandlerTable,
    options: {
      readonly hooks: Hooks
      readonly metadata: unknown
      /** Absent where nobody wants to know. */
      readonly onEnd: ((end: HandlersEnd) => void) | undefined
    },
  ) {
    this.#core = core
    this.#handlers = table.handlers
    this.#byEdge = table.byEdge
    this.#hooks = options.hooks
    this.#metadata = options.metadata
    this.#onEnd = options.onEnd
  }

  arrived(edge: Edge, message: unknown): Decision {
    if (bringsMessage(edge)) this.#message = this.#keeps(edge) ? message : undefined
    const handler = this.#byEdge[edge.index]
    if (handler === undefined) return PROCEED
    let returned: unknown
    try {
      returned = handler.call(this.#handlers, new HandlerTurn(this.#core, this.#metadata, edge, message))
      if (returned instanceof Plan && returned.place === edge.rest) return this.#move(returned)
      if (isThenable(returned)) {
        this.#wait(edge, returned)
        return PENDING
      }
    } catch (error) {
      this.#thrown(edge, error)
      return PENDING
    }
    return this.#decide(edge, returned)
  }

  local(name: string): unknown {
    return this.#hooks.get(name)?.(new HookContext(this.#core, name, this.#metadata))
  }

  ended(edge: Edge): void {
    this.#onEnd?.({ result: { outcome: edge.outcome!, message: this.#message, result: this.#result } })
  }

  cancelled(by: Role, reason: string | undefined): void {
    this.#onEnd?.({ result: { outcome: 'cancelled', by, reason } })
  }

  failed(error: unknown): void {
    this.#onEnd?.({ error })
  }

  #keeps({ next }: Edge): boolean {
    return next.keepsMessage && this.#onEnd !== undefined
  }

  #move(plan: Plan): Plan {
    if (!this.#keeps(plan.edge)) this.#message = undefined
    return plan
  }

  #wait(edge: Edge, returned: PromiseLike<unknown>): void {
    returned.then(
      (value) => {
        const decision = this.#decide(edge, value)
        if (decision !== PENDING) this.#core.proceed(decision === PROCEED ? undefined : decision)
      },
      (error: unknown) => {
        this.#thrown(edge, error)
      },
    )
  }

  #thrown(edge: Edge, error: unknown): void {
    if (this.#core.over) this.#stray(edge, error)
    else this.#core.abort(error)
  }

  #decide(edge: Edge, returned: unknown): Decision {
    const { rest } = edge
    if (!rest.mine) {
      if (isPlan(returned)) return this.#misuse(edge, `returned the move "${returned.edge.label}" where none is due`)
      this.#result = returned
      return PROCEED
    }
    if (!isPlan(returned)) return this.#misuse(edge, `returned no move; due is ${listMoves(edge)}`)
    if (returned.place === rest) return this.#move(returned)
    return this.#misuse(edge, `returned the move "${returned.edge.label}" of another state; due is ${listMoves(edge)}`)
  }

  #misuse(edge: Edge, what: string): typeof PENDING {
    const { definition, role } = this.#core.program
    this.#core.abort(new SteerError('misuse', `the handler "${edge.at}" of ${definition.name} as ${role} ${what}`))
    return PENDING
  }

  #stray(edge: Edge, error: unknown): void {
    // Whoever reads a stream, or waits with the session's signal, throws what the session ended with.
    if (error === this.#core.ending) return
    const where = `handler "${edge.at}" of ${this.#core.program.definition.name}, after its session was over`
    publish<StrayErrorEvent>(strayError, () => ({ link: this.#core.link.id, where, error }))
  }
}

/** Stands in while a session has no handlers yet: all that can happen to it is that it fails. */
export class RefusingDriver implements Driver {
  readonly #onEnd: ((end: HandlersEnd) => void) | undefined

  constructor(onEnd: ((end: HandlersEnd) => void) | undefined) {
    this.#onEnd = onEnd
  }

  arrived(): Decision {
    return PENDING
  }

  local(): unknown {
    return undefined
  }

  ended(): void {
    this.#onEnd?.({})
  }

  cancelled(by: Role, reason: string | undefined): void {
    this.#onEnd?.({ result: { outcome: 'cancelled', by, reason } })
  }

  failed(error: unknown): void {
    this.#onEnd?.({ error })
  }
}

function listMoves(edge: Edge): string {
  return edge.rest.edges.map((move) => `turn.send.${move.label}`).join(' or ')
}

function listStates(program: Program): string {
  return [...program.states].map((state) => `"${state}"`).join(', ')
}
