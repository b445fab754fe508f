/**
 * The supervisor machine: events in, actions out. It knows no clock, no promise and no thread; whoever runs it passes the time
 * in, performs the actions in their order and tells it what came of them.
 */

import { SteerError } from '../../base/errors.ts'
import type { Random } from '../../base/random.ts'
import type { Action, MachineEvent } from './events.ts'
import { startOrder } from './graph.ts'
import { advanceGroup, waitsForGroup } from './group.ts'
import {
  abort,
  becomeReady,
  begin,
  countFailure,
  endMain,
  end,
  fallbackSettled,
  failLate,
  giveUp,
  graceOver,
  hookError,
  initSettled,
  lastHookSettled,
  lostError,
  mainSettled,
  runMain,
} from './lifecycle.ts'
import { createMember, isOver, isResting, type Hook, type Member, type MemberSpec, type TimerName } from './member.ts'
import { advanceShutdown, askToStop, beginShutdown, giveUpAll } from './shutdown.ts'
import { act, clearTimers, release, signal, type MachineState, type Strategy } from './state.ts'

export interface SupervisorOptions {
  readonly services: readonly MemberSpec[]
  readonly strategy: Strategy
  readonly random: Random
  /** The time that a shutdown has which a cap asks for. */
  readonly shutdownMs: number
  readonly nowMs: number
}

export class Supervisor {
  readonly #state: MachineState

  /** @throws SteerError `misuse` for names that are there twice or not at all, and for circles. */
  constructor({ services, strategy, random, shutdownMs, nowMs }: SupervisorOptions) {
    const byName = new Map(services.map((spec) => [spec.name, spec]))
    const order = startOrder(services)
    this.#state = {
      random,
      strategy,
      members: new Map(order.map((name) => [name, createMember(byName.get(name)!, nowMs)])),
      group: new Set(),
      groupCause: undefined,
      nowMs,
      started: false,
      stopping: false,
      deadlineAt: 0,
      shutdownMs,
      escalated: undefined,
      overdue: [],
      finished: false,
      actions: [],
    }
  }

  get members(): ReadonlyMap<string, Readonly<Member>> {
    return this.#state.members
  }

  get stopping(): boolean {
    return this.#state.stopping
  }

  get finished(): boolean {
    return this.#state.finished
  }

  /**
   * Throws before anything has changed.
   *
   * @throws SteerError `misuse` where `add`, `remove` and `restart` cannot be done.
   */
  handle(event: MachineEvent, nowMs: number): readonly Action[] {
    const state = this.#state
    if (state.finished && !isLate(event)) throw new SteerError('misuse', 'the reactor is done')
    state.nowMs = nowMs
    dispatch(state, event)
    if (state.started) advance(state)
    const { actions } = state
    state.actions = []
    return actions
  }
}

/** Events that may come when everything is over. */
function isLate({ type }: MachineEvent): boolean {
  return type !== 'add' && type !== 'remove' && type !== 'restart' && type !== 'start'
}

function dispatch(state: MachineState, event: MachineEvent): void {
  switch (event.type) {
    case 'start':
      state.started = true
      return
    case 'shutdown':
      state.started = true
      return state.finished ? undefined : beginShutdown(state, event.deadlineMs)
    case 'force':
      state.started = true
      state.stopping = true
      return giveUpAll(state)
    case 'add':
      return add(state, event.spec)
    case 'remove':
      return remove(state, known(state, event.service))
    case 'restart':
      return restart(state, known(state, event.service))
    case 'timer':
      return timerFired(state, event.service, event.timer)
    default: {
      const member = state.members.get(event.service)
      if (member !== undefined) return dispatchTo(state, member, event)
      // What a removed service has left behind is heard of all the same.
      if (event.type === 'uncaught') strayOf(state, event, undefined)
    }
  }
}

type MemberEvent = Extract<MachineEvent, { readonly service: string; readonly type: Exclude<string, 'timer'> }>

function dispatchTo(state: MachineState, member: Member, event: MemberEvent): void {
  switch (event.type) {
    case 'settled':
      if (event.run === member.zombie) return zombieSettled(state, member)
      if (event.run === member.run) settled(state, member, event)
      return
    case 'ready':
      if (event.incarnation !== member.incarnation || member.goal !== 'run') return
      if (member.hook === 'init' || member.hook === 'main') becomeReady(state, member)
      return
    case 'turned':
      if (member.phase === 'repeat') member.due = true
      return
    case 'hung':
      if (event.run !== member.run || member.hook !== 'main' || member.goal !== 'run') return
      return endMain(state, member, event.outcome, 'it was silent for too long')
    case 'lost':
      if (event.incarnation === member.incarnation && !member.lost && !isOver(member)) {
        isolateLost(state, member, event)
      }
      return
    case 'uncaught':
      return uncaught(state, member, event)
    default:
      return
  }
}

function settled(state: MachineState, member: Member, event: Extract<MachineEvent, { type: 'settled' }>): void {
  switch (member.hook) {
    case 'init':
      return initSettled(state, member, event.thrown)
    case 'main':
      return mainSettled(
        state,
        member,
        event.thrown === undefined ? { kind: 'ended' } : { kind: 'error', error: event.thrown.error },
      )
    case 'fallback':
      return fallbackSettled(state, member, event.thrown)
    case 'abort':
    case 'stop':
      return lastHookSettled(state, member, event.thrown)
    case undefined:
      return
  }
}

function zombieSettled(state: MachineState, member: Member): void {
  member.zombie = undefined
  if (member.phase !== 'unstopped') return
  const to = member.error === undefined ? 'stopped' : 'aborted'
  act(state, { type: 'state', service: member.spec.name, from: member.phase, to })
  member.phase = to
}

function isolateLost(state: MachineState, member: Member, event: Extract<MachineEvent, { type: 'lost' }>): void {
  const { outcome } = event
  // It may only be silent; whatever it is, nothing more may come of it.
  if (outcome.kind === 'hung') release(state, member, true)
  member.lost = true
  const { hook } = member
  if (hook === 'init' || hook === 'fallback') {
    const error = lostError(member, outcome)
    member.hook = undefined
    return member.goal === 'run' ? abort(state, member, error) : end(state, member)
  }
  if (hook === 'main') return mainSettled(state, member, outcome)
  if (hook === 'abort' || hook === 'stop') return lastHookSettled(state, member, { error: lostError(member, outcome) })
  if (isResting(member)) failLate(state, member, outcome)
}

type UncaughtEvent = Extract<MachineEvent, { type: 'uncaught' }>

function uncaught(state: MachineState, member: Member, event: UncaughtEvent): void {
  const { outcome } = event
  if (member.goal === 'run') {
    if (member.hook === 'main' && member.pending === undefined) {
      return endMain(state, member, outcome, 'it left an error uncaught')
    }
    if (event.run === member.run && (member.hook === 'init' || member.hook === 'fallback')) {
      const error = hookError(member, member.hook, outcome.error)
      signal(state, member, error)
      return abort(state, member, error)
    }
    if (member.hook === 'fallback' && member.late === undefined) {
      countFailure(state, member, outcome)
      member.late = outcome
      return
    }
    if (member.phase === 'repeat' || member.phase === 'backoff') return failLate(state, member, outcome)
  }
  strayOf(state, event, member.hook)
}

function strayOf(state: MachineState, { service, outcome }: UncaughtEvent, hook: Hook | undefined): void {
  act(state, { type: 'stray', service, hook, error: outcome.error })
}

function timerFired(state: MachineState, service: string | undefined, timer: TimerName | 'deadline'): void {
  if (service === undefined || timer === 'deadline') return giveUpAll(state)
  const member = state.members.get(service)
  if (member?.timers.delete(timer) !== true) return
  switch (timer) {
    case 'init':
      return initOverdue(state, member)
    case 'grace':
      return graceOver(state, member)
    case 'backoff':
      member.due = true
      return
    case 'healthy':
      member.failures = 0
      return act(state, { type: 'healthy', service })
    case 'stop':
      return giveUp(state, member)
  }
}

function initOverdue(state: MachineState, member: Member): void {
  const text = `"${member.spec.name}" was not ${member.hook === 'init' ? 'initialised' : 'ready'} within initTimeoutMs ${member.spec.initTimeoutMs}`
  const error = new SteerError('deadline_exceeded', text)
  if (member.hook !== 'main') return abort(state, member, error)
  member.doomed = error
  endMain(state, member, { kind: 'error', error }, 'it was not ready in time')
}

function known(state: MachineState, name: string): Member {
  const member = state.members.get(name)
  if (member === undefined) throw new SteerError('misuse', `there is no service "${name}"`)
  return member
}

function add(state: MachineState, spec: MemberSpec): void {
  if (state.stopping) throw new SteerError('misuse', `"${spec.name}" cannot be added: the reactor shuts down`)
  const isThere = (name: string): boolean => name === spec.name || state.members.has(name)
  // What one that has ended depended on may have been removed since.
  const specs = [...state.members.values()].map((member) => ({
    ...member.spec,
    dependsOn: member.spec.dependsOn.filter(isThere),
  }))
  startOrder([...specs, spec])
  state.members.set(spec.name, createMember(spec, state.nowMs))
}

function remove(state: MachineState, member: Member): void {
  const { name } = member.spec
  const dependant = [...state.members.values()].find(
    (other) => !isOver(other) && other.goal !== 'remove' && other.spec.dependsOn.includes(name),
  )
  if (dependant !== undefined) {
    throw new SteerError('misuse', `"${name}" cannot be removed: "${dependant.spec.name}" depends on it`)
  }
  if (isOver(member)) member.goal = 'remove'
  else askToStop(state, member, 'remove')
}

function restart(state: MachineState, member: Member): void {
  const { name } = member.spec
  if (state.stopping) throw new SteerError('misuse', `"${name}" cannot be restarted: the reactor shuts down`)
  if (member.goal === 'remove') throw new SteerError('misuse', `"${name}" cannot be restarted: it is being removed`)
  if (member.phase === 'unstopped') {
    throw new SteerError('misuse', `"${name}" cannot be restarted: something of it still runs`)
  }
  if (isOver(member)) member.goal = 'restart'
  else askToStop(state, member, 'restart')
}

/** Does what has become possible, until nothing more has. */
function advance(state: MachineState): void {
  let before: number
  let released: boolean
  do {
    before = state.actions.length
    if (state.escalated !== undefined && !state.stopping) beginShutdown(state, state.shutdownMs)
    for (const member of [...state.members.values()]) advanceMember(state, member)
    released = advanceGroup(state)
    advanceShutdown(state)
  } while (released || state.actions.length > before)
  finishWhenOver(state)
}

function advanceMember(state: MachineState, member: Member): void {
  if (isOver(member)) return afterEnd(state, member)
  if (member.goal !== 'run') return
  if (member.phase === 'waiting') return startWhenPossible(state, member)
  if (!isResting(member) || !member.due) return
  if (member.zombie !== undefined) return zombieInTheWay(state, member)
  if (!waitsForGroup(state, member)) runMain(state, member)
}

function startWhenPossible(state: MachineState, member: Member): void {
  for (const name of member.spec.dependsOn) {
    const dependency = state.members.get(name)
    if (dependency === undefined || (isOver(dependency) && !endedWell(dependency))) {
      const text = `"${member.spec.name}" depends on "${name}", which did not start`
      return abort(state, member, new SteerError('dependency', text, { cause: dependency?.error }))
    }
    if (!dependency.wasReady) return
  }
  if (!state.stopping) begin(state, member)
}

/** A transient or temporary service that did its work satisfies whoever depends on it. */
function endedWell(dependency: Member): boolean {
  return dependency.phase === 'stopped' && dependency.wasReady
}

function zombieInTheWay(state: MachineState, member: Member): void {
  if (member.spec.zombie === 'wait') return
  const text = `the last main of "${member.spec.name}" did not settle, and zombie is "abort"`
  abort(state, member, new SteerError('deadline_exceeded', text))
}

/** What was asked for besides the end. */
function afterEnd(state: MachineState, member: Member): void {
  const { name } = member.spec
  if (member.goal === 'remove') {
    state.members.delete(name)
    return act(state, { type: 'removed', service: name })
  }
  if (member.goal !== 'restart' || member.phase === 'unstopped' || state.stopping) return
  const fresh = createMember(member.spec, state.nowMs)
  const { run, incarnation, cycle, failed, lastOutcome, phase } = member
  state.members.set(name, { ...fresh, run, incarnation, cycle, failed, lastOutcome, phase, failures: 0, lost: true })
  clearTimers(state, member, ...member.timers)
  act(state, { type: 'state', service: name, from: phase, to: 'waiting' })
  state.members.get(name)!.phase = 'waiting'
}

function finishWhenOver(state: MachineState): void {
  if (state.finished) return
  const members = [...state.members.values()]
  if (!members.every(isOver) || (members.length === 0 && !state.stopping)) return
  state.finished = true
  act(state, { type: 'clear', service: undefined, timer: 'deadline' })
  act(state, { type: 'done', error: state.escalated, overdue: [...state.overdue] })
}
