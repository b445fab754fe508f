import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'

import { connect, listen, type Listener } from 'coxswain'

import { Echo, type Item } from '../protocols/session.gen.ts'
import { collect } from './collect.ts'
import { frame, HELLO, openFrame, RawPeer } from './raw-peer.ts'

const item: Item = { n: 1, text: 'a' }

async function listenEcho(limits = {}): Promise<Listener> {
  const serve = [Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })]
  const server = await listen({ port: 0, security: 'none', serve, limits })
  onTestFinished(() => server.close({ deadlineMs: 0 }))
  return server
}

const descriptors = (): number => readdirSync('/proc/self/fd').length

describe('ten thousand connections', { timeout: 120_000 }, () => {
  it('leave memory, handles and descriptors where they were', async () => {
    const server = await listenEcho()
    const cycle = async (): Promise<void> => {
      const link = await connect({ port: server.port ?? 0, security: 'none' })
      await Echo.peer.handle(link, { start: (turn) => turn.send.ask(item) })
      await link.close()
    }
    const run = async (count: number): Promise<void> => {
      for (let done = 0; done < count; done += 20) await Promise.all(Array.from({ length: 20 }, cycle))
    }
    await run(1000)
    const before = await measure()
    await run(9000)
    const after = await measure()
    expect(server.links.size).toBe(0)
    expect(after.descriptors).toBeLessThanOrEqual(before.descriptors + 2)
    expect(after.handles).toBeLessThanOrEqual(before.handles + 2)
    // One leaked object of a kilobyte a cycle would be nine megabytes.
    expect(after.heapBytes - before.heapBytes).toBeLessThan(4 * 1024 * 1024)
  })
})

async function measure(): Promise<{ descriptors: number; handles: number; heapBytes: number }> {
  for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve))
  collect()
  const handles = process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate' && kind !== 'Timeout').length
  return { descriptors: descriptors(), handles, heapBytes: process.memoryUsage().heapUsed }
}

describe('floods', () => {
  const open = (n: number): Buffer => openFrame(2 * n + 1, 'peer', 'echo', Echo.fingerprint)
  const cancel = (n: number): Buffer => frame(6, 2 * n + 1)
  const late = frame(7, 1, '01 01')

  it.each([
    ['opens', { opensBurst: 50, opensPerSecond: 1 }, open],
    [
      'opens that are cancelled at once',
      { discardsBurst: 20, discardsPerSecond: 1 },
      (n: number) => Buffer.concat([open(n), cancel(n)]),
    ],
    [
      'frames for a session that is over',
      { discardsBurst: 20, discardsPerSecond: 1 },
      (n: number) => (n === 0 ? Buffer.concat([open(0), cancel(0)]) : late),
    ],
  ])('of %s end the link with resource_exhausted, and an honest link is served meanwhile', async (_, limits, make) => {
    const server = await listenEcho(limits)
    const honest = await connect({ port: server.port ?? 0, security: 'none' })
    onTestFinished(() => honest.close({ deadlineMs: 0 }))
    const flood = await RawPeer.dial(server.port ?? 0)
    flood.send(HELLO, ...Array.from({ length: 60 }, (__, n) => make(n)))
    await flood.take(28)
    const last = (await flood.frames()).at(-1)
    expect(last?.kind).toBe(0x13)
    expect(last?.body.toString()).toContain('resource_exhausted')
    expect(await Echo.peer.handle(honest, { start: (turn) => turn.send.ask(item) })).toMatchObject({ outcome: 'reply' })
  })

  it('of pings end the link with too_many_pings', async () => {
    const server = await listenEcho()
    const flood = await RawPeer.dial(server.port ?? 0)
    flood.send(HELLO, ...Array.from({ length: 10 }, () => frame(0x10, 0)))
    await flood.take(28)
    const frames = await flood.frames()
    expect(frames.map((one) => one.kind)).toEqual([0x11, 0x11, 0x11, 0x13])
    expect(frames.at(-1)?.body.toString()).toContain('too_many_pings')
  })
})

describe('a process without descriptors', () => {
  it('goes on serving the links it has, and takes new ones when it can', { timeout: 60_000 }, async () => {
    const program = `
      import { listen } from 'coxswain'
      import { Echo } from './test/protocols/session.gen.ts'
      const serve = [Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })]
      // Silent connections must not give way to each other here: they are what takes the descriptors.
      const limits = { openingMax: 10000, openingPerAddressMax: 10000 }
      const server = await listen({ port: 0, security: 'none', serve, limits })
      console.log(server.port)
    `
    // Enough to load the program from a cold cache, and fewer than come.
    const args = ['-c', 'ulimit -n 200; exec "$0" --import tsx --input-type=module -e "$1"', process.execPath, program]
    const child = spawn('bash', args, { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const gone = once(child, 'exit').then(() => Promise.reject(new Error('the program ended before it listened')))
    const [line] = (await Promise.race([once(child.stdout, 'data'), gone])) as [Buffer]
    gone.catch(() => undefined)
    const port = Number(line.toString())
    const honest = await connect({ port, security: 'none' })
    onTestFinished(() => honest.close({ deadlineMs: 0 }))
    const crowd = await Promise.all(Array.from({ length: 300 }, () => RawPeer.dial(port)))
    expect(await Echo.peer.handle(honest, { start: (turn) => turn.send.ask(item) })).toMatchObject({ outcome: 'reply' })
    for (const one of crowd) one.socket.destroy()
    const late = await connect({ port, security: 'none', retry: { minMs: 10, maxMs: 100 } })
    onTestFinished(() => late.close({ deadlineMs: 0 }))
    expect(await Echo.peer.handle(late, { start: (turn) => turn.send.ask(item) })).toMatchObject({ outcome: 'reply' })
  })
})
