/** What the supervisor machine is told, and what it wants done. */

import type { SteerError } from '../../base/errors.ts'
import type { Hook, MemberSpec, Phase, TimerName } from './member.ts'
import type { Outcome, Uncaught } from './outcome.ts'

/** What a hook threw. An object, since `undefined` can be thrown. */
export interface Thrown {
  readonly error: unknown
}

export type MachineEvent =
  | { readonly type: 'start' }
  /** A hook returned, or threw. `run` says which run of which hook. */
  | { readonly type: 'settled'; readonly service: string; readonly run: number; readonly thrown?: Thrown | undefined }
  | { readonly type: 'ready'; readonly service: string; readonly incarnation: number }
  /** An error that is the service's, but that none of its hooks threw. `run` is the hook that it came from. */
  | { readonly type: 'uncaught'; readonly service: string; readonly run: number; readonly outcome: Uncaught }
  /** An inline main is silent. */
  | { readonly type: 'hung'; readonly service: string; readonly run: number; readonly outcome: Outcome }
  /** The isolate of that incarnation is no use any more: gone, or silent. */
  | { readonly type: 'lost'; readonly service: string; readonly incarnation: number; readonly outcome: Outcome }
  | { readonly type: 'timer'; readonly service: string | undefined; readonly timer: TimerName | 'deadline' }
  /** The turn of the event loop that was asked for is over. */
  | { readonly type: 'turned'; readonly service: string }
  | { readonly type: 'shutdown'; readonly deadlineMs: number }
  | { readonly type: 'force' }
  | { readonly type: 'add'; readonly spec: MemberSpec }
  | { readonly type: 'remove'; readonly service: string }
  | { readonly type: 'restart'; readonly service: string }

/** One run of a hook, as it is asked for. */
export interface HookRun {
  readonly service: string
  readonly hook: Hook
  readonly run: number
  readonly incarnation: number
  readonly cycle: number
  readonly failures: number
  /** For `fallback`. */
  readonly outcome?: Outcome | undefined
  /** For `abort`. */
  readonly cause?: SteerError | undefined
}

export type Action =
  /** Runs a hook. Its end comes back as `settled` with this run; a hook that the service lacks settles at once. */
  | ({ readonly type: 'run' } & HookRun)
  /** Aborts the signal of that run. */
  | { readonly type: 'signal'; readonly service: string; readonly run: number; readonly reason: SteerError }
  /** Ends the isolate, by force where it does not end by itself. An inline service is only forgotten. */
  | { readonly type: 'release'; readonly service: string; readonly incarnation: number; readonly force: boolean }
  /** Sets a timer; one of that name that runs is replaced. */
  | {
      readonly type: 'timer'
      readonly service: string | undefined
      readonly timer: TimerName | 'deadline'
      readonly delayMs: number
    }
  | { readonly type: 'clear'; readonly service: string | undefined; readonly timer: TimerName | 'deadline' }
  /** Comes back as `turned` in a macrotask of its own. */
  | { readonly type: 'turn'; readonly service: string }
  | { readonly type: 'state'; readonly service: string; readonly from: Phase; readonly to: Phase }
  | { readonly type: 'failure'; readonly service: string; readonly outcome: Outcome; readonly failures: number }
  /** An error that changes nothing: thrown by `abort` or `stop`, or left over by a service that is ending. */
  | { readonly type: 'stray'; readonly service: string; readonly hook: Hook | undefined; readonly error: unknown }
  /** A main that does not settle after its signal. */
  | { readonly type: 'zombie'; readonly service: string; readonly forMs: number }
  /** It has been well for so long that its failures are forgotten. */
  | { readonly type: 'healthy'; readonly service: string }
  | { readonly type: 'up'; readonly service: string }
  /** The service ended for good. `error` is why, where it was aborted; `overdue` where it did not stop in time. */
  | {
      readonly type: 'down'
      readonly service: string
      readonly error: SteerError | undefined
      readonly overdue: string | undefined
    }
  | { readonly type: 'removed'; readonly service: string }
  /** Nothing runs any more, and nothing will. `error` where a cap escalated. */
  | { readonly type: 'done'; readonly error: SteerError | undefined; readonly overdue: readonly string[] }
