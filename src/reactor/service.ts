/** What a service is: an object or a class with hooks, of which only `main` has to be there. */

import type { SteerError } from '../base/errors.ts'
import type { Outcome } from './machine/outcome.ts'

/** What a hook may return: nothing is done with it but waiting. */
export type Awaitable<T> = T | PromiseLike<T>

/** What every hook is given besides the metadata. Each run of a hook has one of its own. */
export interface ServiceContext<M = unknown> {
  /** The name of the service. */
  readonly name: string
  readonly metadata: M
  /** Aborts when this run of the hook should end: a stop, a restart, an error attributed to the service. */
  readonly signal: AbortSignal
  /** Mains that were begun, this one included. */
  readonly cycle: number
  /** Failures in a row before this run. */
  readonly failures: number
  /** Which life of the service this is, from 1: counts what `init` has run for. */
  readonly incarnation: number
  /** What depends on this service may start. Without a call it may when `main` first runs. Idempotent. */
  ready(): void
  /** This run is alive. Whoever has called it once must go on at least every `watchdog.beatEveryMs`, or counts as hung. */
  beat(): void
  /**
   * Resolves after `ms` (1 to 2^31 - 1).
   *
   * @throws the reason of `signal`, as soon as it aborts.
   */
  sleep(ms: number): Promise<void>
  /**
   * Makes a listener for emitters that are not the service's own: what it throws, or rejects with, is the service's failure
   * and does not reach the emitter. Where it fails, the call returns undefined.
   */
  bind<Args extends readonly unknown[], Result>(
    listener: (...args: Args) => Result,
  ): (...args: Args) => Result | undefined
}

/** What `fallback` is told besides. */
export interface FallbackContext<M = unknown> extends ServiceContext<M> {
  /** How the main ended after which this runs. */
  readonly outcome: Outcome
}

/** Settings that a service may bring with it, for where its spec says nothing. Those of an isolate stand in its spec alone. */
export interface ServiceDefaults {
  /** Time of `init`, and under `readyBy: 'call'` until the first `ctx.ready()`, in ms. Then the service is aborted. Default 30 000. */
  readonly initTimeoutMs?: number | undefined
  /** Time of a failed main to settle after its signal, in ms. Default 5000. Then an isolate is killed, an inline main reported. */
  readonly graceMs?: number | undefined
  /** Time of what runs when the service is told to stop, and again of `stop` or `abort`, in ms. Default 5000. Then it is overdue. */
  readonly stopTimeoutMs?: number | undefined
  /** `main`, the default: ready when `main` runs, or by `ctx.ready()` before. `call`: by `ctx.ready()` alone. */
  readonly readyBy?: 'main' | 'call' | undefined
}

/**
 * The hooks. They are properties, not methods, so that a service for other metadata does not compile; a class with methods of
 * these names fits.
 */
export interface Service<M = unknown> {
  /** Once for each incarnation. What it throws ends the service; its `abort` runs. */
  readonly init?: ((metadata: M, ctx: ServiceContext<M>) => Awaitable<void>) | undefined
  /** Runs again and again. What it throws is a failure, after which the next waits. */
  readonly main: (metadata: M, ctx: ServiceContext<M>) => Awaitable<void>
  /** After every main but the last, told how it ended. What it throws ends the service; its `abort` runs. */
  readonly fallback?: ((metadata: M, ctx: FallbackContext<M>) => Awaitable<void>) | undefined
  /** When the service ends because of an error. What it throws is published, and changes nothing. */
  readonly abort?: ((metadata: M, ctx: ServiceContext<M>, cause: SteerError) => Awaitable<void>) | undefined
  /** When the service stops: gives back what `init` took. What it throws is published, and changes nothing. */
  readonly stop?: ((metadata: M, ctx: ServiceContext<M>) => Awaitable<void>) | undefined
  readonly defaults?: ServiceDefaults | undefined
}
