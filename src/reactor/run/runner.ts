/** Runs the supervisor machine: passes it the time and what happens, and does what it asks for, in its order. */

import { runTurns, type Clock, type Timer } from '../../base/clock.ts'
import { SteerError } from '../../base/errors.ts'
import type { ByteStream } from '../isolate/byte-streams.ts'
import type { Action, MachineEvent } from '../machine/events.ts'
import { isOver } from '../machine/member.ts'
import type { Outcome } from '../machine/outcome.ts'
import type { Supervisor } from '../machine/supervisor.ts'
import { runUnattributed } from './attribution.ts'
import type { HookRun } from '../machine/events.ts'
import type { Host, HostEvents } from './host.ts'
import type { Reporter } from './reporter.ts'
import type { Waiters } from './waiters.ts'

export interface RunnerOptions {
  readonly machine: Supervisor
  readonly clock: Clock
  readonly reporter: Reporter
  readonly waiters: Waiters
  createHost(service: string, events: HostEvents): Host
  onStream(service: string, stream: ByteStream): void
  onDown(service: string, error: SteerError | undefined): void
  onDone(error: SteerError | undefined, overdue: readonly string[]): void
}

export class Runner {
  readonly #options: RunnerOptions
  readonly #hosts = new Map<string, { readonly host: Host; readonly incarnation: number }>()
  readonly #timers = new Map<string, Timer>()
  readonly #leaving = new Set<Promise<void>>()
  readonly #actions: Action[] = []
  #performing = false

  constructor(options: RunnerOptions) {
    this.#options = options
  }

  /** Resolves when no isolate is left of those that were ended. */
  async gone(): Promise<void> {
    await Promise.all(this.#leaving)
  }

  /**
   * Tells the machine, and does what it asks for. What it asks for while something is being done comes after that.
   *
   * @throws SteerError `misuse` as the machine does.
   */
  tell(event: MachineEvent): void {
    const { machine, clock } = this.#options
    this.#actions.push(...machine.handle(event, clock.now()))
    if (this.#performing) return
    this.#performing = true
    try {
      runUnattributed(() => {
        for (let action = this.#actions.shift(); action !== undefined; action = this.#actions.shift()) {
          this.#perform(action)
        }
      })
    } finally {
      this.#performing = false
    }
  }

  #perform(action: Action): void {
    const { reporter, waiters } = this.#options
    switch (action.type) {
      case 'run':
        return this.#run(action)
      case 'signal':
        return this.#hosts.get(action.service)?.host.signal(action.run, action.reason)
      case 'release':
        return this.#release(action)
      case 'timer':
        return this.#setTimer(action)
      case 'clear':
        return this.#clearTimer(timerKey(action))
      case 'turn':
        return void runTurns(() => {
          this.tell({ type: 'turned', service: action.service })
          return false
        })
      case 'state':
        return reporter.state(action, action.to === 'aborted' ? this.#errorOf(action.service) : undefined)
      case 'failure':
        return reporter.failure(action)
      case 'stray':
        return reporter.stray(action, this.#failuresOf(action.service))
      case 'zombie':
        return reporter.hung(action.service, action.forMs, undefined, true)
      case 'healthy':
        return reporter.healthy(action.service)
      case 'up':
        return waiters.up(action.service)
      case 'down':
        reporter.down(action, this.#failuresOf(action.service))
        waiters.down(action.service, action.error, action.overdue, this.#hasBegunAnew(action.service))
        return this.#options.onDown(action.service, action.error)
      case 'removed':
        return waiters.removed(action.service)
      case 'done':
        return this.#options.onDone(action.error, action.overdue)
    }
  }

  #run(asked: Extract<Action, { type: 'run' }>): void {
    const { reporter } = this.#options
    if (asked.hook === 'init') {
      const failed = this.#createHost(asked)
      if (failed !== undefined) return this.#settleLater(asked, failed)
    }
    const hosted = this.#hosts.get(asked.service)
    // Where there is no host, there never was a service.
    if (hosted === undefined) return this.#settleLater(asked, undefined)
    if (asked.hook !== 'main') return hosted.host.run(asked)
    reporter.mainBegins(asked)
    hosted.host.run(asked)
    reporter.mainReturns(asked)
  }

  #createHost({ service, incarnation }: HookRun): { readonly error: unknown } | undefined {
    try {
      const host = this.#options.createHost(service, this.#eventsOf(service, incarnation))
      this.#hosts.set(service, { host, incarnation })
      return undefined
    } catch (error) {
      this.#hosts.delete(service)
      return { error }
    }
  }

  #settleLater({ service, run }: HookRun, thrown: { readonly error: unknown } | undefined): void {
    void runTurns(() => {
      this.tell({ type: 'settled', service, run, thrown })
      return false
    })
  }

  #eventsOf(service: string, incarnation: number): HostEvents {
    const { machine, reporter } = this.#options
    return {
      settled: (run, thrown) => {
        reporter.mainSettles(service, run, thrown)
        this.tell({ type: 'settled', service, run, thrown })
      },
      ready: () => this.tell({ type: 'ready', service, incarnation }),
      uncaught: (run, outcome) => {
        if (machine.finished) return false
        this.tell({ type: 'uncaught', service, run, outcome })
        return true
      },
      hung: (run, forMs) => {
        this.tell({ type: 'hung', service, run, outcome: { kind: 'hung', forMs, stack: undefined } })
      },
      lost: (outcome) => {
        reporter.mainSettles(service, undefined, { error: outcomeError(outcome) })
        this.tell({ type: 'lost', service, incarnation, outcome })
      },
      stream: (stream) => this.#options.onStream(service, stream),
      killed: (stack) => {
        runUnattributed(() => reporter.hung(service, this.#overdueMs(service), stack, false))
      },
    }
  }

  #release({ service, incarnation, force }: Extract<Action, { type: 'release' }>): void {
    const hosted = this.#hosts.get(service)
    if (hosted?.incarnation !== incarnation) return
    this.#hosts.delete(service)
    const { host } = hosted
    this.#leaving.add(host.gone)
    void host.gone.then(() => this.#leaving.delete(host.gone))
    host.release(force)
  }

  #setTimer(action: Extract<Action, { type: 'timer' }>): void {
    const { clock } = this.#options
    const { service, timer, delayMs } = action
    const key = timerKey(action)
    this.#clearTimer(key)
    const set = clock.after(Math.max(1, delayMs), () => {
      this.#timers.delete(key)
      this.tell({ type: 'timer', service, timer })
    })
    this.#timers.set(key, set)
  }

  #clearTimer(key: string): void {
    this.#timers.get(key)?.cancel()
    this.#timers.delete(key)
  }

  #hasBegunAnew(service: string): boolean {
    const member = this.#options.machine.members.get(service)
    return member !== undefined && !isOver(member)
  }

  #failuresOf(service: string): number {
    return this.#options.machine.members.get(service)?.failures ?? 0
  }

  #errorOf(service: string): SteerError | undefined {
    return this.#options.machine.members.get(service)?.error
  }

  #overdueMs(service: string): number {
    const member = this.#options.machine.members.get(service)
    return member === undefined ? 0 : this.#options.clock.now() - member.since
  }
}

function timerKey({ service, timer }: { readonly service: string | undefined; readonly timer: string }): string {
  return service === undefined ? timer : `${timer} ${service}`
}

function outcomeError(outcome: Outcome): unknown {
  return 'error' in outcome ? outcome.error : new SteerError('aborted', `the isolate is lost: ${outcome.kind}`)
}
