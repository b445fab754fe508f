/**
 * The rules, once more and much smaller: reads what happened and says where a rule is broken. It knows what each service did and
 * what may follow, and nothing of how the machine decides.
 */

import type { MemberSpec } from '../../../src/reactor/machine/member.ts'
import { isFailure, type Outcome } from '../../../src/reactor/machine/outcome.ts'
import type { Strategy } from '../../../src/reactor/machine/state.ts'
import type { Entry, RunAction } from './world.ts'

interface Seen {
  readonly spec: MemberSpec
  /** Hooks that have not settled, by run. */
  readonly running: Map<number, RunAction>
  last: (RunAction & { readonly threw: boolean | undefined }) | undefined
  /** The outcome that fallback owes, once a main is over. */
  owed: Outcome | undefined
  zombie: number | undefined
  wasUp: boolean
  over: boolean
  failures: number
  inits: number
  lost: boolean
  /** When the fallback after a failure settled. */
  failedAt: number | undefined
}

export function findBreaches(trace: readonly Entry[], specs: readonly MemberSpec[], strategy: Strategy): string[] {
  const breaches: string[] = []
  const seen = new Map<string, Seen>(specs.map((spec) => [spec.name, fresh(spec)]))
  let stopping = false
  let done = false
  const expect = (holds: boolean, rule: string, entry: Entry): void => {
    if (!holds) breaches.push(`${entry.atMs} ms: ${rule}: ${JSON.stringify(entry)}`)
  }
  for (const entry of trace) {
    expect(!done || !['run', 'timer', 'turn', 'up', 'down'].includes(entry.type), 'something follows the end', entry)
    if (entry.type === 'told') {
      if (entry.event.type === 'shutdown' || entry.event.type === 'force') stopping = true
      if (entry.event.type === 'lost') lose(seen.get(entry.event.service)!)
    }
    if (entry.type === 'done') {
      done = true
      expect(
        [...seen.values()].every(({ over }) => over),
        'done comes before the end of a service',
        entry,
      )
    }
    if (!('service' in entry) || entry.service === undefined) continue
    const service = seen.get(entry.service)!
    switch (entry.type) {
      case 'run':
        checkRun(entry, service, seen, stopping, strategy, (holds, rule) => expect(holds, rule, entry))
        break
      case 'settled':
        settle(service, entry.run, entry.threw, entry.atMs)
        break
      case 'failure':
        service.failures++
        expect(entry.failures === service.failures, `failures are ${service.failures} in a row`, entry)
        expect(isFailure(entry.outcome), 'what is no failure counts as one', entry)
        break
      case 'healthy':
        service.failures = 0
        break
      case 'zombie':
        service.zombie = service.last?.run
        service.owed = { kind: 'ended' }
        break
      case 'release':
        if (service.spec.isolated) lose(service)
        break
      case 'up':
        service.wasUp = true
        expect(!service.over, 'what is over is ready', entry)
        break
      case 'down':
        expect(!service.over, 'a service ends twice', entry)
        service.over = true
        expect(
          !stopping ||
            // Such a service may have come to its own end.
            service.spec.restart !== 'permanent' ||
            [...seen.values()].every(({ spec, over }) => over || !spec.dependsOn.includes(entry.service)) ||
            entry.overdue !== undefined ||
            entry.error !== undefined,
          'a service ends before what depends on it',
          entry,
        )
        break
      default:
    }
  }
  return breaches
}

function checkRun(
  run: RunAction & { readonly atMs: number },
  service: Seen,
  all: ReadonlyMap<string, Seen>,
  stopping: boolean,
  strategy: Strategy,
  expect: (holds: boolean, rule: string) => void,
): void {
  const { last, spec } = service
  expect(!service.over, 'a hook runs after the end')
  const busy = [...service.running.values()].filter((other) => other.run !== service.zombie)
  if (run.hook !== 'abort') expect(busy.length === 0, 'two hooks run at once')
  switch (run.hook) {
    case 'init':
      service.inits++
      expect(run.incarnation === service.inits, 'init runs more than once in an incarnation')
      expect(last === undefined || (spec.isolated && service.lost), 'init runs again without need')
      expect(
        spec.dependsOn.every((name) => all.get(name)!.wasUp),
        'a service starts before what it depends on is ready',
      )
      expect(!stopping || last !== undefined, 'a service starts during a shutdown')
      service.lost = false
      break
    case 'main':
      expect(![...service.running.values()].some(({ hook }) => hook === 'main'), 'two mains overlap')
      expect(last?.hook === 'init' || last?.hook === 'fallback', 'main follows neither init nor fallback')
      expect(last?.threw === false, 'main follows a hook that failed')
      expect(service.owed === undefined, 'main begins before fallback was told of the last')
      expect(!stopping || isNeeded(spec.name, all), 'main begins although the service was asked to stop')
      checkWait(run, service, strategy, expect)
      expect(
        spec.restart !== 'temporary' || run.cycle === 1 || strategy !== 'one_for_one',
        'a temporary service runs twice',
      )
      break
    case 'fallback':
      expect(service.owed !== undefined || run.outcome?.kind === 'uncaught' || service.lost, 'fallback follows no main')
      if (
        service.owed !== undefined &&
        run.outcome?.kind !== 'sibling' &&
        run.outcome?.kind !== 'uncaught' &&
        run.outcome?.kind !== 'exit'
      )
        expect(
          run.outcome?.kind === service.owed.kind,
          `fallback is told ${String(run.outcome?.kind)}, not ${service.owed.kind}`,
        )
      service.owed = undefined
      break
    case 'abort':
      expect(run.cause !== undefined, 'abort has no cause')
      break
    case 'stop':
      expect(
        last !== undefined && !(last.hook === 'init' && last.threw === true),
        'stop runs without an init that returned',
      )
      break
  }
  if (run.hook === 'main') service.failedAt = undefined
  service.last = { ...run, threw: undefined }
  service.running.set(run.run, run)
}

/** A failed main is waited after: at least a moment, and where nothing else holds the service back, at most the cap. */
function checkWait(
  run: RunAction & { readonly atMs: number },
  service: Seen,
  strategy: Strategy,
  expect: (holds: boolean, rule: string) => void,
): void {
  if (service.failedAt === undefined) return
  const { minMs, maxMs, factor } = service.spec.backoff
  const waited = run.atMs - service.failedAt
  expect(waited >= 1, 'a main follows a failure at once')
  const capMs = Math.min(maxMs, minMs * factor ** (Math.max(1, service.failures) - 1))
  if (strategy === 'one_for_one' && service.zombie === undefined && service.spec.intensity === undefined) {
    expect(waited <= capMs, `the wait after ${service.failures} failures is ${waited} ms`)
  }
}

function settle(service: Seen, run: number, threw: boolean, atMs: number): void {
  const asked = service.running.get(run)
  service.running.delete(run)
  if (run === service.zombie) {
    service.zombie = undefined
    // It may have held the next main back for longer than its wait.
    service.failedAt = undefined
    return
  }
  if (service.last?.run !== run || asked === undefined) return
  service.last = { ...service.last, threw }
  if (asked.hook === 'fallback') service.failedAt = isFailure(asked.outcome!) ? atMs : undefined
  if (asked.hook === 'main') service.owed = threw ? { kind: 'error', error: undefined } : { kind: 'ended' }
}

/** Somebody depends on it that is not over: a shutdown has not reached it. */
function isNeeded(name: string, all: ReadonlyMap<string, Seen>): boolean {
  return [...all.values()].some(({ spec, over }) => !over && spec.dependsOn.includes(name))
}

function lose(service: Seen): void {
  service.lost = true
  for (const [run, { hook }] of [...service.running]) {
    service.running.delete(run)
    if (hook === 'main') service.owed = { kind: 'exit', code: 1, signal: undefined }
  }
}

function fresh(spec: MemberSpec): Seen {
  return {
    spec,
    running: new Map(),
    last: undefined,
    owed: undefined,
    zombie: undefined,
    wasUp: false,
    over: false,
    failures: spec.remembered?.failures ?? 0,
    inits: 0,
    lost: false,
    failedAt: undefined,
  }
}
