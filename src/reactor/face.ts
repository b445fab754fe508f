/** What a reactor is given, and what it is to whoever holds one. */

import type { Clock } from '../base/clock.ts'
import type { SteerError } from '../base/errors.ts'
import type { Random } from '../base/random.ts'
import type { HealthOptions } from './health.ts'
import type { ByteStream } from './isolate/byte-streams.ts'
import type { Strategy } from './machine/state.ts'
import type { Service } from './service.ts'
import type { ServiceSnapshot } from './snapshot.ts'
import type { ServiceSpec } from './spec.ts'

export interface ReactorOptions<M> {
  /** Handed to every hook: the same object inline, a clone in isolates. */
  readonly metadata: M
  readonly services: readonly ServiceSpec<NoInfer<M>>[]
  /** For events and the file of failures. Default `reactor`. */
  readonly name?: string | undefined
  /** What the failure of one service means for others. Default `one_for_one`: nothing. */
  readonly strategy?: Strategy | undefined
  /** Signals of the process that shut the reactor down; a second one forces. Default none. */
  readonly signals?: readonly NodeJS.Signals[] | undefined
  /** Time of a shutdown where none is given, in ms. Default 10 000. */
  readonly shutdownMs?: number | undefined
  /** A folder where failures are kept, so that a process that crashes in a loop backs off too. Default: they are not kept. */
  readonly stateDir?: string | undefined
  /** Serves `/live`, `/ready` and `/services` over HTTP. Default: nothing is served. */
  readonly health?: HealthOptions | undefined
}

export interface ShutdownOptions {
  /** Then whatever still runs is named and given up. Default `shutdownMs` of the reactor. */
  readonly deadlineMs?: number | undefined
}

export interface ShutdownReport {
  /** `service@hook` of what did not end in time. Isolates among them were killed; what is inline may still run. */
  readonly overdue: readonly string[]
  /** Services that had ended for an error, and it. */
  readonly aborted: readonly { readonly service: string; readonly error: SteerError }[]
}

export interface Reactor<M> {
  readonly name: string
  readonly metadata: M
  /** Resolves when all services are ready. Rejects with the error of the first that ends before. */
  readonly ready: Promise<void>
  /**
   * Resolves when nothing of the reactor is left: after a shutdown, or when all services have ended. Rejects with
   * `resource_exhausted` where a cap escalated.
   */
  readonly done: Promise<ShutdownReport>
  /** The port of the health server. Rejects with `unavailable` where it cannot be had, and `misuse` where none is asked for. */
  readonly healthPort: Promise<number>
  /** A snapshot of all services, in the order in which they start. */
  ps(): readonly ServiceSnapshot[]
  get(name: string): ServiceSnapshot | undefined
  /**
   * Resolves when the service is ready.
   *
   * @throws SteerError `misuse` for a spec that does not fit, before anything happens; later the error that the service ends with.
   */
  add(spec: ServiceSpec<M>): Promise<void>
  /**
   * Stops a service as a shutdown does, and forgets it.
   *
   * @throws SteerError `misuse` for an unknown name, and while others depend on it.
   */
  remove(name: string): Promise<void>
  /**
   * Stops a service as a shutdown does and begins it anew, with its `init`; brings back one that has ended. Resolves when it is
   * ready again.
   *
   * @throws SteerError `misuse` for an unknown name, and for one of which something still runs.
   */
  restart(name: string): Promise<void>
  /** Ends all services. Idempotent: a later call can shorten the time, and resolves to the same report. */
  shutdown(options?: ShutdownOptions): Promise<ShutdownReport>
  /**
   * The reactor as a service of another. Each main runs a fresh one; it fails where a cap of it escalates, and where all of its
   * services have ended and one of them for an error. It is ready when all of its services are, and has the time of `shutdownMs`
   * to stop.
   *
   * @throws SteerError `misuse` once the reactor runs: call it in the same turn in which it is made.
   */
  asService(): Service
  /** As `shutdown`. */
  [Symbol.asyncDispose](): Promise<void>
}

/** What a test replaces. */
export interface ReactorSurroundings {
  readonly clock: Clock
  readonly random: Random
}

/** What a room above wants to hear of. */
export interface ReactorListener {
  /** An isolate opens a stream of bytes. */
  onStream?(service: string, stream: ByteStream): void
  /** A service has ended, for good or until it is restarted. */
  onDown?(service: string, error: SteerError | undefined): void
  /** Called before any service starts, and waited for. What it throws ends the reactor, as a health port does that is taken. */
  readonly onStart?: ((view: ReactorView) => Promise<void>) | undefined
  /** Called before `done`, and waited for. Must not throw. */
  onDone?(): Promise<void>
}

/** A reactor that is about to start, as a listener sees it. */
export interface ReactorView {
  readonly name: string
  services(): readonly ServiceSnapshot[]
  /** What runs under that name; undefined for isolates and for names that are not there. */
  serviceOf(name: string): Service<never> | undefined
}
