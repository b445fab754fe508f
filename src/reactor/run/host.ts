/** Where the hooks of one incarnation of a service run. */

import type { SteerError } from '../../base/errors.ts'
import type { ByteStream } from '../isolate/byte-streams.ts'
import type { Outcome } from '../machine/outcome.ts'
import type { HookRun } from '../machine/events.ts'
import type { HookEvents } from './hook-runner.ts'

export interface Host {
  run(asked: HookRun): void
  signal(run: number, reason: SteerError): void
  /** Ends it, at once or as soon as it has nothing to do. Nothing is heard of it any more. */
  release(force: boolean): void
  /** Resolves when nothing of it is left; at once for what shares this thread. */
  readonly gone: Promise<void>
}

export interface HostEvents extends HookEvents {
  /** The isolate is no use any more. */
  lost(outcome: Outcome): void
  /** The isolate opens a stream of bytes. */
  stream(stream: ByteStream): void
  /** It was ended by force, while it did this. */
  killed(stack: string): void
}
