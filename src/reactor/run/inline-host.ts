/** The hooks of a service that runs in the thread of the reactor. */

import type { Clock } from '../../base/clock.ts'
import type { SteerError } from '../../base/errors.ts'
import type { Service } from '../service.ts'
import { HookRunner } from './hook-runner.ts'
import type { HookRun } from '../machine/events.ts'
import type { Host, HostEvents } from './host.ts'

export class InlineHost implements Host {
  /** Nothing here can be taken away from a service that does not end; it is only not waited for. */
  readonly gone: Promise<void> = Promise.resolve()
  readonly #runner: HookRunner

  constructor(service: Service, metadata: unknown, clock: Clock, beatEveryMs: number | undefined, events: HostEvents) {
    this.#runner = new HookRunner(service, metadata, clock, beatEveryMs, events)
  }

  run(asked: HookRun): void {
    this.#runner.run(asked)
  }

  signal(run: number, reason: SteerError): void {
    this.#runner.signal(run, reason)
  }

  release(): void {
    // A hook that still runs is only forgotten: it shares this thread.
  }
}
