/** The hooks of a service that runs in a thread or a process: asked for in messages, and watched. */

import type { Clock, Timer } from '../../base/clock.ts'
import type { SteerError } from '../../base/errors.ts'
import type { Outcome } from '../machine/outcome.ts'
import type { HookRun } from '../machine/events.ts'
import type { Host, HostEvents } from '../run/host.ts'
import { watchSilence, type SilenceWatch } from '../run/silence.ts'
import type { IsolatedSpec } from '../spec.ts'
import { ByteStreams } from './byte-streams.ts'
import type { Carrier } from './carrier.ts'
import { startChild } from './child.ts'
import { seal, unseal } from './envelope.ts'
import { sealOutcome, type FromIsolate } from './messages.ts'
import type { Packed } from './pack.ts'
import { startThread } from './thread.ts'

/** Longest time to ask a thread for its stack. */
const STACK_MS = 400
/** Time of an isolate to leave by itself when nothing more is wanted of it. */
const LEAVE_MS = 1000

export class IsolateHost implements Host {
  readonly #carrier: Carrier
  readonly #clock: Clock
  readonly #events: HostEvents
  readonly #beatEveryMs: number | undefined
  readonly #streams: ByteStreams
  #watch: SilenceWatch | undefined
  #polling: Timer | undefined
  #leaving: Timer | undefined
  /** Nothing more is told: it is released, gone, or its silence was told. */
  #silent = false
  #ended = false
  /** Its stack was taken already. */
  #known = false

  constructor(spec: IsolatedSpec, packed: Packed, clock: Clock, events: HostEvents) {
    this.#clock = clock
    this.#events = events
    this.#beatEveryMs = spec.watchdog?.beatEveryMs
    this.#streams = new ByteStreams(
      (message) => this.#carrier.send(message),
      (stream) => events.stream(stream),
    )
    const start = { module: spec.module.href, export: spec.export, beatEveryMs: this.#beatEveryMs }
    const carried = {
      message: (message: FromIsolate) => this.#receive(message),
      ended: (outcome: Outcome) => this.#endedBy(outcome),
    }
    this.#carrier =
      spec.isolate === 'thread'
        ? startThread(spec, start, packed, clock, carried)
        : startChild(spec, start, packed, carried)
    if (this.#carrier.beats !== undefined && this.#beatEveryMs !== undefined) {
      this.#poll(this.#carrier.beats, this.#beatEveryMs / 4)
    }
  }

  get gone(): Promise<void> {
    return this.#carrier.gone
  }

  run(asked: HookRun): void {
    const { outcome, cause } = asked
    this.#carrier.send({
      ...asked,
      type: 'run',
      outcome: outcome === undefined ? undefined : sealOutcome(outcome),
      cause: cause === undefined ? undefined : seal(cause),
    })
  }

  signal(run: number, reason: SteerError): void {
    this.#carrier.send({ type: 'signal', run, reason: seal(reason) })
  }

  release(force: boolean): void {
    this.#stopWatching()
    if (this.#ended) return
    this.#silent = true
    if (force) return void this.#kill()
    this.#carrier.send({ type: 'leave' })
    this.#leaving = this.#clock.after(LEAVE_MS, () => this.#carrier.kill())
  }

  /** What it does is asked first, and told: whoever is ended by force does not say it. */
  async #kill(): Promise<void> {
    const stack = this.#known ? undefined : await this.#carrier.stack(STACK_MS)
    if (stack !== undefined) this.#events.killed(stack)
    if (!this.#ended) this.#carrier.kill()
  }

  #receive(message: FromIsolate): void {
    if (this.#silent) return
    this.#heard()
    switch (message.type) {
      case 'settled':
        return this.#events.settled(
          message.run,
          message.thrown === undefined ? undefined : { error: unseal(message.thrown) },
        )
      case 'ready':
        return this.#events.ready()
      case 'bound': {
        const outcome = { kind: 'uncaught', error: unseal(message.error), origin: 'bound' } as const
        this.#events.uncaught(message.run, outcome)
        return
      }
      case 'hung':
        return this.#events.hung(message.run, message.forMs)
      case 'stream':
        return this.#streams.receive(message)
      default:
        return
    }
  }

  /** Loading may take its time, and is bounded by the time of init. From the first sign of life on there has to be more. */
  #heard(): void {
    if (this.#beatEveryMs === undefined) return
    this.#watch ??= watchSilence(this.#clock, 2 * this.#beatEveryMs, (forMs) => void this.#hungFor(forMs))
    this.#watch.beat()
  }

  /** Reads the beats of a thread, which come without a message. */
  #poll(beats: () => number, everyMs: number): void {
    let last = 0
    const look = (): void => {
      const count = beats()
      if (count !== last) this.#heard()
      last = count
      this.#polling = this.#clock.after(everyMs, look)
    }
    look()
  }

  async #hungFor(forMs: number): Promise<void> {
    const stack = await this.#carrier.stack(STACK_MS)
    this.#known = true
    // It may have come to its end meanwhile.
    if (!this.#isSilent()) this.#lose({ kind: 'hung', forMs, stack })
  }

  #isSilent(): boolean {
    return this.#silent
  }

  #endedBy(outcome: Outcome): void {
    this.#ended = true
    this.#streams.close()
    this.#leaving?.cancel()
    if (!this.#silent) this.#lose(outcome)
  }

  /** It is not released here: the machine does that, which a silent isolate still needs. */
  #lose(outcome: Outcome): void {
    this.#silent = true
    this.#stopWatching()
    this.#events.lost(outcome)
  }

  #stopWatching(): void {
    this.#watch?.close()
    this.#polling?.cancel()
  }
}
