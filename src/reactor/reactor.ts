/** A reactor: services that are kept alive, started in order and stopped in the reverse of it. */

import { constants } from 'node:os'
import { runTurns, systemClock } from '../base/clock.ts'
import { createDeferred, type Deferred } from '../base/deferred.ts'
import { SteerError } from '../base/errors.ts'
import { createRandom, createSeed } from '../base/random.ts'
import { FailureStore } from './failures.ts'
import type {
  Reactor,
  ReactorListener,
  ReactorOptions,
  ReactorSurroundings,
  ReactorView,
  ShutdownOptions,
  ShutdownReport,
} from './face.ts'
import { serveHealth, type HealthServer } from './health.ts'
import { IsolateHost } from './isolate/isolate-host.ts'
import { pack, type Packed } from './isolate/pack.ts'
import { isOver, type MemberSpec } from './machine/member.ts'
import { Supervisor } from './machine/supervisor.ts'
import type { Host, HostEvents } from './run/host.ts'
import { InlineHost } from './run/inline-host.ts'
import { holdProcess } from './run/lifeline.ts'
import { Reporter } from './run/reporter.ts'
import { Runner } from './run/runner.ts'
import { Waiters } from './run/waiters.ts'
import type { Service } from './service.ts'
import { takeSnapshot, type ServiceSnapshot } from './snapshot.ts'
import { checkNumber, isIsolated, resolveSpec, type ServiceSpec } from './spec.ts'

/**
 * Makes a reactor, which starts in the next turn of the event loop. Whoever makes it closes it with `shutdown`; until `done` it
 * keeps the process alive.
 *
 * @throws SteerError `misuse` for names that are there twice or not at all, for services that depend on each other in a circle,
 * for values out of range, and for metadata that cannot go to an isolate.
 */
export function reactor<M>(options: ReactorOptions<M>, listener: ReactorListener = {}): Reactor<M> {
  return new RunningReactor(options, { clock: systemClock, random: createRandom(createSeed()) }, listener)
}

export class RunningReactor<M> implements Reactor<M> {
  readonly name: string
  readonly metadata: M
  readonly done: Promise<ShutdownReport>
  readonly #options: ReactorOptions<M>
  readonly #surroundings: ReactorSurroundings
  readonly #listener: ReactorListener
  readonly #specs = new Map<string, ServiceSpec<M>>()
  readonly #packed = new Map<'thread' | 'process', Packed>()
  readonly #waiters = new Waiters()
  readonly #ready = createDeferred<undefined>()
  readonly #healthPort = createDeferred<number>()
  readonly #done = createDeferred<ShutdownReport>()
  /** As `#done`, and never rejects. */
  readonly #over = createDeferred<ShutdownReport>()
  #machine: Supervisor
  /** Undefined before the start, and in a reactor that serves as a service. */
  #runner: Runner | undefined
  #inner: Reactor<M> | undefined
  #claimed = false
  #health: Promise<HealthServer | undefined> = Promise.resolve(undefined)
  /** What a listener does at the start. */
  #opened: Promise<void> | undefined
  #wanted: number | undefined
  #signalled = false
  #letGo: () => void = () => undefined

  constructor(options: ReactorOptions<M>, surroundings: ReactorSurroundings, listener: ReactorListener = {}) {
    this.#listener = listener
    this.name = options.name ?? 'reactor'
    this.metadata = options.metadata
    this.#options = options
    this.#surroundings = surroundings
    if (!/^[\w.:-]{1,100}$/.test(this.name))
      throw new SteerError('misuse', 'the name of a reactor is written as that of a service')
    checkNumber('shutdownMs', this.#shutdownMs, 1, 2 ** 31 - 1)
    for (const signal of options.signals ?? []) checkSignal(signal)
    for (const spec of options.services) this.#prepare(spec)
    this.#machine = this.#createMachine(undefined)
    for (const spec of options.services) this.#specs.set(spec.name, spec)
    this.done = this.#done.promise
    for (const promise of [this.#ready.promise, this.#healthPort.promise, this.#done.promise]) handled(promise)
    void runTurns(() => {
      if (!this.#claimed) this.#start()
      return false
    })
  }

  get ready(): Promise<void> {
    return this.#inner?.ready ?? this.#ready.promise
  }

  get healthPort(): Promise<number> {
    return this.#inner?.healthPort ?? this.#healthPort.promise
  }

  ps(): readonly ServiceSnapshot[] {
    if (this.#inner !== undefined) return this.#inner.ps()
    const nowMs = this.#surroundings.clock.now()
    return [...this.#machine.members.values()].map((member) =>
      takeSnapshot(member, this.#specs.get(member.spec.name)?.isolate ?? 'inline', nowMs),
    )
  }

  get(name: string): ServiceSnapshot | undefined {
    return this.ps().find((service) => service.name === name)
  }

  async add(spec: ServiceSpec<M>): Promise<void> {
    const runner = this.#running()
    const resolved = this.#prepare(spec)
    const before = this.#specs.get(spec.name)
    if (before !== undefined) throw new SteerError('misuse', `two services are called "${spec.name}"`)
    this.#specs.set(spec.name, spec)
    const up = this.#waiters.add(spec.name, 'up')
    try {
      runner.tell({ type: 'add', spec: resolved })
    } catch (error) {
      this.#specs.delete(spec.name)
      throw error
    }
    await up
  }

  async remove(name: string): Promise<void> {
    const runner = this.#running()
    const removed = this.#waiters.add(name, 'removed')
    runner.tell({ type: 'remove', service: name })
    await removed
    this.#specs.delete(name)
  }

  async restart(name: string): Promise<void> {
    const runner = this.#running()
    const up = this.#waiters.add(name, 'up again')
    runner.tell({ type: 'restart', service: name })
    await up
  }

  shutdown(options: ShutdownOptions = {}): Promise<ShutdownReport> {
    const deadlineMs = checkNumber('deadlineMs', options.deadlineMs ?? this.#shutdownMs, 1, 2 ** 31 - 1)
    if (this.#inner !== undefined) return this.#inner.shutdown({ deadlineMs })
    if (this.#claimed) return Promise.resolve({ overdue: [], aborted: [] })
    if (this.#runner === undefined) this.#wanted = Math.min(deadlineMs, this.#wanted ?? deadlineMs)
    else if (!this.#machine.finished) this.#runner.tell({ type: 'shutdown', deadlineMs })
    return this.#over.promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown()
  }

  asService(): Service {
    if (this.#runner !== undefined) throw new SteerError('misuse', 'a reactor that runs cannot be a service of another')
    this.#claimed = true
    return {
      defaults: { readyBy: 'call', stopTimeoutMs: this.#shutdownMs + 1000 },
      main: async (_, ctx) => {
        // The signals are for the outermost one, which passes on what they mean.
        const inner = new RunningReactor({ ...this.#options, signals: [] }, this.#surroundings, this.#listener)
        this.#inner = inner
        inner.ready.then(
          () => ctx.ready(),
          () => undefined,
        )
        ctx.signal.addEventListener('abort', () => void inner.shutdown(), { once: true })
        const { aborted } = await inner.done
        const [first] = aborted
        if (first !== undefined && !ctx.signal.aborted) throw first.error
      },
    }
  }

  get #shutdownMs(): number {
    return this.#options.shutdownMs ?? 10_000
  }

  /** Checks a spec, and that the metadata can go where it runs. */
  #prepare(spec: ServiceSpec<M>, remembered?: MemberSpec['remembered']): MemberSpec {
    const resolved = resolveSpec(spec, remembered)
    if (isIsolated(spec) && !this.#packed.has(spec.isolate)) this.#pack(spec.isolate)
    return resolved
  }

  #pack(isolate: 'thread' | 'process'): Packed {
    const packed = pack(this.metadata, isolate)
    this.#packed.set(isolate, packed)
    return packed
  }

  #createMachine(store: FailureStore | undefined): Supervisor {
    const { clock, random } = this.#surroundings
    return new Supervisor({
      services: this.#options.services.map((spec) => this.#prepare(spec, store?.kept.get(spec.name))),
      strategy: this.#options.strategy ?? 'one_for_one',
      random,
      shutdownMs: this.#shutdownMs,
      nowMs: clock.now(),
    })
  }

  #running(): Runner {
    if (this.#runner === undefined)
      throw new SteerError('misuse', 'the reactor does not run yet: it starts in the next turn')
    return this.#runner
  }

  #start(): void {
    const { stateDir, signals = [], services, health } = this.#options
    const { clock } = this.#surroundings
    let store: FailureStore | undefined
    try {
      store = stateDir === undefined ? undefined : new FailureStore(stateDir, this.name, clock)
    } catch (error) {
      return this.#failToStart(SteerError.from(error, 'unavailable'))
    }
    this.#machine = this.#createMachine(store)
    const reporter = new Reporter(this.name, store)
    this.#runner = new Runner({
      machine: this.#machine,
      clock,
      reporter,
      waiters: this.#waiters,
      createHost: (service, events) => this.#createHost(service, events),
      onStream: (service, stream) => this.#listener.onStream?.(service, stream),
      onDown: (service, error) => this.#listener.onDown?.(service, error),
      onDone: (error, overdue) => void this.#finish(reporter, error, overdue),
    })
    this.#letGo = holdProcess(signals, () => this.#onSignal())
    const up = services.map(({ name }) => this.#waiters.add(name, 'up'))
    if (health === undefined) this.#healthPort.reject(new SteerError('misuse', 'this reactor serves no health'))
    // Whoever looks from outside sees the services come up.
    else this.#health = serveHealth(health, { isReady: () => this.#isReady(), services: () => this.ps() })
    this.#health.then((server) => this.#healthPort.resolve(server?.port ?? 0), this.#healthPort.reject)
    const { onStart } = this.#listener
    this.#opened = onStart?.(this.#view())
    const opened = Promise.all([this.#health, this.#opened])
    Promise.all([opened, ...up]).then(() => this.#ready.resolve(undefined), this.#ready.reject)
    if (health === undefined && onStart === undefined) return this.#begin()
    opened.then(
      () => this.#begin(),
      () => this.#runner?.tell({ type: 'force' }),
    )
  }

  #view(): ReactorView {
    return {
      name: this.name,
      services: () => this.ps(),
      serviceOf: (name) => {
        const spec = this.#specs.get(name)
        return spec === undefined || isIsolated(spec) ? undefined : spec.service
      },
    }
  }

  #begin(): void {
    // It may have been shut down while the health server came up.
    if (this.#machine.finished) return
    if (this.#wanted !== undefined) return this.#runner?.tell({ type: 'shutdown', deadlineMs: this.#wanted })
    this.#runner?.tell({ type: 'start' })
  }

  #failToStart(error: SteerError): void {
    this.#ready.reject(error)
    this.#healthPort.reject(error)
    this.#done.reject(error)
    this.#over.resolve({ overdue: [], aborted: [] })
  }

  #createHost(name: string, events: HostEvents): Host {
    const { clock } = this.#surroundings
    const spec = this.#specs.get(name)
    if (spec === undefined) throw new SteerError('internal', `there is no spec of "${name}"`)
    if (!isIsolated(spec))
      return new InlineHost(asAny(spec.service), this.metadata, clock, spec.watchdog?.beatEveryMs, events)
    // Packed anew for each incarnation: it starts with the metadata as it is now.
    return new IsolateHost(spec, this.#pack(spec.isolate), clock, events)
  }

  #isReady(): boolean {
    if (this.#machine.stopping || this.#machine.finished) return false
    return [...this.#machine.members.values()].every((member) =>
      isOver(member) ? member.phase === 'stopped' : member.ready,
    )
  }

  #onSignal(): void {
    if (this.#signalled) this.#runner?.tell({ type: 'force' })
    else void this.shutdown()
    this.#signalled = true
  }

  async #finish(reporter: Reporter, error: SteerError | undefined, overdue: readonly string[]): Promise<void> {
    const aborted = [...this.#machine.members.values()].flatMap((member) =>
      member.error === undefined ? [] : [{ service: member.spec.name, error: member.error }],
    )
    this.#waiters.close()
    const server = await this.#health.catch(() => undefined)
    await this.#opened?.catch(() => undefined)
    await Promise.all([server?.close(), this.#runner?.gone(), this.#listener.onDone?.()])
    reporter.close()
    this.#letGo()
    const report = { overdue, aborted }
    this.#over.resolve(report)
    if (error === undefined) this.#done.resolve(report)
    else this.#done.reject(error)
  }
}

/** For programs that the compiler has not seen, and for two that it lets pass. */
function checkSignal(signal: NodeJS.Signals): void {
  if (Object.hasOwn(constants.signals, signal) && signal !== 'SIGKILL' && signal !== 'SIGSTOP') return
  throw new SteerError('misuse', `no process can listen for "${signal}"`)
}

/** Nobody has to wait for it, and nobody is crashed for not doing so. */
function handled(promise: Deferred<unknown>['promise']): void {
  promise.catch(() => undefined)
}

/** Its metadata is what the reactor has: the types saw to that. */
function asAny<M>(service: Service<M>): Service {
  return service as unknown as Service
}
