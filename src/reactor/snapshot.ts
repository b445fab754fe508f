/** What a reactor looks like at a moment, for people and for views. */

import { isOver, type Member, type Phase } from './machine/member.ts'
import { describeOutcome } from './machine/outcome.ts'
import type { Isolation } from './spec.ts'

export interface ServiceSnapshot {
  readonly name: string
  readonly state: Phase
  readonly isolate: Isolation
  readonly ready: boolean
  /** Mains that were begun. */
  readonly cycle: number
  readonly incarnation: number
  /** Failures in a row. */
  readonly failures: number
  /** Failures in all. */
  readonly failed: number
  /** Until the next main is due, while it waits for it. */
  readonly nextRestartInMs: number | undefined
  /** Since the hook that runs was begun; undefined while none runs. */
  readonly uptimeMs: number | undefined
  /** How the last main ended, in words. */
  readonly lastOutcome: string | undefined
  /** An old main that was told to end, or a hook that was given up, still runs. */
  readonly zombie: boolean
  readonly dependsOn: readonly string[]
}

export function takeSnapshot(member: Readonly<Member>, isolate: Isolation, nowMs: number): ServiceSnapshot {
  const { spec, phase, nextAt, hook, since, lastOutcome } = member
  return {
    name: spec.name,
    state: phase,
    isolate,
    ready: member.ready,
    cycle: member.cycle,
    incarnation: member.incarnation,
    failures: member.failures,
    failed: member.failed,
    nextRestartInMs: nextAt === undefined || isOver(member) ? undefined : Math.max(0, Math.ceil(nextAt - nowMs)),
    uptimeMs: hook === undefined ? undefined : Math.floor(nowMs - since),
    lastOutcome: lastOutcome === undefined ? undefined : describeOutcome(lastOutcome),
    zombie: member.zombie !== undefined,
    dependsOn: spec.dependsOn,
  }
}
