/** What the parts of the supervisor machine share: the members, what is to be done, and the few things that every step does. */

import type { SteerError } from '../../base/errors.ts'
import type { Random } from '../../base/random.ts'
import type { Action } from './events.ts'
import type { Hook, Member, Phase, TimerName } from './member.ts'

export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one'

export interface MachineState {
  readonly random: Random
  readonly strategy: Strategy
  /** In the order in which they start. */
  members: Map<string, Member>
  /** Those that end and begin again together; empty while none do. */
  readonly group: Set<string>
  /** Who failed first, while there is a group. */
  groupCause: string | undefined
  nowMs: number
  started: boolean
  stopping: boolean
  /** When the shutdown is out of time. */
  deadlineAt: number
  /** The time a shutdown has that nobody asked for. */
  readonly shutdownMs: number
  escalated: SteerError | undefined
  /** `service@hook` of what did not end in time. */
  readonly overdue: string[]
  finished: boolean
  actions: Action[]
}

export function act(state: MachineState, action: Action): void {
  state.actions.push(action)
}

export function enter(state: MachineState, member: Member, to: Phase): void {
  const from = member.phase
  if (from === to) return
  member.phase = to
  act(state, { type: 'state', service: member.spec.name, from, to })
}

export function setTimer(state: MachineState, member: Member, timer: TimerName, delayMs: number): void {
  member.timers.add(timer)
  act(state, { type: 'timer', service: member.spec.name, timer, delayMs })
}

export function clearTimers(state: MachineState, member: Member, ...timers: readonly TimerName[]): void {
  for (const timer of timers) {
    if (member.timers.delete(timer)) act(state, { type: 'clear', service: member.spec.name, timer })
  }
}

export function clearAllTimers(state: MachineState, member: Member): void {
  clearTimers(state, member, ...member.timers)
}

/** Begins a hook. What an earlier one still says is late from here on. */
export function runHook(
  state: MachineState,
  member: Member,
  hook: Hook,
  told: Pick<Extract<Action, { type: 'run' }>, 'outcome' | 'cause'> = {},
): void {
  member.hook = hook
  member.run++
  member.since = state.nowMs
  const { run, incarnation, cycle, failures } = member
  act(state, { type: 'run', service: member.spec.name, hook, run, incarnation, cycle, failures, ...told })
}

export function signal(state: MachineState, member: Member, reason: SteerError): void {
  if (member.hook === undefined) return
  act(state, { type: 'signal', service: member.spec.name, run: member.run, reason })
}

export function release(state: MachineState, member: Member, force: boolean): void {
  if (member.incarnation === 0 || member.lost) return
  member.lost = true
  act(state, { type: 'release', service: member.spec.name, incarnation: member.incarnation, force })
}
