/** Tells what happens, on the channels and in the file of failures. */

import type { Channel } from 'node:diagnostics_channel'
import { publish } from '../../base/channels.ts'
import {
  mainTracing,
  serviceFailure,
  serviceHung,
  serviceState,
  type MainTrace,
  type ServiceFailureEvent,
  type ServiceHungEvent,
  type ServiceStateEvent,
} from '../channels.ts'
import type { FailureStore } from '../failures.ts'
import type { Action, HookRun, Thrown } from '../machine/events.ts'
import { describeOutcome } from '../machine/outcome.ts'
import { runUnattributed } from './attribution.ts'

export class Reporter {
  readonly #reactor: string
  readonly #store: FailureStore | undefined
  /** Runs of mains that somebody traces, by service and run. */
  readonly #traces = new Map<string, MainTrace>()

  constructor(reactor: string, store: FailureStore | undefined) {
    this.#reactor = reactor
    this.#store = store
  }

  /** @param error why the service is aborted, where it is. */
  state({ service, from, to }: Extract<Action, { type: 'state' }>, error: unknown): void {
    this.#publish<ServiceStateEvent>(serviceState, () => ({ reactor: this.#reactor, service, from, to, error }))
  }

  failure({ service, outcome, failures }: Extract<Action, { type: 'failure' }>): void {
    const error = 'error' in outcome ? outcome.error : undefined
    this.#store?.append(service, 'failure', failures, describeOutcome(outcome), error)
    this.#publish<ServiceFailureEvent>(serviceFailure, () => ({
      reactor: this.#reactor,
      service,
      outcome,
      failures,
      hook: 'main',
      error,
    }))
    if (outcome.kind === 'hung') this.hung(service, outcome.forMs, outcome.stack, false)
  }

  stray({ service, hook, error }: Extract<Action, { type: 'stray' }>, failures: number): void {
    this.#publish<ServiceFailureEvent>(serviceFailure, () => ({
      reactor: this.#reactor,
      service,
      outcome: undefined,
      failures,
      hook,
      error,
    }))
  }

  hung(service: string, forMs: number, stack: string | undefined, zombie: boolean): void {
    this.#publish<ServiceHungEvent>(serviceHung, () => ({ reactor: this.#reactor, service, forMs, stack, zombie }))
  }

  healthy(service: string): void {
    this.#store?.append(service, 'healthy', 0)
  }

  /** An error counts as one failure more: the next process shall not begin at once either. */
  down({ service, error }: Extract<Action, { type: 'down' }>, failures: number): void {
    if (error === undefined) this.#store?.append(service, 'stop', 0)
    else this.#store?.append(service, 'failure', failures + 1, 'aborted', error)
  }

  /** Before a main is begun: kept, so that a process that dies under it is known to have. */
  mainBegins({ service, run, cycle, incarnation, failures }: HookRun): void {
    if (this.#store?.isRunning(service) === false) this.#store.append(service, 'start', failures)
    if (!isTraced()) return
    const trace: MainTrace = { reactor: this.#reactor, service, cycle, incarnation }
    this.#traces.set(`${run} ${service}`, trace)
    this.#publish(mainTracing.start, () => trace)
  }

  mainReturns({ service, run }: HookRun): void {
    const trace = this.#traces.get(`${run} ${service}`)
    if (trace !== undefined) this.#publish(mainTracing.end, () => trace)
  }

  /** @param run undefined where the isolate of the service took all of them with it. */
  mainSettles(service: string, run: number | undefined, thrown: Thrown | undefined): void {
    if (this.#traces.size === 0) return
    for (const [key, trace] of [...this.#traces]) {
      if (run === undefined ? trace.service !== service : key !== `${run} ${service}`) continue
      this.#traces.delete(key)
      if (thrown !== undefined) {
        trace.error = thrown.error
        this.#publish(mainTracing.error, () => trace)
      }
      this.#publish(mainTracing.asyncStart, () => trace)
      this.#publish(mainTracing.asyncEnd, () => trace)
    }
  }

  close(): void {
    this.#store?.close()
  }

  #publish<Message>(to: Channel, message: () => Message): void {
    if (to.hasSubscribers) runUnattributed(() => publish(to, message))
  }
}

function isTraced(): boolean {
  const { start, end, asyncStart, asyncEnd, error } = mainTracing
  return [start, end, asyncStart, asyncEnd, error].some(({ hasSubscribers }) => hasSubscribers)
}
