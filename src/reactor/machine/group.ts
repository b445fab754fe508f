/**
 * Strategies: services that end and begin again because another failed. The group ends in the reverse of its order, waits
 * until all of it rests, and begins again in its order.
 */

import type { Member } from './member.ts'
import { isOver, isResting } from './member.ts'
import { endMain } from './lifecycle.ts'
import type { MachineState } from './state.ts'

/** Takes in whoever has to follow a service that has failed. True when the group may begin again. */
export function advanceGroup(state: MachineState): boolean {
  if (state.group.size === 0) return false
  if (state.stopping) {
    state.group.clear()
    return false
  }
  growGroup(state)
  const group = [...state.members.values()].filter((member) => state.group.has(member.spec.name))
  for (const member of group) {
    if (isOver(member) || member.goal !== 'run') state.group.delete(member.spec.name)
    else if (member.phase === 'main' && member.pending === undefined && !hasDependantAtWork(group, member)) {
      const service = state.groupCause ?? member.spec.name
      endMain(state, member, { kind: 'sibling', service }, `"${service}" failed, and the strategy is ${state.strategy}`)
    }
  }
  const left = group.filter((member) => state.group.has(member.spec.name))
  if (!left.every((member) => isResting(member) && member.due && member.zombie === undefined)) return false
  for (const member of left) {
    member.ready = false
    member.regrouping = true
  }
  state.group.clear()
  state.groupCause = undefined
  return left.length > 0
}

/** All others, or those that start later than the first of the group. */
function growGroup(state: MachineState): void {
  let reached = state.strategy === 'one_for_all'
  for (const member of state.members.values()) {
    if (state.group.has(member.spec.name)) reached = true
    else if (reached && isAtWork(member)) state.group.add(member.spec.name)
  }
}

/** It has begun to run mains: whoever still starts has nothing to restart. */
function isAtWork(member: Member): boolean {
  return member.goal === 'run' && (member.phase === 'main' || member.phase === 'fallback' || isResting(member))
}

function hasDependantAtWork(group: readonly Member[], member: Member): boolean {
  return group.some((other) => other.spec.dependsOn.includes(member.spec.name) && !isOver(other) && !isResting(other))
}

/** A dependency that begins again together with this one has to be ready first. */
export function waitsForGroup(state: MachineState, member: Member): boolean {
  if (state.group.has(member.spec.name)) return true
  if (!member.regrouping) return false
  return member.spec.dependsOn.some((name) => state.members.get(name)?.regrouping === true)
}
