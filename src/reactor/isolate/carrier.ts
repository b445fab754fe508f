/** What carries messages to an isolate and back, and ends it: a thread or a process. */

import type { Outcome } from '../machine/outcome.ts'
import type { FromIsolate, ToIsolate } from './messages.ts'

export interface CarrierEvents {
  message(message: FromIsolate): void
  /** The isolate is gone, and nothing more is heard of it. */
  ended(outcome: Outcome): void
}

export interface Carrier {
  send(message: ToIsolate): void
  /** Ends the isolate, whatever it does. */
  kill(): void
  /** How often it has beaten, where that is counted in memory. */
  readonly beats: (() => number) | undefined
  /** What it is doing now, where that can be asked. */
  stack(withinMs: number): Promise<string | undefined>
  /** Resolves when it is gone. */
  readonly gone: Promise<void>
}
