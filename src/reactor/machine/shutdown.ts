/** Ending services that run: one, or all of them in the reverse of their order. */

import { SteerError } from '../../base/errors.ts'
import { end, giveUp, stop } from './lifecycle.ts'
import { isOver, type Member } from './member.ts'
import { act, clearTimers, setTimer, signal, type MachineState } from './state.ts'

export function beginShutdown(state: MachineState, deadlineMs: number): void {
  const deadlineAt = state.nowMs + deadlineMs
  // A second call can shorten the time, and never lengthens it.
  if (state.stopping && deadlineAt >= state.deadlineAt) return
  state.stopping = true
  state.deadlineAt = deadlineAt
  act(state, { type: 'timer', service: undefined, timer: 'deadline', delayMs: deadlineMs })
}

/** Asks those to stop on which nobody depends any more. */
export function advanceShutdown(state: MachineState): void {
  if (!state.stopping) return
  const members = [...state.members.values()].reverse()
  for (const member of members) {
    if (isOver(member) || member.goal === 'stop') continue
    const needed = members.some((other) => !isOver(other) && other.spec.dependsOn.includes(member.spec.name))
    if (!needed) askToStop(state, member, 'stop')
  }
}

/** Begins the end of a service, as far as the hook that runs has to be waited for. */
export function askToStop(state: MachineState, member: Member, goal: 'stop' | 'remove' | 'restart'): void {
  const asked = member.goal !== 'run'
  member.goal = goal
  if (asked) return
  const reason = new SteerError('aborted', `"${member.spec.name}" has to stop`)
  switch (member.phase) {
    case 'waiting':
      return end(state, member)
    case 'init':
    case 'main':
      if (member.pending === undefined) signal(state, member, reason)
      clearTimers(state, member, 'init', 'grace', 'healthy')
      return setTimer(state, member, 'stop', member.spec.stopTimeoutMs)
    case 'fallback':
      clearTimers(state, member, 'init', 'healthy')
      return setTimer(state, member, 'stop', member.spec.stopTimeoutMs)
    case 'repeat':
    case 'backoff':
    case 'paused':
      return stop(state, member)
    default:
      // Its last hook runs, and has its own time.
      return undefined
  }
}

/** Out of time: everything that still runs is named and given up. */
export function giveUpAll(state: MachineState): void {
  for (const member of [...state.members.values()].reverse()) {
    if (isOver(member)) continue
    if (member.phase === 'waiting') end(state, member)
    else giveUp(state, member)
  }
}
