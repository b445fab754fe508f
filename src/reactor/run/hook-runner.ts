/** Runs the hooks of one service in this thread, and says what comes of them. */

import type { Clock } from '../../base/clock.ts'
import type { ByteStream } from '../isolate/byte-streams.ts'
import type { Thrown } from '../machine/events.ts'
import type { Uncaught } from '../machine/outcome.ts'
import type { Service } from '../service.ts'
import { runAttributed } from './attribution.ts'
import type { HookRun } from '../machine/events.ts'
import { callHook, type HookVoice } from './context.ts'
import { watchSilence, type SilenceWatch } from './silence.ts'

export interface HookEvents {
  settled(run: number, thrown: Thrown | undefined): void
  ready(): void
  /** False where nobody is there any more to count it. */
  uncaught(run: number, outcome: Uncaught): boolean
  /** A main that had called `beat` is silent. */
  hung(run: number, forMs: number): void
  /** A stream of bytes to the reactor, where this is an isolate. */
  openStream?(): ByteStream
}

export class HookRunner {
  readonly #service: Service
  readonly #metadata: unknown
  readonly #clock: Clock
  readonly #beatEveryMs: number | undefined
  readonly #events: HookEvents
  /** Of the runs that have not settled: one, and zombies. */
  readonly #running = new Map<number, { readonly controller: AbortController; readonly voice: HookVoice }>()

  constructor(service: Service, metadata: unknown, clock: Clock, beatEveryMs: number | undefined, events: HookEvents) {
    this.#service = service
    this.#metadata = metadata
    this.#clock = clock
    this.#beatEveryMs = beatEveryMs
    this.#events = events
  }

  run(asked: HookRun): void {
    const controller = new AbortController()
    let watch: SilenceWatch | undefined
    const voice: HookVoice = {
      ready: () => this.#events.ready(),
      beat: () => {
        if (asked.hook !== 'main' || !this.#running.has(asked.run)) return
        watch ??= this.#watch(asked.run)
        watch?.beat()
      },
      openStream: () => this.#events.openStream?.(),
      uncaught: (outcome) => this.#events.uncaught(asked.run, outcome),
    }
    this.#running.set(asked.run, { controller, voice })
    const settle = (thrown: Thrown | undefined): void => {
      watch?.close()
      this.#running.delete(asked.run)
      this.#events.settled(asked.run, thrown)
    }
    callHook(this.#service, asked, this.#metadata, controller.signal, this.#clock, voice).then(
      () => settle(undefined),
      (error: unknown) => settle({ error }),
    )
  }

  signal(run: number, reason: unknown): void {
    const running = this.#running.get(run)
    if (running === undefined) return
    const { controller, voice } = running
    // What a listener of the signal throws is the service's own.
    runAttributed(voice, () => controller.abort(reason))
  }

  #watch(run: number): SilenceWatch | undefined {
    if (this.#beatEveryMs === undefined) return undefined
    return watchSilence(this.#clock, 2 * this.#beatEveryMs, (forMs) => this.#events.hung(run, forMs))
  }
}
