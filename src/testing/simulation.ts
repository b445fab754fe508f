/** A simulation: links and sessions of one process over a network that is data, in time that is data, from one seed. */

import { runTurns } from '../base/clock.ts'
import type { Limits } from '../base/limits.ts'
import { createRandom, type Random } from '../base/random.ts'
import { openLink, type Link, type ServeEntry } from '../session/index.ts'
import { DEFAULT_CONDITIONS, type NetworkConditions } from './network-conditions.ts'
import { SimulatedClock, type SimulatedProcess } from './simulated-clock.ts'
import { SimulatedConnection, type End } from './simulated-network.ts'

/** What a simulation is made of. */
export interface SimulationOptions {
  /** Everything that is drawn at random is drawn from it: equal seeds, equal runs. A whole number. */
  readonly seed: number
  /** Conditions that differ from the defaults. */
  readonly network?: Partial<NetworkConditions> | undefined
}

/** What the two ends of a pair serve, and their bounds. */
export interface SimulatedLinkOptions {
  /** Served by the first link, which counts as the side that dialled. Default: nothing. */
  readonly serveFirst?: readonly ServeEntry[] | undefined
  /** Served by the second. Default: nothing. */
  readonly serveSecond?: readonly ServeEntry[] | undefined
  /** Bounds that differ from the defaults, of both ends or of each. */
  readonly limits?: Partial<Limits> | Readonly<Record<End, Partial<Limits>>> | undefined
}

/** Two links, the connection between them, and the programs that they run in. */
export interface SimulatedLinks {
  readonly first: Link
  readonly second: Link
  readonly connection: SimulatedConnection
  readonly processes: Readonly<Record<End, SimulatedProcess>>
}

/** How long a wait may take before it counts as a hang, in simulated ms: an hour. */
const HANG_MS = 3_600_000

/** Nothing moves until `until`, `advance` or `finish` is called; while they run, everything happens in the order of time. */
export class Simulation {
  readonly clock: SimulatedClock = new SimulatedClock()
  readonly random: Random
  readonly #conditions: NetworkConditions

  constructor(options: SimulationOptions) {
    this.random = createRandom(options.seed)
    this.#conditions = { ...DEFAULT_CONDITIONS, ...options.network }
  }

  /** A connection and two programs, for links or for transports of a test's own. */
  connect(): { readonly connection: SimulatedConnection; readonly processes: Readonly<Record<End, SimulatedProcess>> } {
    const processes = { first: this.clock.createProcess(), second: this.clock.createProcess() }
    return { connection: new SimulatedConnection(processes, this.#conditions, this.random.fork()), processes }
  }

  /**
   * Opens two links over a new connection.
   *
   * @throws SteerError as `connect` does.
   */
  async openLinks(options: SimulatedLinkOptions = {}): Promise<SimulatedLinks> {
    const { connection, processes } = this.connect()
    const limits = limitsOf(options.limits)
    const links = await this.until(
      Promise.all([
        openLink(
          connection.first,
          { initiator: true, security: 'none', serve: options.serveFirst, limits: limits.first },
          processes.first,
        ),
        openLink(
          connection.second,
          { initiator: false, security: 'none', serve: options.serveSecond, limits: limits.second },
          processes.second,
        ),
      ]),
    )
    return { first: links[0], second: links[1], connection, processes }
  }

  /**
   * Runs until the promise settles, and settles as it does.
   *
   * @param withinMs longest simulated time. Default an hour.
   * @throws Error when it does not settle within that time, or when nothing is left to happen.
   */
  async until<T>(promise: Promise<T>, withinMs: number = HANG_MS): Promise<T> {
    let settled = false
    const settle = (): void => {
      settled = true
    }
    promise.then(settle, settle)
    const untilMs = this.clock.now() + withinMs
    const isSettled = (): boolean => settled
    await runTurns(() => !isSettled() && this.clock.step(untilMs))
    // Read through a function, since the compiler takes it for what it was set to.
    if (!isSettled()) throw new Error(`nothing settled the promise within ${withinMs} simulated ms`)
    return promise
  }

  /** Lets that much time pass. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.clock.now() + ms
    await runTurns(() => this.clock.step(untilMs))
    this.clock.moveTo(untilMs)
  }

  /**
   * Runs until nothing is left to happen.
   *
   * @param withinMs longest simulated time. Default an hour.
   * @throws Error when something is still to come after that: an open link, for instance.
   */
  async finish(withinMs: number = HANG_MS): Promise<void> {
    const untilMs = this.clock.now() + withinMs
    await runTurns(() => this.clock.step(untilMs))
    if (this.clock.pending > 0) throw new Error(`${this.clock.pending} events are still to come`)
  }
}

/** Makes a simulation. It holds nothing but memory, so nobody has to close it; links opened in it are closed as any other. */
export function createSimulation(options: SimulationOptions): Simulation {
  return new Simulation(options)
}

function limitsOf(given: SimulatedLinkOptions['limits']): Readonly<Record<End, Partial<Limits> | undefined>> {
  if (given !== undefined && 'first' in given) return given
  return { first: given, second: given }
}
