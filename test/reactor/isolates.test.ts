import { describe, expect, it, onTestFinished } from 'vitest'
import {
  AtomicU32,
  reactor,
  type Reactor,
  type ServiceFailureEvent,
  type ServiceHungEvent,
} from '../../src/reactor/index.ts'
import { EXEC_ARGV } from './loader.ts'
import { nextEvent, until } from './events.ts'

const ISOLATED = new URL('./programs/isolated.ts', import.meta.url)
const SPINNER = new URL('./programs/spinner.ts', import.meta.url)

function start<M>(metadata: M, isolate: 'thread' | 'process', more: Record<string, unknown> = {}): Reactor<M> {
  const r = reactor({
    metadata,
    services: [{ name: 'a', module: ISOLATED, isolate, execArgv: EXEC_ARGV, backoff: { minMs: 1, maxMs: 1 }, ...more }],
  })
  onTestFinished(() => void r.shutdown({ deadlineMs: 1 }))
  return r
}

/** The next failure that is published, while something makes it happen. */
function nextFailure(): Promise<ServiceFailureEvent> {
  return nextEvent('coxswain:service:failure')
}

describe.each(['thread', 'process'] as const)('a %s', (isolate) => {
  it('keeps class, code and cause of what its main throws, and goes on', async () => {
    const failure = nextFailure()
    const r = start({ does: 'throw' }, isolate)
    await r.ready
    const { outcome } = await failure
    expect(outcome).toMatchObject({
      kind: 'error',
      error: { code: 'ODD', message: 'odd', cause: { message: 'below' } },
    })
    expect(outcome?.kind === 'error' && outcome.error).toBeInstanceOf(TypeError)
    expect(await r.shutdown()).toEqual({ overdue: [], aborted: [] })
    expect(r.get('a')?.incarnation).toBe(1)
  })

  it.each([
    ['float', { kind: 'uncaught', error: { code: 'ODD' }, origin: 'unhandledRejection' }],
    ['exit', { kind: 'exit', code: 7, signal: undefined }],
  ])('that ends of "%s" is replaced, and fallback is told', async (does, outcome) => {
    const failure = nextFailure()
    const r = start({ does }, isolate)
    expect((await failure).outcome).toMatchObject(outcome)
    await until(() => r.get('a')?.cycle === 2)
    expect(r.get('a')).toMatchObject({ incarnation: 2, state: 'main', failures: 1 })
    await r.shutdown()
    await r.done
  })

  it('whose init throws ends its service, and ready rejects naming it', async () => {
    const r = start({ does: 'fail' }, isolate)
    await expect(r.ready).rejects.toMatchObject({ code: 'aborted', cause: { code: 'ODD' } })
    await expect(r.ready).rejects.toThrow('init of "a" failed')
    expect((await r.done).aborted).toMatchObject([{ service: 'a' }])
  })

  it('with a module that does not load ends its service', async () => {
    const r = start({ does: '' }, isolate, { export: 'nothing' })
    await expect(r.ready).rejects.toMatchObject({ cause: { code: 'misuse' } })
    await r.done
  })

  it('that loops without end is killed by a shutdown, and named', async () => {
    const r = start({ does: 'spin' }, isolate, { stopTimeoutMs: 100 })
    await r.ready
    await until(() => r.get('a')?.state === 'main')
    const { overdue } = await r.shutdown()
    expect(overdue).toEqual(['a@main'])
    await r.done
  })

  it('that is silent is replaced', async () => {
    const failure = nextFailure()
    const r = start({ does: 'spin' }, isolate, { watchdog: { beatEveryMs: 250 } })
    expect((await failure).outcome).toMatchObject({ kind: 'hung' })
    await until(() => r.get('a')?.cycle === 2)
    expect(await r.shutdown()).toMatchObject({ overdue: [] })
  })

  it('is refused metadata that cannot go there, with its path, when the reactor is made', () => {
    const make = (metadata: unknown): unknown => start(metadata, isolate)
    const misuse = expect.objectContaining({ code: 'misuse' })
    const thrown = (metadata: unknown): unknown => {
      try {
        return make(metadata)
      } catch (error) {
        return error
      }
    }
    expect(thrown({ list: [1, { log: () => 1 }] })).toEqual(misuse)
    expect(thrown({ list: [1, { log: () => 1 }] })).toMatchObject({
      rawMessage: expect.stringContaining('metadata.list[1].log is a function'),
    })
    if (isolate === 'process') {
      expect(thrown({ count: new AtomicU32() })).toMatchObject({
        rawMessage: expect.stringContaining('metadata.count is AtomicU32'),
      })
    }
  })
})

describe('a thread', () => {
  it('in an endless loop is named by its function within a second, and the timers of the reactor go on', async () => {
    const hung = nextEvent<ServiceHungEvent>('coxswain:service:hung')
    const metadata = { hung: new AtomicU32(0), mains: new AtomicU32(0) }
    const services = [
      { name: 'spinner', module: SPINNER, isolate: 'thread', execArgv: EXEC_ARGV, watchdog: { beatEveryMs: 250 } },
    ] as const
    const r = reactor({ metadata, services })
    onTestFinished(() => void r.shutdown({ deadlineMs: 1 }))
    let latest = 0
    let longest = 0
    const ticking = setInterval(() => {
      const now = performance.now()
      if (latest > 0) longest = Math.max(longest, now - latest)
      latest = now
    }, 10)
    onTestFinished(() => clearInterval(ticking))
    await until(() => metadata.mains.load() === 1)
    const began = performance.now()
    const event = await hung
    expect(performance.now() - began).toBeLessThan(1000)
    expect(event).toMatchObject({
      service: 'spinner',
      zombie: false,
      stack: expect.stringMatching(/^ {4}at spinWithoutEnd \(/),
    })
    expect(longest).toBeLessThan(400)
    await until(() => metadata.mains.load() === 2)
    expect(await r.shutdown()).toEqual({ overdue: [], aborted: [] })
  })

  it('that uses up its heap ends alone', async () => {
    const failure = nextFailure()
    const r = start({ does: 'exhaust' }, 'thread', { resourceLimits: { maxOldGenerationSizeMb: 64 } })
    expect((await failure).outcome).toMatchObject({ kind: 'uncaught', error: { code: 'ERR_WORKER_OUT_OF_MEMORY' } })
    await until(() => r.get('a')?.cycle === 2)
    await r.shutdown()
  })

  it('shares atomics with the reactor, and may be a class', async () => {
    const mains = new AtomicU32(0)
    const r = start({ does: '', mains }, 'thread', { export: 'Counter' })
    await until(() => mains.load() > 2)
    await r.shutdown()
  })
})

describe('a process', () => {
  it('that aborts is replaced, and the signal is told', async () => {
    const failure = nextFailure()
    const r = start({ does: 'abort' }, 'process')
    expect((await failure).outcome).toEqual({ kind: 'exit', code: undefined, signal: 'SIGABRT' })
    await until(() => r.get('a')?.cycle === 2)
    await r.shutdown()
    await r.done
  })
})
