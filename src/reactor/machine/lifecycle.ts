/** The life of one service: init once, then main and fallback in turns, until it is aborted or stopped. */

import { SteerError } from '../../base/errors.ts'
import { backoffMs } from './backoff.ts'
import type { Thrown } from './events.ts'
import type { Member } from './member.ts'
import { describeOutcome, isFailure, type Outcome } from './outcome.ts'
import {
  act,
  clearAllTimers,
  clearTimers,
  enter,
  release,
  runHook,
  setTimer,
  signal,
  type MachineState,
} from './state.ts'

/** A fresh life: everything that belongs to an incarnation is forgotten. */
export function begin(state: MachineState, member: Member): void {
  member.incarnation++
  member.lost = false
  member.initialised = false
  enter(state, member, 'init')
  runHook(state, member, 'init')
  setTimer(state, member, 'init', member.spec.initTimeoutMs)
}

export function initSettled(state: MachineState, member: Member, thrown: Thrown | undefined): void {
  member.hook = undefined
  if (thrown !== undefined) {
    clearTimers(state, member, 'init')
    // An init that gives up because it was told to stop is not a failure.
    if (member.goal !== 'run') return end(state, member)
    return abort(state, member, hookError(member, 'init', thrown.error))
  }
  member.initialised = true
  if (member.goal !== 'run') return stop(state, member)
  if (member.spec.readyBy === 'main' || member.ready) clearTimers(state, member, 'init')
  if (member.resume !== undefined) {
    const outcome = member.resume
    member.resume = undefined
    return runFallback(state, member, outcome)
  }
  const waitMs = firstWaitMs(state, member)
  if (waitMs > 0) return rest(state, member, waitMs)
  runMain(state, member)
}

/** What is left of the wait that an earlier process would have had to do. */
function firstWaitMs(state: MachineState, member: Member): number {
  const { remembered, backoff } = member.spec
  if (remembered === undefined || remembered.failures === 0 || member.incarnation > 1) return 0
  return Math.max(0, backoffMs(backoff, remembered.failures, state.random) - remembered.elapsedMs)
}

export function runMain(state: MachineState, member: Member): void {
  member.due = false
  member.nextAt = undefined
  member.cycle++
  enter(state, member, 'main')
  runHook(state, member, 'main')
  if (member.failures > 0 && !member.timers.has('healthy')) {
    setTimer(state, member, 'healthy', member.spec.backoff.resetAfterMs)
  }
  if (member.spec.readyBy === 'main') becomeReady(state, member)
  // Others wait for it, so its time counts anew.
  else if (member.regrouping) setTimer(state, member, 'init', member.spec.initTimeoutMs)
}

export function becomeReady(state: MachineState, member: Member): void {
  if (member.ready) return
  member.ready = true
  member.wasReady = true
  member.regrouping = false
  if (member.hook !== 'init') clearTimers(state, member, 'init')
  act(state, { type: 'up', service: member.spec.name })
}

/** Tells a main to end, and what its end will count as. The first reason stays. */
export function endMain(state: MachineState, member: Member, outcome: Outcome, reason: string): void {
  if (member.pending !== undefined) return
  member.pending = outcome
  signal(state, member, new SteerError('aborted', `main of "${member.spec.name}" has to end: ${reason}`))
  setTimer(state, member, 'grace', member.spec.graceMs)
}

export function mainSettled(state: MachineState, member: Member, outcome: Outcome): void {
  member.hook = undefined
  mainOver(state, member, member.pending ?? outcome)
}

/** The time after the signal is over. An isolate is ended by force; an inline main goes on as a zombie. */
export function graceOver(state: MachineState, member: Member): void {
  if (member.hook !== 'main' || member.pending === undefined) return
  member.hook = undefined
  if (member.spec.isolated) release(state, member, true)
  else {
    member.zombie = member.run
    act(state, { type: 'zombie', service: member.spec.name, forMs: state.nowMs - member.since })
  }
  mainOver(state, member, member.pending)
}

function mainOver(state: MachineState, member: Member, outcome: Outcome): void {
  member.pending = undefined
  member.lastOutcome = outcome
  clearTimers(state, member, 'grace')
  if (member.goal !== 'run') return stop(state, member)
  if (outcome.kind !== 'ended') member.ready = false
  if (isFailure(outcome)) countFailure(state, member, outcome)
  if (member.doomed !== undefined) return abort(state, member, member.doomed)
  if (member.lost) {
    member.resume = outcome
    return begin(state, member)
  }
  runFallback(state, member, outcome)
}

export function countFailure(state: MachineState, member: Member, outcome: Outcome): void {
  const { name, intensity } = member.spec
  member.failures++
  member.failed++
  clearTimers(state, member, 'healthy')
  act(state, { type: 'failure', service: name, outcome, failures: member.failures })
  if (intensity !== undefined) {
    member.failedAt = member.failedAt.filter((at) => at > state.nowMs - intensity.withinMs)
    member.failedAt.push(state.nowMs)
    if (member.failedAt.length > intensity.max) member.capped = true
  }
  if (state.strategy === 'one_for_one' || state.stopping || member.spec.restart === 'temporary') return
  state.group.add(name)
  state.groupCause ??= name
}

function runFallback(state: MachineState, member: Member, outcome: Outcome): void {
  member.lastOutcome = outcome
  enter(state, member, 'fallback')
  runHook(state, member, 'fallback', { outcome })
}

export function fallbackSettled(state: MachineState, member: Member, thrown: Thrown | undefined): void {
  member.hook = undefined
  const outcome = member.lastOutcome
  if (thrown !== undefined) return abort(state, member, hookError(member, 'fallback', thrown.error))
  if (member.goal !== 'run') return stop(state, member)
  if (member.late !== undefined) {
    const late = member.late
    member.late = undefined
    return runFallback(state, member, late)
  }
  if (member.capped && capReached(state, member)) return
  const { restart } = member.spec
  if (restart === 'temporary' || (restart === 'transient' && outcome?.kind === 'ended')) {
    member.goal = 'finish'
    return stop(state, member)
  }
  const failed = outcome !== undefined && isFailure(outcome)
  rest(state, member, failed ? backoffMs(member.spec.backoff, member.failures, state.random) : 0)
}

/** What the cap asks for. False where it asks for nothing. */
function capReached(state: MachineState, member: Member): boolean {
  const { name, intensity } = member.spec
  // A temporary service has nothing to pause for.
  if (intensity === undefined || (intensity.then === 'pause' && member.spec.restart === 'temporary')) return false
  const text = `"${name}" failed more than intensity.max ${intensity.max} times within ${intensity.withinMs} ms`
  const error = new SteerError('resource_exhausted', text, lastCause(member))
  member.capped = false
  member.failedAt = []
  if (intensity.then === 'pause') {
    enter(state, member, 'paused')
    wait(state, member, intensity.withinMs)
    return true
  }
  if (intensity.then === 'escalate') state.escalated ??= error
  abort(state, member, error)
  return true
}

/** Waits for the next main: a turn of the event loop, or the time given. */
function rest(state: MachineState, member: Member, delayMs: number): void {
  member.due = false
  if (delayMs > 0) {
    enter(state, member, 'backoff')
    return wait(state, member, delayMs)
  }
  enter(state, member, 'repeat')
  member.nextAt = state.nowMs
  act(state, { type: 'turn', service: member.spec.name })
}

function wait(state: MachineState, member: Member, delayMs: number): void {
  member.due = false
  member.nextAt = state.nowMs + delayMs
  setTimer(state, member, 'backoff', delayMs)
}

/** A failure that comes while the service waits for its next main: that main failed after all. */
export function failLate(state: MachineState, member: Member, outcome: Outcome): void {
  clearTimers(state, member, 'backoff')
  mainOver(state, member, outcome)
}

/** Ends a service for a reason. Its `abort` hook runs where there is something left to run it. */
export function abort(state: MachineState, member: Member, error: SteerError): void {
  member.error ??= error
  const hadRun = member.incarnation > 0 && !member.lost
  clearAllTimers(state, member)
  if (member.hook !== undefined) signal(state, member, error)
  member.hook = undefined
  member.ready = false
  if (!hadRun) return end(state, member)
  enter(state, member, 'aborting')
  runHook(state, member, 'abort', { cause: member.error })
  setTimer(state, member, 'stop', member.spec.stopTimeoutMs)
}

/** Ends a service that shall not run any more. `stop` runs where `init` has. */
export function stop(state: MachineState, member: Member): void {
  clearAllTimers(state, member)
  if (member.lost || !member.initialised) return end(state, member)
  enter(state, member, 'stopping')
  runHook(state, member, 'stop')
  setTimer(state, member, 'stop', member.spec.stopTimeoutMs)
}

/** `abort` or `stop` settled. What they throw never replaces why the service ends. */
export function lastHookSettled(state: MachineState, member: Member, thrown: Thrown | undefined): void {
  const { hook } = member
  member.hook = undefined
  if (thrown !== undefined) act(state, { type: 'stray', service: member.spec.name, hook, error: thrown.error })
  end(state, member)
}

/** What runs now has run out of time, and is given up. */
export function giveUp(state: MachineState, member: Member): void {
  const overdue = `${member.spec.name}@${member.hook ?? member.phase}`
  state.overdue.push(overdue)
  signal(state, member, new SteerError('deadline_exceeded', `${overdue} did not end in time`))
  if (member.hook !== undefined && !member.spec.isolated) member.zombie ??= member.run
  member.hook = undefined
  release(state, member, true)
  over(state, member, overdue)
}

export function end(state: MachineState, member: Member): void {
  if (member.zombie === undefined) return over(state, member, undefined)
  const overdue = `${member.spec.name}@main`
  state.overdue.push(overdue)
  over(state, member, overdue)
}

function over(state: MachineState, member: Member, overdue: string | undefined): void {
  clearAllTimers(state, member)
  release(state, member, false)
  member.ready = false
  member.pending = undefined
  member.resume = undefined
  member.late = undefined
  member.regrouping = false
  member.nextAt = undefined
  const running = overdue !== undefined && !member.spec.isolated
  enter(state, member, running ? 'unstopped' : member.error === undefined ? 'stopped' : 'aborted')
  act(state, { type: 'down', service: member.spec.name, error: member.error, overdue })
}

export function hookError(member: Member, hook: 'init' | 'fallback', cause: unknown): SteerError {
  return new SteerError('aborted', `${hook} of "${member.spec.name}" failed`, { cause })
}

/** The outcome that a lost isolate leaves, as the error that aborts a service in a hook that has no outcome. */
export function lostError(member: Member, outcome: Outcome): SteerError {
  const options = 'error' in outcome ? { cause: outcome.error } : undefined
  const text = `${member.hook ?? member.phase} of "${member.spec.name}" ${describeOutcome(outcome)}`
  return new SteerError(
    'aborted',
    outcome.kind === 'hung' && outcome.stack ? `${text}\n${outcome.stack}` : text,
    options,
  )
}

function lastCause({ lastOutcome }: Member): { readonly cause: unknown } | undefined {
  return lastOutcome !== undefined && 'error' in lastOutcome ? { cause: lastOutcome.error } : undefined
}
