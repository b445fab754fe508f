import { describe, expect, it, onTestFinished } from 'vitest'
import { reactor, type Service } from '../../src/reactor/index.ts'
import { nextEvent, until } from './events.ts'
import { SOON, startInline } from './inline.ts'

const sleeps: Service['main'] = (_, ctx) => ctx.sleep(60_000)
const fails = (): never => {
  throw new Error('no')
}

describe('on a running reactor', () => {
  it('add starts a service behind what it depends on, and rejects with what ends it', async () => {
    const r = startInline({ a: { main: sleeps } })
    expect(() => r.get('b')).not.toThrow()
    await expect(r.add({ name: 'b', service: { main: sleeps } })).rejects.toMatchObject({ code: 'misuse' })
    await r.ready
    await r.add({ name: 'b', service: { main: sleeps }, dependsOn: ['a'] })
    expect(r.get('b')).toMatchObject({ state: 'main', dependsOn: ['a'] })
    await expect(r.add({ name: 'b', service: { main: sleeps } })).rejects.toMatchObject({ code: 'misuse' })
    await expect(r.add({ name: 'c', service: { main: sleeps }, dependsOn: ['x'] })).rejects.toMatchObject({
      code: 'misuse',
    })
    await expect(r.add({ name: 'c', service: { main: sleeps, init: fails } })).rejects.toThrow('init of "c" failed')
    expect(r.ps().map(({ name, state }) => [name, state])).toEqual([
      ['a', 'main'],
      ['b', 'main'],
      ['c', 'aborted'],
    ])
  })

  it('remove stops a service by the rules of a shutdown and forgets it, and its name is free again', async () => {
    const ran: string[] = []
    const r = startInline({
      a: { main: sleeps },
      b: { main: sleeps, stop: () => void ran.push('stop'), dependsOn: ['a'] },
    })
    await r.ready
    await expect(r.remove('a')).rejects.toMatchObject({ code: 'misuse' })
    await expect(r.remove('x')).rejects.toMatchObject({ code: 'misuse' })
    await r.remove('b')
    expect([ran, r.get('b')]).toEqual([['stop'], undefined])
    await r.add({ name: 'b', service: { main: sleeps } })
    await r.remove('a')
    expect(r.ps().map(({ name }) => name)).toEqual(['b'])
  })

  it('restart begins a service anew with its init, also one that was aborted', async () => {
    let works = false
    const inits: number[] = []
    const r = startInline({
      a: {
        init: (_, { incarnation }) => {
          inits.push(incarnation)
          if (!works) throw new Error('not yet')
        },
        main: sleeps,
      },
      b: { main: sleeps },
    })
    await expect(r.ready).rejects.toThrow('init of "a" failed')
    works = true
    await r.restart('a')
    await r.restart('a')
    expect([inits, r.get('a')?.state]).toEqual([[1, 2, 3], 'main'])
    await expect(r.restart('x')).rejects.toMatchObject({ code: 'misuse' })
    await r.shutdown()
    await expect(r.restart('a')).rejects.toMatchObject({ code: 'misuse' })
    await expect(r.add({ name: 'c', service: { main: sleeps } })).rejects.toMatchObject({ code: 'misuse' })
  })

  it('ready goes on waiting for a service that is begun anew before it was ready', async () => {
    const r = startInline({
      a: {
        init: (_, { incarnation }) => {
          if (incarnation === 1) void r.restart('a')
        },
        main: sleeps,
      },
    })
    await r.ready
    expect(r.get('a')).toMatchObject({ state: 'main', incarnation: 2 })
  })

  it('remove ends the wait for a restart', async () => {
    const r = startInline({ a: { main: sleeps }, b: { main: sleeps } })
    await r.ready
    const restarted = r.restart('a')
    await r.remove('a')
    await expect(restarted).rejects.toThrow('"a" was removed')
  })

  it('add does not mind a service that has ended and whose dependency was removed', async () => {
    const r = startInline({
      a: { main: sleeps },
      once: { main: () => undefined, restart: 'temporary', dependsOn: ['a'] },
      c: { main: sleeps },
    })
    await until(() => r.get('once')?.state === 'stopped')
    await r.remove('a')
    await r.add({ name: 'd', service: { main: sleeps } })
    await expect(r.add({ name: 'a', service: { main: sleeps }, dependsOn: ['once'] })).rejects.toMatchObject({
      code: 'misuse',
    })
    expect(r.get('d')?.state).toBe('main')
  })

  it('restart comes about as soon as a hook that was given up has settled after all', async () => {
    let settle = (): void => undefined
    const r = startInline({
      a: { main: sleeps, stop: () => new Promise<void>((resolve) => (settle = resolve)), stopTimeoutMs: 5 },
      b: { main: sleeps },
    })
    await r.ready
    await expect(r.restart('a')).rejects.toMatchObject({ code: 'aborted' })
    await expect(r.restart('a')).rejects.toThrow('something of it still runs')
    settle()
    await until(() => r.get('a')?.state === 'main')
  })

  it('an error that a removed service has left behind is told, and ends nothing', async () => {
    const told = nextEvent('coxswain:service:failure')
    const r = startInline({
      a: {
        main: (_, ctx) => {
          setTimeout(() => fails(), 30)
          return ctx.sleep(60_000)
        },
      },
      b: { main: sleeps },
    })
    await r.ready
    await r.remove('a')
    expect(await told).toMatchObject({ service: 'a', outcome: undefined, error: { message: 'no' } })
  })
})

it.each(['SIGKILL', 'SIGSTOP', 'SIGNOTHING'])('a reactor that shall listen for %s is refused', (signal) => {
  const signals = [signal as NodeJS.Signals]
  expect(() => startInline({ a: { main: sleeps } }, { signals })).toThrow(`no process can listen for "${signal}"`)
})

describe('a reactor as a service of another', () => {
  const inner = (service: Service<{ n: number }>, intensity = {}): ReturnType<typeof reactor<{ n: number }>> =>
    reactor({ metadata: { n: 1 }, name: 'inner', services: [{ name: 'x', service, backoff: SOON, ...intensity }] })

  it('is ready when its services are, and stops when the outer one stops', async () => {
    const ran: string[] = []
    const child = inner({
      main: sleeps,
      init: ({ n }) => void ran.push(`init ${n}`),
      stop: () => void ran.push('stop'),
    })
    const r = startInline({ child: child.asService() })
    await r.ready
    await child.ready
    expect(child.ps()).toMatchObject([{ name: 'x', state: 'main' }])
    expect(await r.shutdown()).toEqual({ overdue: [], aborted: [] })
    expect(ran).toEqual(['init 1', 'stop'])
  })

  it('fails as a main where a cap of it escalates, and a fresh one is run', async () => {
    const told: unknown[] = []
    const intensity = { max: 2, withinMs: 10_000, then: 'escalate' } as const
    const child = inner({ main: fails }, { intensity })
    const service = child.asService()
    const r = startInline({
      child: { ...service, fallback: (_, { outcome }) => void told.push(outcome) },
      other: { main: sleeps },
    })
    await until(() => told.length === 2)
    expect(told).toMatchObject([
      { kind: 'error', error: { code: 'resource_exhausted' } },
      { kind: 'error', error: { code: 'resource_exhausted' } },
    ])
    expect(r.get('other')).toMatchObject({ state: 'main', failed: 0 })
  })

  it('fails where all of its services have ended and one for an error', async () => {
    const child = inner({ main: sleeps, init: fails })
    const r = startInline({ child: child.asService() })
    await until(() => (r.get('child')?.failed ?? 0) > 1)
    expect(r.get('child')?.lastOutcome).toBe('threw')
  })

  it('cannot be one once it runs', async () => {
    const running = reactor({ metadata: undefined, services: [] })
    onTestFinished(() => void running.shutdown())
    await running.ready
    expect(() => running.asService()).toThrow('cannot be a service of another')
  })
})
