import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { reactor, type Outcome, type ServiceFailureEvent } from '../../src/reactor/index.ts'
import { collectEvents, nextEvent, until } from './events.ts'
import { SOON, startInline } from './inline.ts'
import { EXEC_ARGV } from './loader.ts'
import { AWKWARD, THROWABLES } from './throwables.ts'

/** By identity: some of what is thrown cannot be looked at, and a matcher would look. */
function isSame(got: unknown, thrown: unknown): boolean {
  return Object.is(got, thrown)
}

const sleeps = (_: undefined, ctx: { sleep(ms: number): Promise<void> }): Promise<void> => ctx.sleep(60_000)

describe.each(THROWABLES)('%s', (_name, thrown) => {
  const fail = (): never => {
    throw thrown
  }

  it.each(['at once', 'later'])('thrown by init %s aborts the service, whose abort hook is told', async (when) => {
    let told: unknown
    const r = startInline({
      a: {
        init: when === 'later' ? () => Promise.resolve().then(fail) : fail,
        main: () => expect.fail('main ran'),
        fallback: () => expect.fail('fallback ran'),
        abort: (_m, _c, { cause }) => {
          told = cause
        },
      },
      b: { main: sleeps },
    })
    const error = await r.ready.catch((reason: unknown) => reason as Error)
    expect(String(error)).toContain('init of "a" failed')
    expect(isSame(told, thrown)).toBe(true)
    expect([r.get('a')?.state, r.get('b')?.state]).toEqual(['aborted', 'main'])
    const { aborted } = await r.shutdown()
    expect(aborted.map(({ service, error: { code, cause } }) => [service, code, isSame(cause, thrown)])).toEqual([
      ['a', 'aborted', true],
    ])
  })

  it.each(['at once', 'later'])('thrown by main %s is told to fallback, and main runs again', async (when) => {
    const outcomes: Outcome[] = []
    const folder = mkdtempSync(join(tmpdir(), 'coxswain-reactor-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const r = startInline(
      {
        a: {
          main: (_, ctx) => {
            if (ctx.cycle > 2) return ctx.sleep(60_000)
            return when === 'later' ? Promise.resolve().then(fail) : fail()
          },
          fallback: (_, { outcome }) => void outcomes.push(outcome),
        },
      },
      { stateDir: folder },
    )
    await until(() => r.get('a')?.cycle === 3)
    expect(outcomes.map((outcome) => outcome.kind === 'error' && isSame(outcome.error, thrown))).toEqual([true, true])
    expect(await r.shutdown()).toEqual({ overdue: [], aborted: [] })
  })

  it('thrown by fallback runs the abort hook and aborts the service, with it as the cause', async () => {
    let told: unknown
    const r = startInline({
      a: {
        main: () => undefined,
        fallback: fail,
        abort: (_m, _c, { cause }) => {
          told = cause
        },
      },
    })
    const { aborted } = await r.done
    expect(isSame(told, thrown)).toBe(true)
    expect(aborted.map(({ error }) => [error.rawMessage, isSame(error.cause, thrown)])).toEqual([
      ['fallback of "a" failed', true],
    ])
  })

  it('thrown by abort and by stop is published, and changes nothing', async () => {
    const collected = collectEvents<ServiceFailureEvent>('coxswain:service:failure')
    const r = startInline({
      a: {
        main: () => undefined,
        fallback: () => {
          throw new Error('first')
        },
        abort: fail,
      },
      b: { main: sleeps, stop: fail },
    })
    await until(() => r.get('a')?.state === 'aborted' && r.get('b')?.state === 'main')
    const { overdue, aborted } = await r.shutdown()
    const strays = collected().map(({ hook, error, outcome }) => [hook, isSame(error, thrown), outcome])
    expect(strays).toEqual([
      ['abort', true, undefined],
      ['stop', true, undefined],
    ])
    expect([overdue, aborted.map(({ error }) => (error.cause as Error).message)]).toEqual([[], ['first']])
  })
})

describe('in a thread', () => {
  it('all of it arrives as a failed main, and none of it costs the thread its life', async () => {
    const outcomes: Outcome[] = []
    const all = nextEvent<ServiceFailureEvent>('coxswain:service:failure', ({ outcome }) => {
      if (outcome !== undefined) outcomes.push(outcome)
      return outcomes.length === THROWABLES.length
    })
    const module = new URL('./programs/thrower.ts', import.meta.url)
    const r = reactor({
      metadata: undefined,
      services: [{ name: 'a', module, isolate: 'thread', execArgv: EXEC_ARGV, backoff: SOON }],
    })
    onTestFinished(() => void r.shutdown({ deadlineMs: 1 }))
    await all
    expect(outcomes.map(({ kind }) => kind)).toEqual(THROWABLES.map(() => 'error'))
    const byName = new Map(THROWABLES.map(([name], index) => [name, outcomes[index]]))
    expect(byName.get('undefined')).toEqual({ kind: 'error', error: undefined })
    expect(byName.get('a bigint')).toEqual({ kind: 'error', error: 1n })
    expect(byName.get('a symbol')).toEqual({ kind: 'error', error: 'Symbol(thrown)' })
    expect(byName.get('a frozen error')).toMatchObject({ error: { message: 'frozen' } })
    expect(byName.get('an error whose message throws')).toMatchObject({
      error: { message: 'a message that throws Error: it is no use to ask' },
    })
    expect(r.get('a')?.incarnation).toBe(1)
    expect(await r.shutdown()).toEqual({ overdue: [], aborted: [] })
  })

  it('what nobody catches costs the thread its life, and is told', async () => {
    const outcomes: Outcome[] = []
    const all = nextEvent<ServiceFailureEvent>('coxswain:service:failure', ({ outcome }) => {
      if (outcome !== undefined) outcomes.push(outcome)
      return outcomes.length === AWKWARD.length
    })
    const module = new URL('./programs/thrower.ts', import.meta.url)
    const r = reactor({
      metadata: undefined,
      services: [{ name: 'a', module, export: 'late', isolate: 'thread', execArgv: EXEC_ARGV, backoff: SOON }],
    })
    onTestFinished(() => void r.shutdown({ deadlineMs: 1 }))
    await all
    expect(outcomes).toMatchObject([
      { kind: 'uncaught', error: undefined },
      { kind: 'uncaught', error: { message: 'again' } },
      { kind: 'uncaught', error: { message: 'a later one' } },
      { kind: 'uncaught', error: 'a object that has no text' },
    ])
    await until(() => r.get('a')?.state === 'main')
    expect(r.get('a')?.incarnation).toBe(AWKWARD.length + 1)
  })
})

describe('what a hook returns', () => {
  const never = new Promise<never>(() => undefined)
  it.each<[string, () => unknown, string]>([
    ['a value', () => 7, 'ended'],
    ['a thenable', (): unknown => ({ then: (done: () => void): void => done() }), 'ended'],
    [
      'a thenable that settles twice',
      (): unknown => ({
        then(ok: () => void, no: () => void): void {
          ok()
          no()
        },
      }),
      'ended',
    ],
    ['a thenable that throws', (): unknown => ({ then: (): never => expect.fail('no') }), 'error'],
    [
      'a then that throws when it is read',
      (): unknown => Object.defineProperty({}, 'then', { get: (): never => expect.fail() }),
      'error',
    ],
    [
      'a thenable that rejects with undefined',
      (): unknown => ({ then: (_: unknown, no: () => void): void => no() }),
      'error',
    ],
  ])('%s is an outcome', async (_name, returns, kind) => {
    let told: string | undefined
    const r = startInline({
      a: {
        main: (_, { cycle }) => (cycle === 1 ? (returns() as never) : never),
        fallback: (_, { outcome }) => void (told ??= outcome.kind),
        stopTimeoutMs: 1,
      },
    })
    await until(() => told !== undefined)
    expect(told).toBe(kind)
    await r.shutdown({ deadlineMs: 10 })
  })
})
