/** The turns form: `for await` over the states, one move a round. */

import { createDeferred } from '../../base/deferred.ts'
import { SteerError } from '../../base/errors.ts'
import type { Role } from '../../ir/source.ts'
import type { Turns } from '../../kernel/state.ts'
import type { EndState } from './held-state.ts'
import { CancelledState, HeldState } from './held-state.ts'
import type { DirectDriver } from './direct.ts'
import type { HandledResult } from './handlers.ts'

/** Opens the session when the loop asks for the first state. */
type StartTurns = () => { readonly driver: DirectDriver; readonly first: Promise<unknown> }

/** @param start called once, by the first `next()`; what it throws, the loop throws. */
export function createTurns(role: Role, start: StartTurns): Turns<unknown, unknown> {
  const iterator = new TurnsIterator(role, start)
  return { [Symbol.asyncIterator]: () => iterator, result: iterator.result }
}

class TurnsIterator implements AsyncIterator<unknown, undefined> {
  readonly #role: Role
  readonly #start: StartTurns
  readonly #result = createDeferred<HandledResult>()
  #driver: DirectDriver | undefined
  /** What the loop body holds. */
  #current: HeldState | undefined
  #message: unknown
  #done = false

  constructor(role: Role, start: StartTurns) {
    this.#role = role
    this.#start = start
    // The loop throws the same error; the promise is for those who want to look.
    this.#result.promise.catch(() => undefined)
  }

  get result(): Promise<HandledResult> {
    return this.#result.promise
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#done) return Promise.resolve({ done: true, value: undefined })
    try {
      const state = this.#advance()
      // Awaited only where it has to be: what has arrived already costs the loop no more than one promise.
      return state instanceof Promise ? state.then(this.#show, this.#failed) : Promise.resolve(this.#show(state))
    } catch (error) {
      return this.#failed(error)
    }
  }

  /** The loop was left. At a final arrival everything has been said; anywhere else it is a cancel. */
  async return(): Promise<IteratorResult<unknown, undefined>> {
    if (!this.#done && this.#driver !== undefined) {
      const { core } = this.#driver
      const current = this.#current
      if (current?.edge.rest.kind !== 'end') core.cancel(core.program.role, undefined)
      try {
        if (current !== undefined) this.#show(await current.passOn())
      } catch (error) {
        // The loop is being left, perhaps by this very error: `result` tells whoever looks.
        this.#result.reject(error)
      }
    }
    // A loop that never began has opened no session; whoever looks at its result must not wait for ever.
    if (this.#driver === undefined) this.#finish({ outcome: 'cancelled', by: this.#role, reason: undefined })
    this.#done = true
    return { done: true, value: undefined }
  }

  /** The state after the one that the loop body had. */
  #advance(): unknown {
    if (this.#driver === undefined) {
      const { driver, first } = this.#start()
      this.#driver = driver
      return first
    }
    const state = this.#current!
    if (state.used) return state.moved
    if (!state.edge.rest.mine) return state.passOn()
    const moves = state.edge.rest.edges.map((edge) => `turn.send.${edge.label}`).join(' or ')
    const error = new SteerError('misuse', `the round at "${state.at}" made no move; due is ${moves}`)
    this.#driver.core.abort(error)
    return Promise.reject(error)
  }

  readonly #failed = (error: unknown): Promise<never> => {
    this.#done = true
    this.#result.reject(error)
    return Promise.reject(error)
  }

  readonly #show = (state: unknown): IteratorResult<unknown, undefined> => {
    if (state instanceof HeldState) {
      if (state !== this.#current) this.#current?.forgetMoved()
      this.#current = state
      if ('message' in state) this.#message = state.message
      return { done: false, value: state }
    }
    if (state instanceof CancelledState) this.#finish({ outcome: 'cancelled', by: state.by, reason: state.reason })
    else this.#finish({ outcome: (state as EndState).outcome, message: this.#message })
    return { done: true, value: undefined }
  }

  #finish(result: HandledResult): void {
    this.#done = true
    this.#result.resolve(result)
  }
}
