import { describe, expect, it } from 'vitest'
import { createDeferred } from '../../src/base/deferred.ts'
import {
  reactor,
  type MainTrace,
  type Outcome,
  type Phase,
  type Service,
  type ServiceFailureEvent,
  type ServiceHungEvent,
  type ServiceStateEvent,
} from '../../src/reactor/index.ts'
import { collectEvents, nextEvent, until } from './events.ts'
import { startInline } from './inline.ts'

const sleeps: Service<undefined>['main'] = (_, ctx) => ctx.sleep(60_000)
const fails = (): never => {
  throw new Error('no')
}

describe('a main', () => {
  it('that fails 200 times in a row is begun again all the same', async () => {
    const r = startInline({
      a: { main: (_, { failures }) => (failures < 200 ? fails() : new Promise(() => undefined)) },
    })
    await until(() => r.get('a')?.failures === 200 && r.get('a')?.state === 'main')
    expect(r.get('a')).toMatchObject({ cycle: 201, failed: 200, lastOutcome: 'threw' })
  })

  it('that returns at once does not starve the event loop, and does not idle either', async () => {
    const r = startInline({ a: { main: () => undefined } })
    await r.ready
    let ticks = 0
    const before = r.get('a')!.cycle
    await new Promise<void>((resolve) => {
      const ticking = setInterval(() => {
        if (++ticks < 20) return
        clearInterval(ticking)
        resolve()
      }, 1)
    })
    expect(r.get('a')!.cycle - before).toBeGreaterThan(20)
  })

  it('that does not settle after its signal is a zombie: reported, and no other main begins beside it', async () => {
    const zombie = nextEvent<ServiceHungEvent>('coxswain:service:hung')
    const held = createDeferred<undefined>()
    let mains = 0
    const r = startInline({
      a: {
        graceMs: 20,
        main: (_, ctx) => {
          mains++
          if (ctx.cycle > 1) return ctx.sleep(60_000)
          setImmediate(ctx.bind(fails))
          return held.promise
        },
      },
    })
    expect(await zombie).toMatchObject({ service: 'a', zombie: true })
    await until(() => r.get('a')?.state === 'backoff' && r.get('a')?.nextRestartInMs === 0)
    expect([mains, r.get('a')?.zombie]).toEqual([1, true])
    held.resolve(undefined)
    await until(() => mains === 2)
    expect(r.get('a')?.zombie).toBe(false)
  })

  it('that beats and then does not is hung; one that never beat is left alone', async () => {
    const outcomes: Outcome[] = []
    const r = startInline({
      quiet: { main: sleeps, watchdog: { beatEveryMs: 20 } },
      a: {
        watchdog: { beatEveryMs: 20 },
        main: (_, ctx) => {
          if (ctx.cycle === 1) ctx.beat()
          return ctx.sleep(60_000)
        },
        fallback: (_, { outcome }) => void outcomes.push(outcome),
      },
    })
    await until(() => r.get('a')?.cycle === 2)
    expect(outcomes).toMatchObject([{ kind: 'hung', stack: undefined }])
    expect(r.get('quiet')?.cycle).toBe(1)
  })

  it('is charged with what a listener of its signal throws', async () => {
    const strays = collectEvents<ServiceFailureEvent>('coxswain:service:failure')
    const r = startInline({
      a: {
        main: (_, ctx) => {
          ctx.signal.addEventListener('abort', fails)
          return ctx.sleep(60_000)
        },
        // The error comes in a later tick.
        stop: () => new Promise((resolve) => setImmediate(resolve)),
      },
    })
    await r.ready
    await r.shutdown()
    expect(strays()).toMatchObject([{ service: 'a', outcome: undefined, error: { message: 'no' } }])
  })
})

describe('strategies', () => {
  it('end and begin mains anew together, and tell fallback whose failure it was', async () => {
    const told: string[] = []
    const main: Service<undefined>['main'] = (_, ctx) => ctx.sleep(60_000)
    const r = startInline(
      {
        a: { main, fallback: (_, { outcome }) => void told.push(`a ${JSON.stringify(outcome)}`) },
        b: { main: (_, ctx) => (ctx.cycle === 1 ? fails() : ctx.sleep(60_000)), dependsOn: ['a'] },
      },
      { strategy: 'one_for_all' },
    )
    await until(() => r.ps().every(({ cycle }) => cycle === 2))
    expect(told).toEqual(['a {"kind":"sibling","service":"b"}'])
  })
})

describe('a shutdown', () => {
  const hold = createDeferred<undefined>().promise
  const gives = (_: unknown, { signal }: { signal: AbortSignal }): Promise<void> =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve()))

  it.each<[Phase, Partial<Service<undefined>> & { failing?: boolean }, string[]]>([
    ['init', { init: gives }, ['stop']],
    ['main', { main: gives }, ['stop']],
    ['fallback', { main: () => undefined, fallback: () => new Promise((ok) => setTimeout(ok, 50)) }, ['stop']],
    ['backoff', { main: fails, failing: true }, ['stop']],
    ['paused', { main: fails }, ['stop']],
    ['aborting', { init: fails, abort: () => new Promise((ok) => setTimeout(ok, 50)) }, []],
  ])('during %s comes to its end, with no further main', async (phase, hooks, after) => {
    const ran: string[] = []
    const { failing = false, ...given } = hooks
    const r = startInline({
      a: {
        main: sleeps,
        ...given,
        stop: () => void ran.push('stop'),
        backoff: failing ? { minMs: 30_000 } : { minMs: 1, maxMs: 1 },
        intensity: phase === 'paused' ? { max: 0, withinMs: 30_000, then: 'pause' } : undefined,
      },
    })
    await until(() => r.get('a')?.state === phase)
    const cycle = r.get('a')?.cycle
    const { overdue } = await r.shutdown()
    expect([overdue, ran, r.get('a')?.cycle]).toEqual([[], after, cycle])
    await r.done
  })

  it('before the start, and while services wait for others, runs no hook of theirs', async () => {
    const never = startInline({ a: { main: () => expect.fail('ran') } })
    await never.shutdown()
    await never.done
    await expect(never.ready).rejects.toMatchObject({ code: 'aborted' })
    const r = startInline({ a: { main: sleeps, init: gives }, b: { main: () => expect.fail('ran'), dependsOn: ['a'] } })
    await until(() => r.get('a')?.state === 'init')
    await r.shutdown()
    expect(r.get('b')?.state).toBe('stopped')
  })

  it.each<[string, Partial<Service<undefined>>]>([
    ['init', { init: () => hold }],
    ['main', { main: () => hold }],
    ['fallback', { main: () => undefined, fallback: () => hold }],
    ['stop', { stop: () => hold }],
    ['abort', { init: fails, abort: () => hold }],
  ])('names a@%s where that is overdue, and is over at its deadline', async (hook, hooks) => {
    const r = startInline({ a: { main: sleeps, ...hooks } })
    const phases: Record<string, Phase> = { stop: 'main', abort: 'aborting' }
    await until(() => r.get('a')?.state === (phases[hook] ?? hook))
    expect((await r.shutdown({ deadlineMs: 20 })).overdue).toEqual([`a@${hook}`])
    expect((await r.done).overdue).toEqual([`a@${hook}`])
    expect(r.get('a')?.state).toBe('unstopped')
  })

  it('twice is one, with one report; and by disposal as well', async () => {
    const r = startInline({ a: { main: sleeps } })
    await r.ready
    const [first, second] = await Promise.all([r.shutdown(), r.shutdown()])
    expect(first).toBe(second)
    await r[Symbol.asyncDispose]()
    expect(await r.shutdown()).toBe(first)
  })
})

describe('two reactors in one process', () => {
  it('with services of the same names know nothing of each other', async () => {
    const make = (name: string): ReturnType<typeof startInline> => {
      const services = {
        a: {
          main: ((_, ctx) => {
            if (name === 'first') setImmediate(fails)
            return ctx.sleep(60_000)
          }) satisfies Service<undefined>['main'],
        },
      }
      return startInline(services, { name })
    }
    const failure = nextEvent<ServiceFailureEvent>('coxswain:service:failure')
    const second = make('second')
    const first = make('first')
    expect(await failure).toMatchObject({ reactor: 'first', service: 'a', outcome: { kind: 'uncaught' } })
    await first.shutdown()
    await first.done
    expect(second.get('a')).toMatchObject({ state: 'main', failed: 0 })
    await second.shutdown()
  })
})

describe('what is published', () => {
  it('is every state, every failure and every main of a service, in order', async () => {
    const states = collectEvents<ServiceStateEvent>('coxswain:service:state')
    const traced: string[] = []
    const ends = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((name) => {
      const collected = collectEvents<MainTrace>(`tracing:coxswain:main:${name}`)
      return () =>
        traced.push(
          `${name} ${collected()
            .map(({ cycle }) => cycle)
            .join()}`,
        )
    })
    const r = startInline({ a: { main: (_, ctx) => (ctx.cycle === 1 ? fails() : ctx.sleep(60_000)) } }, { name: 'r' })
    await until(() => r.get('a')?.cycle === 2)
    await r.shutdown()
    ends.forEach((end) => end())
    expect(traced).toEqual(['start 1,2', 'end 1,2', 'asyncStart 1,2', 'asyncEnd 1,2', 'error 1,2'])
    expect(states().map(({ to }) => to)).toEqual(['init', 'main', 'fallback', 'backoff', 'main', 'stopping', 'stopped'])
  })
})

describe('a reactor', () => {
  it('cannot be made of what makes no sense', () => {
    const make = (options: object): unknown => {
      try {
        return reactor({ metadata: undefined, services: [], ...options })
      } catch (error) {
        return error
      }
    }
    const misuse = expect.objectContaining({ code: 'misuse' })
    const service = { main: () => undefined }
    expect(make({ name: 'a b' })).toEqual(misuse)
    expect(make({ shutdownMs: 0 })).toEqual(misuse)
    const settings: Record<string, unknown>[] = [
      { name: '' },
      { name: 'x'.repeat(101) },
      { dependsOn: ['b'] },
      { restart: 'always' },
      { readyBy: 'magic' },
      { zombie: 'kill' },
      { isolate: 'fiber' },
      { isolate: 'thread' },
      { isolate: 'thread', module: new URL('https://example.org/a.js') },
      { service: {} },
      { service: undefined },
      { backoff: { minMs: 0 } },
      { backoff: { minMs: 10, maxMs: 9 } },
      { backoff: { factor: 0.5 } },
      { backoff: { factor: NaN } },
      { backoff: { resetAfterMs: 0 } },
      { intensity: { max: -1, withinMs: 1, then: 'abort' } },
      { intensity: { max: 1, withinMs: 0, then: 'abort' } },
      { intensity: { max: 1, withinMs: 1, then: 'cry' } },
      { watchdog: { beatEveryMs: 19 } },
      { initTimeoutMs: 0 },
      { graceMs: 2 ** 31 },
      { stopTimeoutMs: 1.5 },
    ]
    for (const given of settings) {
      expect(make({ services: [{ name: 'a', service, ...given }] }), JSON.stringify(given)).toEqual(misuse)
    }
    const fine = make({ services: [{ name: 'a', service }] }) as ReturnType<typeof reactor>
    void fine.shutdown()
  })
})
