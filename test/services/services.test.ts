import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect, listen } from 'coxswain'
import { dialService, serveService, type ServiceFailureEvent } from 'coxswain/reactor'
import { Health } from '../../examples/health/health.gen.ts'
import { createDeferred } from '../../src/base/deferred.ts'
import { collectEvents, nextEvent, until } from '../reactor/events.ts'
import { type Fleet, health, SOON, startFleet, STATUS } from './fleet.ts'

const KEY = { key: new Uint8Array(32).fill(7) }

/** The path of a socket that goes with its test. */
function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'coxswain-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 's')
}

async function report(path: string, service: string): Promise<void> {
  const link = await connect({ path, security: KEY })
  const start = await Health.peer.open(link)
  await start.send.status({ service, ...STATUS })
  await link.close()
}

describe('serveService', () => {
  it('hands the metadata of the reactor to its sessions, and is ready when it listens', async () => {
    const path = socketPath()
    const server = serveService({ path, security: KEY, serve: (fleet: Fleet) => [health(fleet)] })
    const r = startFleet([{ name: 'server', service: server }])
    await r.ready
    await report(path, 'w1')
    expect(r.metadata.seen).toEqual(['w1'])
  })

  it('tells the port that it was given where any would do', async () => {
    const port = createDeferred<number>()
    const service = serveService({
      port: 0,
      security: 'none',
      serve: [],
      onListening: (address) => port.resolve('port' in address ? address.port : 0),
    })
    const r = startFleet([{ name: 'server', service }])
    await r.ready
    const link = await connect({ port: await port.promise, security: 'none' })
    await r.shutdown()
    expect(await link.closed).toEqual({})
  })

  it('fails while the address is taken, and is ready once it is had', async () => {
    const path = socketPath()
    const other = await listen({ path, security: 'none' })
    const r = startFleet([
      { name: 'server', service: serveService({ path, security: 'none', serve: [] }), backoff: SOON },
      { name: 'behind', service: { main: (_, ctx) => ctx.sleep(60_000) }, dependsOn: ['server'] },
    ])
    await until(() => (r.get('server')?.failed ?? 0) > 2)
    expect([r.get('server')?.ready, r.get('behind')?.state]).toEqual([false, 'waiting'])
    await other.close()
    await r.ready
    expect(r.get('behind')?.state).toBe('main')
  })

  it('stops by letting the sessions that run finish, and takes no new links', async () => {
    const path = socketPath()
    const began = createDeferred<undefined>()
    const held = createDeferred<undefined>()
    const handled = async (): Promise<void> => {
      began.resolve(undefined)
      await held.promise
    }
    const r = startFleet([
      { name: 'server', service: serveService({ path, security: KEY, serve: (fleet) => [health(fleet, handled)] }) },
    ])
    await r.ready
    const reported = report(path, 'slow')
    await began.promise
    const stopped = r.shutdown()
    await expect(connect({ path, security: KEY })).rejects.toMatchObject({ code: 'unavailable' })
    held.resolve(undefined)
    await reported
    expect([await stopped, r.metadata.seen]).toEqual([{ overdue: [], aborted: [] }, ['slow']])
  })

  it('cuts off sessions that do not finish within drainMs', async () => {
    const path = socketPath()
    const began = createDeferred<undefined>()
    const never = new Promise<never>(() => undefined)
    const serve = (fleet: Parameters<typeof health>[0]): ReturnType<typeof health>[] => [
      health(fleet, () => {
        began.resolve(undefined)
        return never
      }),
    ]
    const r = startFleet([{ name: 'server', service: serveService({ path, security: KEY, drainMs: 20, serve }) }])
    await r.ready
    const reported = report(path, 'slow').catch((error: unknown) => error)
    await began.promise
    expect(await r.shutdown()).toEqual({ overdue: [], aborted: [] })
    expect(await reported).toBeInstanceOf(Error)
  })
})

describe('dialService', () => {
  it('is ready when the link is up, whenever somebody comes to answer', async () => {
    const path = socketPath()
    const failures = collectEvents<ServiceFailureEvent>('coxswain:service:failure')
    const run = async (link: Parameters<typeof Health.peer.open>[0]): Promise<void> => {
      const start = await Health.peer.open(link)
      await start.send.status({ service: 'w1', ...STATUS })
    }
    const dial = dialService({ path, security: KEY, retry: { retries: 2, minMs: 1, maxMs: 1 }, run })
    const r = startFleet([{ name: 'worker', service: dial, backoff: SOON, restart: 'transient' }])
    await until(() => (r.get('worker')?.failed ?? 0) > 1)
    expect(r.get('worker')?.ready).toBe(false)
    expect(failures()[0]?.error).toMatchObject({ code: 'unavailable' })
    const there = startFleet([
      { name: 'server', service: serveService({ path, security: KEY, serve: (fleet) => [health(fleet)] }) },
    ])
    await r.ready
    await until(() => r.get('worker')?.state === 'stopped')
    expect(there.metadata.seen).toEqual(['w1'])
  })

  it.each(['a loss', 'a close'])('fails by %s of its link, dials again, and what ran on the link ends', async (how) => {
    const path = socketPath()
    let first = true
    const serve = serveService({
      path,
      security: 'none',
      serve: [],
      onLink: (link) => {
        if (!first) return
        first = false
        if (how === 'a loss') throw new Error('not this one')
        void link.close()
      },
    })
    const failure = nextEvent<ServiceFailureEvent>('coxswain:service:failure')
    const ended: unknown[] = []
    const holds = dialService({ path, security: 'none' })
    const runs = dialService({
      path,
      security: 'none',
      run: (_link, _fleet, ctx) => ctx.sleep(60_000).catch((error: unknown) => void ended.push(error)),
    })
    const r = startFleet([
      { name: 'server', service: serve },
      { name: 'worker', service: how === 'a loss' ? runs : holds, dependsOn: ['server'], backoff: SOON },
    ])
    const code = how === 'a loss' ? 'aborted' : 'unavailable'
    expect((await failure).outcome).toMatchObject({ kind: 'error', error: { code } })
    await until(() => r.get('worker')?.cycle === 2 && r.get('worker')?.ready === true)
    expect(ended).toMatchObject(how === 'a loss' ? [{ code: 'aborted' }] : [])
    expect(await r.shutdown()).toEqual({ overdue: [], aborted: [] })
  })

  it('stops while it dials', async () => {
    const dial = dialService({ path: socketPath(), security: 'none', retry: { minMs: 60_000, maxMs: 60_000 } })
    const r = startFleet([{ name: 'worker', service: dial }])
    await until(() => r.get('worker')?.state === 'main')
    expect(await r.shutdown()).toEqual({ overdue: [], aborted: [] })
    await expect(r.ready).rejects.toMatchObject({ code: 'aborted' })
  })

  it('serves what the other side opens, with the metadata of its own reactor', async () => {
    const path = socketPath()
    const server = serveService({
      path,
      security: 'none',
      serve: [],
      onLink: (link) => void Health.peer.open(link).then((start) => start.send.status({ service: 'up', ...STATUS })),
    })
    const dial = dialService({ path, security: 'none', serve: (fleet: Fleet) => [health(fleet)] })
    const r = startFleet([
      { name: 'server', service: server },
      { name: 'worker', service: dial, dependsOn: ['server'] },
    ])
    await until(() => r.metadata.seen.length === 1)
    expect(r.metadata.seen).toEqual(['up'])
  })
})

describe('mistakes', () => {
  it.each<[string, () => unknown]>([
    ['a port that is none', () => serveService({ port: 70_000, security: 'none', serve: [] })],
    ['nothing encrypted for all to read', () => dialService({ host: '192.0.2.1', port: 1, security: 'none' })],
    ['a time that is none', () => serveService({ port: 1, security: 'none', serve: [], drainMs: -1 })],
    ['no address', () => dialService({ security: 'none' } as never)],
  ])('%s is told to whoever makes the service', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'misuse' }))
  })
})
