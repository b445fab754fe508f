import { createServer } from 'node:net'
import { chmodSync, existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { reactor, type Reactor } from 'coxswain/reactor'
import { createDeferred } from '../../src/base/deferred.ts'
import { lookAt } from '../../src/services/control/look.ts'
import { Health } from '../../examples/health/health.gen.ts'
import { dialService, serveService } from 'coxswain/reactor'
import { until } from '../reactor/events.ts'
import { startProgram } from '../reactor/program.ts'
import { Fleet, health, STATUS } from './fleet.ts'

function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'coxswain-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'control')
}

function start(path: string, services: Parameters<typeof reactor<Fleet>>[0]['services'] = []): Reactor<Fleet> {
  const r = reactor({ metadata: new Fleet(), name: 'shown', control: { path }, services })
  onTestFinished(async () => {
    await r.shutdown({ deadlineMs: 100 })
  })
  return r
}

describe('a control socket', () => {
  it('is for its owner alone, and gone with the reactor', async () => {
    const path = socketPath()
    const r = start(path)
    await r.ready
    expect([lstatSync(path).mode & 0o777, lstatSync(path).isSocket()]).toEqual([0o600, true])
    expect(readdirSync(dirname(path))).toEqual(['control'])
    await r.shutdown()
    expect(readdirSync(dirname(path))).toEqual([])
    await expect(lookAt(path)).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('replaces one that was left, and no other: neither that of a reactor that runs nor a file', async () => {
    const path = socketPath()
    const left = createServer().listen(`${path}.left`)
    await new Promise((resolve) => left.once('listening', resolve))
    // What a killed process leaves: the name of a socket on which nobody listens.
    const { renameSync } = await import('node:fs')
    renameSync(`${path}.left`, path)
    await new Promise((resolve) => left.close(resolve))
    expect(existsSync(path)).toBe(true)
    const first = start(path)
    await first.ready
    const ran: string[] = []
    const second = start(path, [{ name: 'a', service: { main: () => void ran.push('a') } }])
    await expect(second.ready).rejects.toMatchObject({ code: 'unavailable' })
    await second.done
    expect([ran, (await (await lookAt(path)).look()).reactor]).toEqual([[], 'shown'])
    const file = `${path}.file`
    writeFileSync(file, 'precious')
    await expect(start(file).ready).rejects.toMatchObject({ code: 'misuse' })
    await expect(start('x'.repeat(91)).ready).rejects.toMatchObject({ code: 'misuse' })
    expect(existsSync(file)).toBe(true)
  })

  it('does not replace one that may not be opened', async () => {
    const path = socketPath()
    chmodSync(dirname(path), 0o777)
    await start(path).ready
    chmodSync(path, 0)
    const { ino } = lstatSync(path)
    const { stdout } = await startProgram('../../services/programs/other-user', path).ended
    expect([stdout, lstatSync(path).ino]).toEqual(['unavailable\n', ino])
  })

  it('is refused where there is no folder for it', async () => {
    const r = start(join(socketPath(), 'nowhere', 'control'))
    await expect(r.ready).rejects.toMatchObject({ code: 'unavailable' })
    await r.done
  })

  it('tells the services, the links, and who waits for whom in each session', async () => {
    const path = socketPath()
    const began = createDeferred<undefined>()
    const held = createDeferred<undefined>()
    const handled = async (): Promise<void> => {
      began.resolve(undefined)
      await held.promise
    }
    const at = { path: `${path}.serve`, security: 'none' } as const
    const r = start(path, [
      { name: 'server', service: serveService({ ...at, serve: (fleet: Fleet) => [health(fleet, handled)] }) },
      {
        name: 'worker',
        dependsOn: ['server'],
        service: dialService({
          ...at,
          run: async (link, _fleet, ctx) => {
            const begun = await Health.peer.open(link)
            await begun.send.status({ service: 'w1', ...STATUS })
            await ctx.sleep(60_000)
          },
        }),
      },
      {
        name: 'failing',
        backoff: { minMs: 60_000, maxMs: 60_000 },
        service: { main: () => Promise.reject(new Error('secret')) },
      },
    ])
    await began.promise
    await until(() => r.get('failing')?.state === 'backoff')
    const looker = await lookAt(path)
    onTestFinished(() => looker.close())
    const snapshot = await looker.look()
    expect(snapshot).toMatchObject({ reactor: 'shown', pid: process.pid, links: 2, sessionsLeftOut: 0 })
    expect(snapshot.services.map(({ name, state }) => [name, state])).toEqual(
      r.ps().map(({ name, state }) => [name, state]),
    )
    expect(snapshot.services[2]?.nextRestartInMs).toBeGreaterThan(0)
    expect(JSON.stringify(snapshot)).not.toContain('secret')
    // The master handles; the keepalive that the worker waits for is its move.
    expect(snapshot.sessions).toMatchObject([
      { service: 'server', protocol: 'health', role: 'master', after: 'status', waitsFor: 'master' },
      { service: 'worker', protocol: 'health', role: 'peer', after: 'status', waitsFor: 'master' },
    ])
    held.resolve(undefined)
    await until(() => r.metadata.seen.length === 1)
    await until(() => r.get('worker')?.state === 'main')
    let sessions = 1
    while (sessions > 0) sessions = (await looker.look()).sessions.length
  })
})
