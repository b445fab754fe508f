/** The supervisor machine in simulated time: hooks are plans, and everything that it asks for is written down. */

import { createRandom } from '../../../src/base/random.ts'
import type { Action, MachineEvent } from '../../../src/reactor/machine/events.ts'
import type { MemberSpec } from '../../../src/reactor/machine/member.ts'
import type { Outcome } from '../../../src/reactor/machine/outcome.ts'
import type { Strategy } from '../../../src/reactor/machine/state.ts'
import { Supervisor } from '../../../src/reactor/machine/supervisor.ts'
import { SimulatedClock } from '../../../src/testing/simulated-clock.ts'

export type RunAction = Extract<Action, { type: 'run' }>

/** What a hook does. */
export interface Plan {
  /** When it settles by itself; undefined is never. */
  readonly afterMs?: number | undefined
  /** What it throws then. */
  readonly throws?: { readonly error: unknown } | undefined
  /** How long after its signal it settles; undefined is never. Default 0, at once. */
  readonly onSignalMs?: number | 'never' | undefined
  readonly readyAfterMs?: number | undefined
  readonly uncaughtAfterMs?: number | undefined
  /** Its isolate is lost then. */
  readonly lostAfterMs?: number | undefined
}

export type Script = (run: RunAction) => Plan

/** What happened: an action of the machine, or the end of a hook. */
export type Entry =
  | (Action & { readonly atMs: number })
  | {
      readonly type: 'settled'
      readonly service: string
      readonly run: number
      readonly threw: boolean
      readonly atMs: number
    }
  | { readonly type: 'told'; readonly event: MachineEvent; readonly atMs: number }

export const DEFAULTS: Omit<MemberSpec, 'name'> = {
  dependsOn: [],
  restart: 'permanent',
  backoff: { minMs: 100, maxMs: 30_000, factor: 2, resetAfterMs: 60_000 },
  intensity: undefined,
  initTimeoutMs: 1000,
  graceMs: 500,
  stopTimeoutMs: 500,
  readyBy: 'main',
  zombie: 'wait',
  isolated: false,
  remembered: undefined,
}

export function spec(name: string, given: Partial<MemberSpec> = {}): MemberSpec {
  return { ...DEFAULTS, name, ...given }
}

export interface WorldOptions {
  readonly services: readonly MemberSpec[]
  readonly script: Script
  readonly strategy?: Strategy
  readonly seed?: number
}

export class World {
  readonly clock: SimulatedClock = new SimulatedClock()
  readonly machine: Supervisor
  readonly trace: Entry[] = []
  readonly #script: Script
  readonly #timers = new Map<string, { cancel(): void }>()
  /** Hooks that run, with what ends them. */
  readonly #running = new Map<string, { readonly plan: Plan; settle(): void }>()

  constructor({ services, script, strategy = 'one_for_one', seed = 1 }: WorldOptions) {
    this.#script = script
    this.machine = new Supervisor({ services, strategy, random: createRandom(seed), shutdownMs: 10_000, nowMs: 0 })
  }

  start(): this {
    this.tell({ type: 'start' })
    return this
  }

  tell(event: MachineEvent): void {
    if (['shutdown', 'force', 'add', 'remove', 'restart', 'uncaught', 'lost'].includes(event.type)) {
      this.trace.push({ type: 'told', event, atMs: this.clock.now() })
    }
    for (const action of this.machine.handle(event, this.clock.now())) this.#perform(action)
  }

  advance(ms: number): this {
    const untilMs = this.clock.now() + ms
    while (this.clock.step(untilMs));
    this.clock.moveTo(untilMs)
    return this
  }

  /** The hooks of a service, or of all, as `name hook`. */
  hooks(service?: string): string[] {
    return this.runs(service).map((run) => (service === undefined ? `${run.service} ${run.hook}` : run.hook))
  }

  runs(service?: string): (RunAction & { readonly atMs: number })[] {
    return this.trace.filter(
      (entry): entry is RunAction & { atMs: number } =>
        entry.type === 'run' && (service === undefined || entry.service === service),
    )
  }

  of<Type extends Action['type']>(type: Type): (Extract<Action, { type: Type }> & { readonly atMs: number })[] {
    return this.trace.filter(
      (entry): entry is Extract<Action, { type: Type }> & { atMs: number } => entry.type === type,
    )
  }

  phase(service: string): string | undefined {
    return this.machine.members.get(service)?.phase
  }

  #perform(action: Action): void {
    this.trace.push({ ...action, atMs: this.clock.now() })
    switch (action.type) {
      case 'run':
        return this.#run(action)
      case 'signal': {
        const running = this.#running.get(`${action.run} ${action.service}`)
        const { onSignalMs = 0 } = running?.plan ?? {}
        if (onSignalMs !== 'never') this.clock.after(onSignalMs, () => running?.settle())
        return
      }
      case 'release':
        if (this.machine.members.get(action.service)?.spec.isolated === true) this.#forget(action.service)
        return
      case 'timer': {
        const key = `${action.timer} ${String(action.service)}`
        this.#timers.get(key)?.cancel()
        const { service, timer } = action
        this.#timers.set(
          key,
          this.clock.after(action.delayMs, () => this.tell({ type: 'timer', service, timer })),
        )
        return
      }
      case 'clear':
        this.#timers.get(`${action.timer} ${String(action.service)}`)?.cancel()
        return
      case 'turn':
        this.clock.after(1, () => this.tell({ type: 'turned', service: action.service }))
        return
      default:
        return
    }
  }

  #run(action: RunAction): void {
    const { service, run, incarnation } = action
    const key = `${run} ${service}`
    const plan = this.#script(action)
    const settle = (thrown: Plan['throws']): void => {
      if (!this.#running.delete(key)) return
      this.trace.push({ type: 'settled', service, run, threw: thrown !== undefined, atMs: this.clock.now() })
      this.tell({ type: 'settled', service, run, thrown })
    }
    this.#running.set(key, { plan, settle: () => settle(undefined) })
    const later = (delayMs: number | undefined, call: () => void): void => {
      if (delayMs === undefined) return
      this.clock.after(delayMs, () => {
        if (this.#running.has(key)) call()
      })
    }
    later(plan.readyAfterMs, () => this.tell({ type: 'ready', service, incarnation }))
    later(plan.uncaughtAfterMs, () => {
      const outcome = { kind: 'uncaught', error: 'late', origin: 'unhandledRejection' } as const
      this.tell({ type: 'uncaught', service, run, outcome })
    })
    later(plan.lostAfterMs, () => {
      this.#forget(service)
      const outcome: Outcome = { kind: 'exit', code: 1, signal: undefined }
      this.tell({ type: 'lost', service, incarnation, outcome })
    })
    later(plan.afterMs, () => settle(plan.throws))
  }

  /** What ran in an isolate never settles once that is gone. */
  #forget(service: string): void {
    for (const key of [...this.#running.keys()]) if (key.endsWith(` ${service}`)) this.#running.delete(key)
  }
}
