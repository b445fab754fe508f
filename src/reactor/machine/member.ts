/** One service as the supervisor machine sees it: what was asked for, and where it stands. */

import type { SteerError } from '../../base/errors.ts'
import type { Backoff } from './backoff.ts'
import type { Outcome, Uncaught } from './outcome.ts'

export type Hook = 'init' | 'main' | 'fallback' | 'abort' | 'stop'

/**
 * - `waiting`: for what it depends on
 * - `init`, `main`, `fallback`: that hook runs
 * - `repeat`: the next main follows in a turn of its own, or once the services restarted with it are ready for it
 * - `backoff`: the next main follows a failure, later
 * - `paused`: its cap of failures is reached, and it may try again later
 * - `aborting`, `stopping`: that hook runs
 * - `aborted`, `stopped`: it is over
 * - `unstopped`: it is over, but something of it did not end in time and may still run
 */
export type Phase =
  | 'waiting'
  | 'init'
  | 'main'
  | 'fallback'
  | 'repeat'
  | 'backoff'
  | 'paused'
  | 'aborting'
  | 'aborted'
  | 'stopping'
  | 'stopped'
  | 'unstopped'

export type TimerName = 'init' | 'grace' | 'backoff' | 'healthy' | 'stop'

/** How many failures are too many, and what then. */
export interface Intensity {
  /** So many failures within the time are borne; one more is not. From 0. */
  readonly max: number
  readonly withinMs: number
  /**
   * `abort` ends the service. `pause` lets it try again after `withinMs`. `escalate` shuts the reactor down, whose `done`
   * rejects.
   */
  readonly then: 'abort' | 'pause' | 'escalate'
}

/** When a service runs again: `permanent` always, `transient` after a failure, `temporary` never. */
export type Restart = 'permanent' | 'transient' | 'temporary'

export interface MemberSpec {
  readonly name: string
  readonly dependsOn: readonly string[]
  readonly restart: Restart
  readonly backoff: Backoff
  readonly intensity: Intensity | undefined
  readonly initTimeoutMs: number
  readonly graceMs: number
  readonly stopTimeoutMs: number
  /** What makes it ready: that its main runs, or only its own call. */
  readonly readyBy: 'main' | 'call'
  readonly zombie: 'wait' | 'abort'
  /** It has a thread or a process that can be ended by force. */
  readonly isolated: boolean
  /** Failures of earlier processes, and how much of the wait after them is left. */
  readonly remembered: { readonly failures: number; readonly elapsedMs: number } | undefined
}

export interface Member {
  readonly spec: MemberSpec
  phase: Phase
  /** `run` while it shall live; the rest say why it ends. `finish` is the end of a transient or temporary service. */
  goal: 'run' | 'finish' | 'stop' | 'remove' | 'restart'
  /** The hook that runs; undefined between hooks. */
  hook: Hook | undefined
  /** Counts hooks, so that what comes late from an earlier one is known as such. */
  run: number
  incarnation: number
  /** Mains that were begun. */
  cycle: number
  /** Failures in a row. */
  failures: number
  /** Failures in all. */
  failed: number
  /** Times of the failures that a cap looks at; at most `max + 1`. */
  failedAt: number[]
  /** Its init has returned in this incarnation. */
  initialised: boolean
  /** It was ready once in this incarnation: what depends on it may start. */
  wasReady: boolean
  ready: boolean
  /** Its isolate is gone; the next hook needs another. */
  lost: boolean
  /** Set while a main was told to end, to what it ends with. */
  pending: Outcome | undefined
  /** A main that will be aborted once it has settled. */
  doomed: SteerError | undefined
  /** What a new isolate has to be told after its init. */
  resume: Outcome | undefined
  /** A failure that came during `fallback`. */
  late: Uncaught | undefined
  /** The run of a main that did not settle, or of the hook that was given up. */
  zombie: number | undefined
  capped: boolean
  /** Its wait is over; only others can hold it back. */
  due: boolean
  /** It begins again together with others, in their order. */
  regrouping: boolean
  readonly timers: Set<TimerName>
  /** When the next main is due, while it waits. */
  nextAt: number | undefined
  /** When the hook that runs was begun. */
  since: number
  lastOutcome: Outcome | undefined
  /** Why it was aborted. */
  error: SteerError | undefined
}

export function createMember(spec: MemberSpec, nowMs: number): Member {
  return {
    spec,
    phase: 'waiting',
    goal: 'run',
    hook: undefined,
    run: 0,
    incarnation: 0,
    cycle: 0,
    failures: spec.remembered?.failures ?? 0,
    failed: 0,
    failedAt: [],
    initialised: false,
    wasReady: false,
    ready: false,
    lost: false,
    pending: undefined,
    doomed: undefined,
    resume: undefined,
    late: undefined,
    zombie: undefined,
    capped: false,
    due: false,
    regrouping: false,
    timers: new Set(),
    nextAt: undefined,
    since: nowMs,
    lastOutcome: undefined,
    error: undefined,
  }
}

/** It is over, and nothing brings it back but `restart`. */
export function isOver({ phase }: Member): boolean {
  return phase === 'aborted' || phase === 'stopped' || phase === 'unstopped'
}

/** Its next main is what it waits for. */
export function isResting({ phase }: Member): boolean {
  return phase === 'repeat' || phase === 'backoff' || phase === 'paused'
}
