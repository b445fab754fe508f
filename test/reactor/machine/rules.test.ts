import { describe, expect, it } from 'vitest'
import { SteerError } from '../../../src/base/errors.ts'
import type { Strategy } from '../../../src/reactor/machine/state.ts'
import { spec, World, type Plan, type Script } from './world.ts'

const FOREVER: Plan = {}
const AT_ONCE: Plan = { afterMs: 1 }
const FAILS: Plan = { afterMs: 1, throws: { error: new Error('no') } }

/** Plans by hook, or by service and hook; a main without one goes on for ever, and every other hook returns at once. */
function plans(given: Readonly<Record<string, Plan>>): Script {
  return ({ service, hook }) => given[`${service} ${hook}`] ?? given[hook] ?? (hook === 'main' ? FOREVER : AT_ONCE)
}

function code(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (SteerError.is(error)) return `${error.code}: ${error.rawMessage}`
    throw error
  }
  return 'nothing thrown'
}

describe('init', () => {
  it('runs once, before the first main, however often main fails', () => {
    const world = new World({ services: [spec('a')], script: plans({ main: FAILS }) }).start().advance(120_000)
    expect(world.hooks('a').slice(0, 3)).toEqual(['init', 'main', 'fallback'])
    expect(world.hooks('a').filter((hook) => hook === 'init')).toHaveLength(1)
    expect(world.hooks('a').filter((hook) => hook === 'main').length).toBeGreaterThan(5)
  })

  it('that throws ends the service after its abort hook, and main and fallback never run', () => {
    const world = new World({ services: [spec('a'), spec('b')], script: plans({ 'a init': FAILS }) })
      .start()
      .advance(100)
    expect(world.hooks('a')).toEqual(['init', 'abort'])
    expect(world.phase('a')).toBe('aborted')
    expect(world.of('down')[0]?.error).toMatchObject({ code: 'aborted', cause: new Error('no') })
    expect(world.phase('b')).toBe('main')
  })

  it('that takes too long ends the service, and what depends on it, and nothing waits for ever', () => {
    const services = [spec('c', { dependsOn: ['b'] }), spec('b', { dependsOn: ['a'] }), spec('a')]
    const world = new World({ services, script: plans({ 'a init': { onSignalMs: 'never' } }) }).start().advance(2000)
    expect(world.hooks()).toEqual(['a init', 'a abort'])
    expect(world.of('down').map(({ service, error }) => [service, error?.code])).toEqual([
      ['a', 'deadline_exceeded'],
      ['b', 'dependency'],
      ['c', 'dependency'],
    ])
    expect(world.of('down')[1]?.error?.message).toContain('"b" depends on "a"')
    expect(world.of('done')).toHaveLength(1)
  })

  it('runs again in a new isolate, which is told how the last main ended before the next', () => {
    const script: Script = ({ hook, incarnation }) =>
      hook === 'main' ? (incarnation === 1 ? { lostAfterMs: 10 } : FOREVER) : AT_ONCE
    const world = new World({ services: [spec('a', { isolated: true })], script }).start().advance(1000)
    expect(world.hooks('a')).toEqual(['init', 'main', 'init', 'fallback', 'main'])
    expect(world.runs('a')[3]).toMatchObject({ incarnation: 2, outcome: { kind: 'exit', code: 1 } })
  })
})

describe('fallback', () => {
  it('runs after every main and is told how it ended', () => {
    const script: Script = ({ hook, cycle }) => {
      if (hook !== 'main') return AT_ONCE
      return cycle === 1 ? AT_ONCE : cycle === 2 ? { afterMs: 1, throws: { error: undefined } } : FOREVER
    }
    const world = new World({ services: [spec('a')], script }).start().advance(1000)
    expect(world.hooks('a')).toEqual(['init', 'main', 'fallback', 'main', 'fallback', 'main'])
    const outcomes = world.runs('a').flatMap(({ outcome }) => outcome ?? [])
    expect(outcomes).toEqual([{ kind: 'ended' }, { kind: 'error', error: undefined }])
  })

  it('that throws runs the abort hook with the error as its cause, and then the service is over', () => {
    const world = new World({ services: [spec('a')], script: plans({ main: AT_ONCE, fallback: FAILS }) })
      .start()
      .advance(100)
    expect(world.hooks('a')).toEqual(['init', 'main', 'fallback', 'abort'])
    expect(world.runs('a')[3]?.cause).toMatchObject({ code: 'aborted', cause: new Error('no') })
    expect(world.phase('a')).toBe('aborted')
  })

  it('runs again for an error that comes while it runs', () => {
    const fallback: Plan = { afterMs: 10, uncaughtAfterMs: 1 }
    const script: Script = ({ hook, outcome }) =>
      hook === 'main' ? AT_ONCE : hook === 'fallback' && outcome?.kind === 'ended' ? fallback : AT_ONCE
    const world = new World({ services: [spec('a')], script }).start().advance(5)
    const { run } = world.runs('a').at(-1)!
    world.tell({
      type: 'uncaught',
      service: 'a',
      run: run - 1,
      outcome: { kind: 'uncaught', error: 1, origin: 'bound' },
    })
    expect(world.hooks('a')).toContain('abort')
    const other = new World({ services: [spec('a')], script: plans({ main: AT_ONCE, fallback: { afterMs: 10 } }) })
    other.start().advance(4)
    const main = other.runs('a').find(({ hook }) => hook === 'main')!
    other.tell({
      type: 'uncaught',
      service: 'a',
      run: main.run,
      outcome: { kind: 'uncaught', error: 1, origin: 'bound' },
    })
    other.advance(12)
    expect(other.runs('a').flatMap(({ outcome }) => outcome?.kind ?? [])).toEqual(['ended', 'uncaught'])
  })
})

describe('restarts', () => {
  it('have no cap by default: 200 failures in a row and the service still runs', () => {
    const world = new World({ services: [spec('a')], script: plans({ main: FAILS }) }).start().advance(200 * 30_100)
    expect(world.of('failure').length).toBeGreaterThan(200)
    expect(world.machine.members.get('a')?.failures).toBe(world.of('failure').length)
    expect(world.of('down')).toEqual([])
  })

  it('wait after failures alone, with full jitter up to a cap that doubles', () => {
    const waits: number[][] = []
    for (let seed = 1; seed <= 200; seed++) {
      const world = new World({ services: [spec('a')], script: plans({ main: FAILS, fallback: AT_ONCE }), seed })
      world.start().advance(100_000)
      const timers = world.of('timer').filter(({ timer }) => timer === 'backoff')
      timers.slice(0, 12).forEach(({ delayMs }, index) => (waits[index] ??= []).push(delayMs))
    }
    waits.forEach((delays, index) => {
      const cap = Math.min(30_000, 100 * 2 ** index)
      expect(Math.max(...delays)).toBeLessThanOrEqual(cap)
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(1)
      // All of the range is used: 200 draws leave out neither its first nor its last fifth.
      if (delays.length < 200) return
      expect(Math.max(...delays)).toBeGreaterThan(cap * 0.8)
      expect(Math.min(...delays)).toBeLessThan(cap * 0.2)
    })
    expect(waits.length).toBe(12)
    const ends = new World({ services: [spec('a')], script: plans({ main: AT_ONCE }) }).start().advance(100)
    expect(ends.of('timer').filter(({ timer }) => timer === 'backoff')).toEqual([])
    expect(ends.hooks('a').filter((hook) => hook === 'main').length).toBeGreaterThan(10)
  })

  it('begin to wait from the start again after a healthy stretch, and not before', () => {
    const script: Script = ({ hook, cycle }) =>
      hook !== 'main'
        ? AT_ONCE
        : cycle === 6
          ? { afterMs: 60_010, throws: { error: 1 } }
          : cycle === 7
            ? { afterMs: 59_000, throws: { error: 1 } }
            : FAILS
    const world = new World({ services: [spec('a')], script }).start().advance(300_000)
    expect(
      world
        .of('failure')
        .slice(0, 8)
        .map(({ failures }) => failures),
    ).toEqual([1, 2, 3, 4, 5, 1, 2, 3])
  })

  it('take a turn of the event loop between mains that return at once', () => {
    const world = new World({ services: [spec('a')], script: plans({ main: AT_ONCE }) }).start().advance(50)
    const mains = world.of('run').filter(({ hook }) => hook === 'main').length
    expect(world.of('turn').length).toBeGreaterThanOrEqual(mains - 1)
  })

  it.each([
    ['permanent', 'main', 'main'],
    ['transient', 'stopped', 'main'],
    ['temporary', 'stopped', 'stopped'],
  ] as const)('of a %s service: %s after an end, %s after a failure', (restart, afterEnd, afterFailure) => {
    const once =
      (first: Plan): Script =>
      ({ hook, cycle }) =>
        hook !== 'main' ? AT_ONCE : cycle === 1 ? first : FOREVER
    const ended = new World({ services: [spec('a', { restart })], script: once(AT_ONCE) }).start().advance(1000)
    const failed = new World({ services: [spec('a', { restart })], script: once(FAILS) }).start().advance(1000)
    expect([ended.phase('a'), failed.phase('a')]).toEqual([afterEnd, afterFailure])
    expect(ended.hooks('a')).toContain('fallback')
    expect(ended.hooks('a').includes('stop')).toBe(afterEnd === 'stopped')
  })

  it.each(['abort', 'pause', 'escalate'] as const)('beyond a cap that is asked for: %s', (then) => {
    const services = [spec('a', { intensity: { max: 3, withinMs: 10_000, then } }), spec('b')]
    const world = new World({ services, script: plans({ 'a main': FAILS }) }).start().advance(5000)
    expect(world.of('failure')).toHaveLength(4)
    if (then === 'pause') {
      expect(world.phase('a')).toBe('paused')
      world.advance(20_000)
      expect(world.of('failure').length).toBeGreaterThan(4)
      return
    }
    expect(world.machine.members.get('a')?.error?.code).toBe('resource_exhausted')
    expect(world.hooks('a').at(-1)).toBe('abort')
    expect(world.phase('b')).toBe(then === 'escalate' ? 'stopped' : 'main')
    expect(world.of('done').map(({ error }) => error?.code)).toEqual(then === 'escalate' ? ['resource_exhausted'] : [])
  })

  it('of a temporary service are none, whatever its cap says', () => {
    const services = [spec('a', { restart: 'temporary', intensity: { max: 0, withinMs: 100, then: 'pause' } })]
    const world = new World({ services, script: plans({ main: FAILS }) }).start().advance(1000)
    expect(world.hooks('a')).toEqual(['init', 'main', 'fallback', 'stop'])
  })

  it('begin with what is left of the wait that earlier processes brought about', () => {
    const first = (elapsedMs: number): number => {
      const remembered = { failures: 9, elapsedMs }
      const world = new World({ services: [spec('a', { remembered })], script: plans({}), seed: 4 })
        .start()
        .advance(60_000)
      return world.runs('a').find(({ hook }) => hook === 'main')!.atMs
    }
    expect(first(0)).toBeGreaterThan(100)
    expect(first(100)).toBe(first(0) - 100)
    expect(first(40_000)).toBeLessThan(5)
  })
})

describe('errors that no hook threw', () => {
  it('end the main that runs, which has time to settle before fallback', () => {
    const main: Plan = { uncaughtAfterMs: 10, onSignalMs: 50 }
    const script: Script = ({ hook, cycle }) => (hook !== 'main' ? AT_ONCE : cycle === 1 ? main : FOREVER)
    const world = new World({ services: [spec('a')], script }).start().advance(1000)
    const fallback = world.runs('a')[2]!
    expect(fallback).toMatchObject({ hook: 'fallback', outcome: { kind: 'uncaught', error: 'late' } })
    expect(fallback.atMs).toBe(world.runs('a')[1]!.atMs + 60)
    expect(world.of('failure')).toHaveLength(1)
  })

  it('count as a failed main while the service waits for its next one', () => {
    const world = new World({ services: [spec('a')], script: plans({ main: FAILS }), seed: 3 }).start()
    while (world.phase('a') !== 'backoff') world.advance(1)
    const main = world.runs('a').find(({ hook }) => hook === 'main')!
    world.tell({
      type: 'uncaught',
      service: 'a',
      run: main.run,
      outcome: { kind: 'uncaught', error: 7, origin: 'bound' },
    })
    expect(world.hooks('a').slice(-2)).toEqual(['fallback', 'fallback'])
    expect(world.of('failure').at(-1)).toMatchObject({ failures: 2, outcome: { error: 7 } })
  })

  it('are told, and change nothing, where the service is ending', () => {
    const world = new World({ services: [spec('a')], script: plans({ stop: { afterMs: 100 } }) }).start().advance(10)
    const { run } = world.runs('a').at(-1)!
    world.tell({ type: 'shutdown', deadlineMs: 1000 })
    world.advance(5)
    world.tell({ type: 'uncaught', service: 'a', run, outcome: { kind: 'uncaught', error: 7, origin: 'bound' } })
    world.advance(200)
    expect(world.of('stray')).toMatchObject([{ hook: 'stop', error: 7 }])
    expect(world.of('done')).toMatchObject([{ overdue: [] }])
  })
})

describe('a main that does not settle after its signal', () => {
  const script: Script = ({ hook, cycle }) =>
    hook !== 'main' ? AT_ONCE : cycle === 1 ? { afterMs: 5000, uncaughtAfterMs: 10, onSignalMs: 'never' } : FOREVER

  it('is reported as a zombie, and the next main begins only when it has settled', () => {
    const world = new World({ services: [spec('a')], script }).start().advance(4000)
    expect(world.of('zombie')).toHaveLength(1)
    expect(world.hooks('a')).toEqual(['init', 'main', 'fallback'])
    expect(world.machine.members.get('a')?.zombie).toBeDefined()
    world.advance(2000)
    expect(world.hooks('a')).toEqual(['init', 'main', 'fallback', 'main'])
    expect(world.runs('a')[3]!.atMs).toBe(5001)
  })

  it('ends the service where zombie is "abort"', () => {
    const world = new World({ services: [spec('a', { zombie: 'abort' })], script }).start().advance(4000)
    expect(world.hooks('a')).toEqual(['init', 'main', 'fallback', 'abort'])
    expect(world.machine.members.get('a')?.error?.code).toBe('deadline_exceeded')
  })

  it('is killed in an isolate, and the service goes on in another', () => {
    const world = new World({ services: [spec('a', { isolated: true })], script }).start().advance(4000)
    expect(world.of('release')).toMatchObject([{ incarnation: 1, force: true }])
    expect(world.hooks('a')).toEqual(['init', 'main', 'init', 'fallback', 'main'])
    expect(world.of('zombie')).toEqual([])
  })
})

describe('dependencies', () => {
  it('start first and are ready before what depends on them begins', () => {
    const services = [spec('web', { dependsOn: ['db', 'log'] }), spec('db', { dependsOn: ['log'] }), spec('log')]
    const script = plans({ 'db init': { afterMs: 50 }, 'log init': { afterMs: 20 } })
    const world = new World({ services, script }).start().advance(1000)
    expect(world.hooks().filter((hook) => hook.endsWith('init'))).toEqual(['log init', 'db init', 'web init'])
    expect(world.runs('db')[0]!.atMs).toBe(20)
    expect(world.runs('web')[0]!.atMs).toBe(70)
  })

  it('are ready by their call before main runs, and under readyBy "call" not without it', () => {
    const early = new World({
      services: [spec('a'), spec('b', { dependsOn: ['a'] })],
      script: plans({ 'a init': { afterMs: 500, readyAfterMs: 100 } }),
    })
    expect(early.start().advance(300).runs('b')[0]?.atMs).toBe(100)
    const services = [spec('a', { readyBy: 'call' }), spec('b', { dependsOn: ['a'] })]
    const called = new World({ services, script: plans({ 'a main': { readyAfterMs: 300 } }) }).start().advance(900)
    expect(called.runs('b')[0]?.atMs).toBe(301)
    const never = new World({ services, script: plans({}) }).start().advance(900)
    expect(never.hooks('b')).toEqual([])
    expect(
      never
        .advance(1000)
        .of('down')
        .map(({ error }) => error?.code),
    ).toEqual(['deadline_exceeded', 'dependency'])
  })

  it('that are unknown, doubled or circular are refused when the reactor is made', () => {
    const make = (...services: Parameters<typeof spec>[]): string =>
      code(() => new World({ services: services.map((given) => spec(...given)), script: plans({}) }))
    expect(make(['a', { dependsOn: ['x'] }])).toBe('misuse: "a" depends on "x", which is no service of this reactor')
    expect(make(['a'], ['a'])).toBe('misuse: two services are called "a"')
    expect(
      make(
        ['z', { dependsOn: ['a'] }],
        ['a', { dependsOn: ['b'] }],
        ['b', { dependsOn: ['c'] }],
        ['c', { dependsOn: ['a'] }],
      ),
    ).toBe('misuse: services depend on each other in a circle: a -> b -> c -> a')
    expect(make(['a', { dependsOn: ['a'] }])).toContain('a -> a')
  })

  it('of 20 000 services in a chain are put in order without running out of stack', () => {
    const services = Array.from({ length: 20_000 }, (_, index) =>
      spec(`s${index}`, { dependsOn: index === 19_999 ? [] : [`s${index + 1}`] }),
    )
    const world = new World({ services, script: plans({}) })
    expect([...world.machine.members.keys()][0]).toBe('s19999')
  })
})

describe('strategies', () => {
  const services = [spec('a'), spec('b', { dependsOn: ['a'] }), spec('c', { dependsOn: ['b'] }), spec('d')]
  const run = (strategy: Strategy): World => {
    const script: Script = ({ service, hook, cycle }) =>
      hook !== 'main'
        ? AT_ONCE
        : service === 'b' && cycle === 1
          ? { afterMs: 1000, throws: { error: 1 } }
          : { onSignalMs: 10 }
    return new World({ services, script, strategy }).start().advance(5000)
  }
  const cycles = (world: World): Record<string, number | undefined> =>
    Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, world.machine.members.get(name)?.cycle]))

  it('one_for_one restarts the one that failed alone', () => {
    expect(cycles(run('one_for_one'))).toEqual({ a: 1, b: 2, c: 1, d: 1 })
  })

  it('one_for_all restarts all, ends them in the reverse of their order and begins them in it, without another init', () => {
    const world = run('one_for_all')
    expect(cycles(world)).toEqual({ a: 2, b: 2, c: 2, d: 2 })
    const after = world.runs().filter(({ atMs }) => atMs > 900)
    expect(after.some(({ hook }) => hook === 'init')).toBe(false)
    const fallbacks = after.filter(({ hook }) => hook === 'fallback').map(({ service }) => service)
    expect(fallbacks.indexOf('c')).toBeLessThan(fallbacks.indexOf('a'))
    const mains = after.filter(({ hook }) => hook === 'main').map(({ service }) => service)
    expect(mains.filter((name) => name !== 'd')).toEqual(['a', 'b', 'c'])
    expect(world.runs('a').at(-2)).toMatchObject({ hook: 'fallback', outcome: { kind: 'sibling', service: 'b' } })
    expect(world.of('failure')).toHaveLength(1)
  })

  it('rest_for_one restarts those that start later', () => {
    expect(cycles(run('rest_for_one'))).toEqual({ a: 1, b: 2, c: 2, d: 2 })
  })
})

describe('shutdown', () => {
  it('stops services in the reverse of their order, each only when nobody depends on it any more', () => {
    const services = [spec('a'), spec('b', { dependsOn: ['a'] }), spec('c', { dependsOn: ['b'] })]
    const world = new World({ services, script: plans({ stop: { afterMs: 20 }, main: { onSignalMs: 10 } }) })
      .start()
      .advance(100)
    world.tell({ type: 'shutdown', deadlineMs: 1000 })
    world.advance(1000)
    expect(world.of('down').map(({ service, atMs }) => [service, atMs])).toEqual([
      ['c', 130],
      ['b', 160],
      ['a', 190],
    ])
    expect(world.of('done')).toMatchObject([{ overdue: [], error: undefined }])
  })

  it.each([
    ['init', { init: { afterMs: 200, onSignalMs: 'never' } }, 100, ['init', 'stop']],
    ['an init that gives up', { init: { afterMs: 200, onSignalMs: 0, throws: { error: 1 } } }, 100, ['init', 'stop']],
    ['main', { main: { onSignalMs: 50 } }, 100, ['init', 'main', 'stop']],
    ['fallback', { main: AT_ONCE, fallback: { afterMs: 200 } }, 100, ['init', 'main', 'fallback', 'stop']],
    ['backoff', { main: FAILS }, 'backoff', ['init', 'main', 'fallback', 'stop']],
  ] as const)('during %s runs no further main', (_, given, when, hooks) => {
    const world = new World({ services: [spec('a')], script: plans(given), seed: 3 }).start()
    if (when === 'backoff') while (world.phase('a') !== 'backoff') world.advance(1)
    else world.advance(when)
    world.tell({ type: 'shutdown', deadlineMs: 1000 })
    world.advance(900)
    expect(world.hooks('a')).toEqual(hooks)
    expect(world.of('done')).toMatchObject([{ overdue: [] }])
  })

  it('during waiting ends a service without any hook', () => {
    const services = [spec('a'), spec('b', { dependsOn: ['a'] })]
    const world = new World({ services, script: plans({ 'a init': { afterMs: 100 } }) }).start().advance(10)
    world.tell({ type: 'shutdown', deadlineMs: 1000 })
    expect(world.phase('b')).toBe('stopped')
    expect(world.advance(500).hooks()).toEqual(['a init', 'a stop'])
  })

  it.each([
    ['init', { init: { onSignalMs: 'never' } }],
    ['main', { main: { onSignalMs: 'never' } }],
    ['fallback', { main: AT_ONCE, fallback: { onSignalMs: 'never' } }],
    ['stop', { stop: { onSignalMs: 'never' } }],
    ['abort', { init: FAILS, abort: { onSignalMs: 'never' } }],
  ] as const)('names what is overdue: a@%s', (hook, given) => {
    const services = [spec('a', { stopTimeoutMs: 5000 })]
    const world = new World({ services, script: plans(given) }).start().advance(100)
    world.tell({ type: 'shutdown', deadlineMs: 300 })
    world.advance(300)
    expect(world.of('done')).toMatchObject([{ overdue: [`a@${hook}`], atMs: 400 }])
    expect(world.phase('a')).toBe('unstopped')
  })

  it('does not hold the others up for one that is overdue longer than its stopTimeoutMs', () => {
    const services = [spec('a'), spec('b', { dependsOn: ['a'] })]
    const world = new World({ services, script: plans({ 'b main': { onSignalMs: 'never' } }) }).start().advance(100)
    world.tell({ type: 'shutdown', deadlineMs: 10_000 })
    world.advance(1000)
    expect(world.of('done')).toMatchObject([{ overdue: ['b@main'] }])
    expect(world.hooks('a').at(-1)).toBe('stop')
  })

  it('is idempotent: a later one can shorten the time and never lengthens it', () => {
    const script = plans({ main: { onSignalMs: 'never' } })
    const world = new World({ services: [spec('a', { stopTimeoutMs: 60_000 })], script }).start().advance(100)
    world.tell({ type: 'shutdown', deadlineMs: 5000 })
    world.tell({ type: 'shutdown', deadlineMs: 50_000 })
    world.tell({ type: 'shutdown', deadlineMs: 1000 })
    world.advance(10_000)
    expect(world.of('done').map(({ atMs }) => atMs)).toEqual([1100])
  })

  it('that is forced is over at once', () => {
    const services = [spec('a', { isolated: true }), spec('b')]
    const world = new World({ services, script: plans({ main: { onSignalMs: 'never' } }) }).start().advance(100)
    world.tell({ type: 'shutdown', deadlineMs: 5000 })
    world.tell({ type: 'force' })
    expect(world.of('done')).toMatchObject([{ atMs: 100, overdue: ['b@main', 'a@main'] }])
    expect(world.of('release').filter(({ force }) => force)).toHaveLength(2)
  })
})

describe('on a running reactor', () => {
  const running = (): World => {
    const services = [spec('a'), spec('b', { dependsOn: ['a'] })]
    return new World({ services, script: plans({}) }).start().advance(100)
  }

  it('add starts a service behind what it depends on, and refuses one that does not fit', () => {
    const world = running()
    world.tell({ type: 'add', spec: spec('c', { dependsOn: ['b'] }) })
    expect(world.advance(10).phase('c')).toBe('main')
    expect(code(() => world.tell({ type: 'add', spec: spec('c') }))).toContain('two services are called "c"')
    expect(code(() => world.tell({ type: 'add', spec: spec('d', { dependsOn: ['x'] }) }))).toContain('depends on "x"')
  })

  it('remove stops a service and forgets it, and refuses while others depend on it', () => {
    const world = running()
    expect(code(() => world.tell({ type: 'remove', service: 'a' }))).toContain('"b" depends on it')
    expect(code(() => world.tell({ type: 'remove', service: 'x' }))).toContain('no service "x"')
    world.tell({ type: 'remove', service: 'b' })
    world.advance(10)
    expect(world.hooks('b').slice(-1)).toEqual(['stop'])
    expect(world.of('removed')).toMatchObject([{ service: 'b' }])
    expect([...world.machine.members.keys()]).toEqual(['a'])
    world.tell({ type: 'remove', service: 'a' })
    expect(world.advance(10).of('done')).toEqual([])
  })

  it('restart stops a service and begins it anew, with its init', () => {
    const world = running()
    world.tell({ type: 'restart', service: 'b' })
    world.advance(10)
    expect(world.hooks('b')).toEqual(['init', 'main', 'stop', 'init', 'main'])
    expect(world.runs('b').at(-1)).toMatchObject({ incarnation: 2, cycle: 2, failures: 0 })
  })

  it('restart brings back a service that was aborted', () => {
    const script: Script = ({ service, hook, incarnation }) =>
      service === 'b' && hook === 'init' && incarnation === 1 ? FAILS : hook === 'main' ? FOREVER : AT_ONCE
    const world = new World({ services: [spec('a'), spec('b')], script }).start().advance(100)
    expect(world.phase('b')).toBe('aborted')
    world.tell({ type: 'restart', service: 'b' })
    world.advance(10)
    expect(world.phase('b')).toBe('main')
    expect(world.machine.members.get('b')?.error).toBeUndefined()
  })

  it('nothing can be added, removed or restarted once it is done', () => {
    const world = running()
    world.tell({ type: 'shutdown', deadlineMs: 100 })
    expect(code(() => world.tell({ type: 'restart', service: 'a' }))).toContain('the reactor shuts down')
    world.advance(200)
    expect(code(() => world.tell({ type: 'add', spec: spec('c') }))).toBe('misuse: the reactor is done')
  })
})
