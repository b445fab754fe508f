/** docs/from-capitan.md: each of its parts is a test of the same name, and each line of its samples stands here or in the example. */

import { readFileSync } from 'node:fs'
import { duplexPair } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'

import {
  attach,
  connect,
  generateKey,
  listen,
  statelessCipher,
  type Link,
  type Security,
  type ServeEntry,
} from 'coxswain'
import { reactor, type FallbackContext, type IsolatedSpec, type Reactor, type Service } from 'coxswain/reactor'
import { createMemoryLinks } from 'coxswain/testing'

import { Balance, type LoadEvent } from '../../examples/capitan/balance.gen.ts'
import { decrypt, encrypt } from '../../examples/capitan/encryption.ts'
import { createEvent, Fleet, respond } from '../../examples/capitan/fleet.ts'
import { HANG } from '../../examples/health/hasher.ts'
import { Job } from '../protocols/session.gen.ts'
import { nextEvent, until } from '../reactor/events.ts'
import { EXEC_ARGV } from '../reactor/loader.ts'

const SOON = { minMs: 1, maxMs: 1 }

function keep<M>(r: Reactor<M>): Reactor<M> {
  onTestFinished(async () => {
    await r.shutdown({ deadlineMs: 1000 })
  })
  return r
}

function run(name: string, service: Service<Fleet>, fleet = new Fleet()): Reactor<Fleet> {
  return keep(reactor({ metadata: fleet, services: [{ name, service, backoff: SOON }] }))
}

/** A link to somebody who serves. */
async function linkTo(...serveSecond: readonly ServeEntry[]): Promise<Link> {
  const [link] = await createMemoryLinks({ serveSecond })
  onTestFinished(() => link.close({ deadlineMs: 0 }))
  return link
}

/** A balancer that keeps what it is told. */
function collect(events: LoadEvent[]): ServeEntry {
  return Balance.master.with({ event: ({ message }) => void events.push(message) })
}

describe('docs/from-capitan.md', () => {
  it('Service', async () => {
    const told: string[] = []
    let inits = 0
    class Counter implements Service<Fleet> {
      init(fleet: Fleet): void {
        fleet.load.store(0)
        inits++
      }

      main(fleet: Fleet): void {
        if (fleet.load.add(1) === 2) throw new Error('three is a crowd')
      }

      fallback(_: Fleet, { outcome }: FallbackContext<Fleet>): void {
        told.push(outcome.kind)
      }
    }
    const r = run('counter', new Counter())
    await until(() => told.length >= 5)
    expect(told.slice(0, 5)).toEqual(['ended', 'ended', 'error', 'ended', 'ended'])
    expect([inits, r.get('counter')?.failed]).toEqual([1, 1])
  })

  it('ReactorMetadata', async () => {
    const fleet = new Fleet()
    const meter: Service<Fleet> = { main: (fleet, ctx) => ctx.sleep(60_000).finally(() => fleet.load.add(1)) }
    const r = reactor({ metadata: fleet, services: [{ name: 'meter', service: meter }] })
    await r.ready
    expect(r.metadata).toBe(fleet)
    await r.shutdown()
    expect(fleet.load.load()).toBe(1)
    // @ts-expect-error a service for other metadata
    const refused = (): unknown => reactor({ metadata: { load: 1 }, services: [{ name: 'meter', service: meter }] })
    expect(refused).toBeTypeOf('function')
  })

  it('capitan!', async () => {
    const fleet = new Fleet()
    const order: string[] = []
    const create = (name: string): Service<Fleet> => ({
      main: async (_, ctx) => {
        order.push(`${name} runs`)
        await ctx.sleep(60_000).catch(() => order.push(`${name} stops`))
      },
    })
    const r = reactor({
      metadata: fleet,
      services: [
        { name: 'database', service: create('database') },
        { name: 'balancer', service: create('balancer'), dependsOn: ['database'] },
      ],
    })
    await r.ready
    await r.shutdown()
    expect(order).toEqual(['database runs', 'balancer runs', 'balancer stops', 'database stops'])
    expect(await r.done).toEqual({ overdue: [], aborted: [] })
  })

  it('Encrypt', async () => {
    const security = { key: generateKey(), suite: statelessCipher({ encrypt, decrypt }) }
    const events: LoadEvent[] = []
    await using server = await listen({ port: 0, security, serve: [collect(events)] })
    const dial = (how: Security): Promise<Link> => connect({ port: server.port!, security: how })
    await using link = await dial(security)
    await Balance.peer.handle(link, { start: ({ send }) => send.event('busy') })
    expect(events).toEqual(['busy'])
    await expect(dial({ ...security, key: generateKey() })).rejects.toMatchObject({ code: 'handshake_failed' })
  })

  it('Respond and Output', async () => {
    const fleet = new Fleet()
    const outputs: unknown[] = []
    const serve = Balance.master.with(
      { event: ({ message, metadata }) => respond(message, metadata) },
      { metadata: fleet, onSessionEnd: ({ result }) => outputs.push(result?.result) },
    )
    const link = await linkTo(serve)
    await Balance.peer.handle(link, { start: ({ send }) => send.event('available') })
    await Balance.peer.handle(link, { start: ({ send }) => send.event('available') })
    await until(() => outputs.length === 2)
    expect([outputs, fleet.load.load()]).toEqual([[20, 40], 40])
  })

  it('Event::new', async () => {
    const fleet = new Fleet()
    const events: LoadEvent[] = []
    const link = await linkTo(collect(events))
    const tell = (): Promise<unknown> =>
      Balance.peer.handle(
        link,
        { start: ({ send, metadata }) => send.event(createEvent(metadata)) },
        { metadata: fleet },
      )
    await tell()
    fleet.load.store(50)
    await tell()
    expect(events).toEqual(['available', 'busy'])
  })

  it('steer!', async () => {
    const order: string[] = []
    const note = ({ name }: { readonly name: string }): void => void order.push(name)
    const serve = Job.master.with(
      { job: (turn) => (order.push('job'), turn.send.receipt()) },
      { hooks: { store: note, audit: note } },
    )
    // In this conversation blocks of all three kinds come before the master sends: each side goes on in its own role.
    const { outcome } = await Job.peer.handle(
      await linkTo(serve),
      { start: (turn) => turn.send.job({ n: 1, text: 'a' }) },
      { hooks: { stored: note, audit: note } },
    )
    expect(outcome).toBe('receipt')
    expect(order.slice(0, 2)).toEqual(['job', 'store'])
    expect([...order].sort()).toEqual(['audit', 'audit', 'job', 'store', 'stored'])
  })

  it('Steer::new', async () => {
    const [left, right] = duplexPair()
    const security = { key: generateKey() }
    const events: LoadEvent[] = []
    const serve = collect(events)
    const links = await Promise.all([
      attach(left, { initiator: true, security }),
      attach(right, { initiator: false, security, serve: [serve] }),
    ])
    await Balance.peer.handle(links[0], { start: ({ send }) => send.event('busy') })
    expect(events).toEqual(['busy'])
    await links[0].close()
    expect(await links[1].closed).toEqual({})
  })

  it('master_event', async () => {
    const fleet = new Fleet()
    const link = await linkTo(Balance.peer.with({ start: ({ send }) => send.event('available') }))
    const { outcome, message } = await Balance.master.handle(
      link,
      { event: (turn) => respond(turn.message, turn.metadata) },
      { metadata: fleet },
    )
    expect([outcome, message, fleet.load.load()]).toEqual(['event', 'available', 20])
    const again = await Balance.master.handle(link, { event: (turn) => turn.message })
    expect(again).toMatchObject({ outcome: 'event', result: 'available' })
  })

  it('peer_event', async () => {
    const events: LoadEvent[] = []
    const link = await linkTo(collect(events))
    const tell = (closeLink: boolean): Promise<unknown> =>
      Balance.peer.handle(link, { start: ({ send }) => send.event('available') }, { closeLink })
    for (let run = 0; run < 10; run++) await tell(false)
    await tell(true)
    await link.closed
    expect(events).toHaveLength(11)
    expect(await link.closed).toEqual({})
    await expect(tell(false)).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('repeat', async () => {
    const repeats: number[] = []
    const counted: Service<Fleet> = {
      main: ({ load }) => void load.add(1),
      fallback: (_, { outcome, cycle }) => {
        if (outcome.kind === 'ended') repeats.push(cycle)
      },
    }
    run('counted', counted)
    await until(() => repeats.length >= 3)
    expect(repeats.slice(0, 3)).toEqual([1, 2, 3])
  })

  it('catch', async () => {
    const caught: unknown[] = []
    const mended: Service<Fleet> = {
      main: () => Promise.reject(new Error('leak')),
      fallback: (_, { outcome }) => {
        if (outcome.kind === 'error') caught.push(outcome.error)
        if (caught.length === 2) throw new Error('the pump is broken too')
      },
    }
    const r = run('mended', mended)
    const { aborted } = await r.done
    expect(caught).toEqual([new Error('leak'), new Error('leak')])
    expect(aborted).toMatchObject([{ service: 'mended', error: { cause: { message: 'the pump is broken too' } } }])
  })

  it('abort', async () => {
    const causes: string[] = []
    const broken: Service<Fleet> = {
      init: () => Promise.reject(new Error('no port')),
      main: () => undefined,
      abort: (_fleet, ctx, cause) => void causes.push(`${ctx.name}: ${(cause.cause as Error).message}`),
    }
    const r = run('broken', broken)
    await expect(r.ready).rejects.toThrow('init of "broken" failed')
    await r.done
    expect([causes, r.get('broken')?.cycle]).toEqual([['broken: no port'], 0])
  })

  it('Isolated services', async () => {
    const hasher: IsolatedSpec = {
      name: 'hasher',
      module: new URL('../../examples/health/hasher.ts', import.meta.url),
      isolate: 'thread',
      watchdog: { beatEveryMs: 250 },
    }
    const fleet = new Fleet()
    const metadata = { order: fleet.load }
    const r = keep(reactor({ metadata, services: [{ ...hasher, execArgv: EXEC_ARGV, backoff: SOON }] }))
    await r.ready
    const failure = nextEvent<{ readonly outcome: unknown }>('coxswain:service:failure')
    metadata.order.store(HANG)
    const { outcome } = await failure
    expect(outcome).toMatchObject({ kind: 'hung', stack: expect.stringContaining('hashForEver') })
    await until(() => r.get('hasher')?.incarnation === 2 && r.get('hasher')?.state === 'main')
  })

  it('Shared services', async () => {
    const fleet = new Fleet()
    const seen: number[] = []
    const r = reactor({
      metadata: fleet,
      services: [
        { name: 'writer', service: { main: ({ load }, ctx) => (load.store(7), ctx.sleep(60_000)) } },
        {
          name: 'reader',
          service: { main: ({ load }, ctx) => (seen.push(load.load()), ctx.sleep(60_000)) },
          dependsOn: ['writer'],
        },
      ],
    })
    keep(r)
    await r.ready
    expect(seen).toEqual([7])
    expect(r.get('reader')).toMatchObject({ state: 'main', isolate: 'inline', ready: true, dependsOn: ['writer'] })
    expect(Object.values(r.get('reader') ?? {}).filter((value) => typeof value === 'function')).toEqual([])
  })

  it('has a test for each of its parts, and samples that are run', () => {
    const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
    const document = read('docs/from-capitan.md')
    const source = read('test/examples/from-capitan.test.ts')
    const parts = document.split(/^## /m).slice(1)
    const names = parts.map((part) => part.slice(0, part.indexOf('\n')))
    const rows = [...document.matchAll(/^\| \[`?([^`\]]+?)`?(?: and `Output`)?\]\(#/gm)].map(([, name]) => name)
    expect(names).toEqual(rows.map((name) => (name === 'Respond' ? 'Respond and Output' : name)))
    expect([...source.matchAll(/^ {2}it\('([^']+)'/gm)].map(([, name]) => name).slice(0, -1)).toEqual(names)
    const lines = `${source}\n${read('examples/capitan/balance.steer.ts')}`.split('\n').map((line) => line.trim())
    for (const part of parts) {
      const samples = [...part.matchAll(/^```ts\n([^]*?)^```/gm)].flatMap(([, code]) => code!.trim().split('\n'))
      expect(samples.length, part).toBeGreaterThan(0)
      expect(samples.map((line) => line.trim()).filter((line) => !lines.includes(line))).toEqual([])
      expect(part).toContain('**Different on purpose.**')
    }
  })
})
