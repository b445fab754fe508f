/**
 * Whose error it is. Every hook runs in an async context of its own, so that what it leaves running is known as its own when it
 * fails where nobody waits for it. The handlers of the process are there only while a reactor runs.
 */

import { AsyncLocalStorage } from 'node:async_hooks'
import { afterMicrotasks, runTurns } from '../../base/clock.ts'
import { isThenable } from '../../base/deferred.ts'
import type { Uncaught } from '../machine/outcome.ts'

/** One run of a hook, and who hears of its errors. */
export interface Attribution {
  /** False where nobody cares any more: then the error is nobody's. */
  uncaught(outcome: Uncaught): boolean
}

const storage = new AsyncLocalStorage<Attribution>()
let watchers = 0

/** Runs in the context of a hook. */
export function runAttributed<T>(to: Attribution, call: () => T): T {
  return storage.run(to, call)
}

/** Runs in no context: for the work of the reactor itself, whoever caused it. */
export function runUnattributed<T>(call: () => T): T {
  return storage.exit(call)
}

/** See `ServiceContext.bind`. */
export function bindTo<Args extends readonly unknown[], Result>(
  to: Attribution,
  listener: (...args: Args) => Result,
): (...args: Args) => Result | undefined {
  const fail = (error: unknown): void => void to.uncaught({ kind: 'uncaught', error, origin: 'bound' })
  return function bound(this: unknown, ...args: Args): Result | undefined {
    try {
      const result = storage.run(to, () => Reflect.apply(listener, this, args))
      if (isThenable(result)) result.then(undefined, fail)
      return result
    } catch (error) {
      fail(error)
      return undefined
    }
  }
}

/** Puts the handlers of the process in place, once for all reactors. The returned function takes them away with the last. */
export function watchProcess(): () => void {
  if (watchers++ === 0) listen()
  let watching = true
  return () => {
    if (!watching) return
    watching = false
    if (--watchers === 0) stopListening()
  }
}

function listen(): void {
  process.on('uncaughtException', onException)
  process.on('unhandledRejection', onRejection)
}

function stopListening(): void {
  process.off('uncaughtException', onException)
  process.off('unhandledRejection', onRejection)
}

/** Node's default comes about only without a handler. Where the process outlives it, the watch goes on. */
function stepAside(): void {
  stopListening()
  void runTurns(() => {
    // Others may have been made meanwhile, which listen already.
    stopListening()
    if (watchers > 0) listen()
    return false
  })
}

function onException(error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void {
  if (attribute(error, origin)) return
  if (process.listenerCount('uncaughtException') > 1) return
  // Node's default is to print and to exit, and it does so only without a handler: hand the error back and step aside.
  stepAside()
  afterMicrotasks(() => {
    throw error
  })
}

function onRejection(reason: unknown): void {
  if (attribute(reason, 'unhandledRejection')) return
  if (process.listenerCount('unhandledRejection') > 1) return
  stepAside()
  void Promise.reject(reason)
}

function attribute(error: unknown, origin: NodeJS.UncaughtExceptionOrigin): boolean {
  const attribution = storage.getStore()
  return attribution?.uncaught({ kind: 'uncaught', error, origin }) ?? false
}
