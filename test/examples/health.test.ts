import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

import { generateKey } from 'coxswain'

import { Program } from './processes.ts'

const WORKERS = ['w1', 'w2', 'w3']

/** A fleet that has heard of all of its workers. */
async function startFleet(key?: string): Promise<Program> {
  const fleet = new Program('health/fleet.ts', ['--seconds', '600', '--port', '0'], 'ignore', withKey(key))
  await allReport(fleet)
  return fleet
}

function startWorker(name: string, port: string, key: string): Program {
  return new Program('health/join.ts', ['--name', name, '--port', port], 'ignore', withKey(key))
}

function withKey(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { COXSWAIN_KEY: key }
}

function createKey(): string {
  return Buffer.from(generateKey()).toString('base64')
}

async function allReport(fleet: Program, from = 0): Promise<void> {
  for (const worker of WORKERS) await fleet.prints(new RegExp(`^${worker} (available|busy), load`, 'm'), from)
}

/** The processes of the fleet as they were last printed. */
function processesOf(fleet: Program): Map<string, number> {
  const found = fleet.output.matchAll(/^(balancer) on port .*, process (\d+)$|^(\w+) is process (\d+)$/gm)
  return new Map([...found].map(([, balancer, its, worker, pid]) => [balancer ?? worker!, Number(its ?? pid)]))
}

/** Does something to one process of the fleet, if it is there; returns from where on the output came after it. */
function strike(fleet: Program, name: string, signal: NodeJS.Signals): number {
  const from = fleet.output.length
  const pid = processesOf(fleet).get(name)!
  if (isRunning(pid)) process.kill(pid, signal)
  return from
}

/** Nine tenths of the time the process stands still. */
function starve(fleet: Program, name: string): NodeJS.Timeout {
  return setInterval(() => {
    strike(fleet, name, 'SIGSTOP')
    setTimeout(() => strike(fleet, name, 'SIGCONT'), 90)
  }, 100)
}

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`)
}

/** A process that ends by itself may take a moment. */
async function allGone(pids: Iterable<number>): Promise<void> {
  for (const pid of pids) while (isRunning(pid)) await new Promise((resolve) => setImmediate(resolve))
}

describe('examples/health', { timeout: 180_000 }, () => {
  it('runs the fleet for the seconds asked for, hears every worker, and leaves nothing running', async () => {
    const fleet = new Program('health/fleet.ts', ['--seconds', '1', '--port', '0'])
    expect(await fleet.exit, fleet.output).toBe(0)
    await allReport(fleet)
    const pids = [...processesOf(fleet).values()]
    expect(pids).toHaveLength(4)
    expect(pids.filter(isRunning)).toEqual([])
    for (const worker of WORKERS) expect(fleet.output).toContain(`${worker} is gone`)
    expect(fleet.output).not.toContain('lost')
    expect(fleet.output).not.toContain('\u001b')
  })

  it('replaces a worker that is killed, shows it as lost within a second and then as back', async () => {
    const fleet = await startFleet()
    const before = processesOf(fleet).get('w2')
    const killed = performance.now()
    const from = strike(fleet, 'w2', 'SIGKILL')
    await fleet.prints(/^w2 is lost$/m, from)
    expect(performance.now() - killed).toBeLessThan(1000)
    await fleet.prints(/^fleet\/w2 was ended by SIGKILL$/m, from)
    await fleet.prints(/^w2 is back$/m, from)
    expect(processesOf(fleet).get('w2')).not.toBe(before)
  })

  it('replaces a balancer that is killed, on the same port, and every worker dials it again', async () => {
    const fleet = await startFleet()
    const from = strike(fleet, 'balancer', 'SIGKILL')
    await fleet.prints(/^fleet\/balancer was ended by SIGKILL$/m, from)
    await allReport(fleet, from)
    const ports = [...fleet.output.matchAll(/balancer on port (\d+)/g)].map(([, port]) => port)
    expect(ports).toEqual([ports[0], ports[0]])
  })

  it('replaces a worker and a balancer that are stopped', async () => {
    const fleet = await startFleet()
    for (const name of ['w3', 'balancer']) {
      const before = processesOf(fleet).get(name)!
      const from = strike(fleet, name, 'SIGSTOP')
      await fleet.prints(new RegExp(`^fleet/${name} hung for \\d{4,} ms$`, 'm'), from)
      await fleet.prints(new RegExp(`^fleet/${name} runs again$`, 'm'), from)
      await allReport(fleet, fleet.output.length)
      expect(processesOf(fleet).get(name)).not.toBe(before)
      expect(isRunning(before)).toBe(false)
    }
  })

  it('replaces a thread that hangs or uses up its memory, while its worker goes on reporting', async () => {
    const fleet = await startFleet()
    const troubles = [
      ['SIGUSR2', /^w1\/hasher hung for \d{4,} ms,\n(.*\n)*? {4}at hashForEver \(.*hasher\.ts:\d+:\d+\)$/m],
      ['SIGALRM', /^w1\/hasher failed: .*memory limit/m],
    ] as const
    for (const [signal, news] of troubles) {
      const from = strike(fleet, 'w1', signal)
      await fleet.prints(news, from)
      await fleet.prints(/^w1\/hasher runs again$/m, from)
      await allReport(fleet, fleet.output.length)
    }
    expect(fleet.output).not.toMatch(/w1 is lost|fleet\/w1/)
    expect([...fleet.output.matchAll(/^w1 is process/gm)]).toHaveLength(1)
  })

  it('goes on where one of its processes gets next to no processor', async () => {
    const fleet = await startFleet()
    for (const name of ['w1', 'balancer']) {
      const from = fleet.output.length
      const starving = starve(fleet, name)
      await allReport(fleet, from)
      await allReport(fleet, fleet.output.length)
      clearInterval(starving)
    }
    expect(fleet.output).not.toMatch(/fleet\/(w2|w3)/)
  })

  it('takes a worker from elsewhere that has its key, and none that has another', async () => {
    const key = createKey()
    const fleet = await startFleet(key)
    const [, port = ''] = await fleet.prints(/balancer on port (\d+)/)
    const stranger = startWorker('w5', port, createKey())
    const worker = startWorker('w4', port, key)
    await fleet.prints(/^w4 available/m)
    await stranger.prints(/^w5\/reporter failed: \[handshake_failed\]/m)
    const killed = strike(worker, 'w4', 'SIGKILL')
    await worker.prints(/^join\/w4 was ended by SIGKILL$/m, killed)
    await fleet.prints(/^w4 is lost\n(.*\n)*?w4 is back$/m)
    worker.child.kill('SIGTERM')
    expect(await worker.exit).toBe(0)
    await fleet.prints(/^w4 is gone$/m)
    expect(fleet.output).not.toContain('w5')
  })

  it('leaves no process behind when the reactor itself is killed', async () => {
    const fleet = await startFleet()
    const pids = processesOf(fleet)
    fleet.child.kill('SIGKILL')
    await fleet.exit
    await allGone(pids.values())
  })

  it('exits with 1 when it is told to end before every worker has reported', async () => {
    const fleet = new Program('health/fleet.ts', ['--port', '0'])
    await fleet.prints(/balancer on port/)
    fleet.child.kill('SIGTERM')
    expect(await fleet.exit).toBe(1)
    expect(fleet.output).toContain('not every worker has reported')
  })

  it.each([
    ['a time', ['--seconds', 'soon'], {}, 2],
    ['a key', ['--port', '0'], { COXSWAIN_KEY: 'c2hvcnQ=' }, 1],
  ])('refuses %s that makes no sense', async (_, args, env, code) => {
    expect(await new Program('health/fleet.ts', args, 'ignore', env).exit).toBe(code)
  })

  it('refuses a worker without a key', async () => {
    const worker = new Program('health/join.ts', [], 'ignore', { COXSWAIN_KEY: '' })
    expect(await worker.exit).toBe(2)
    expect(worker.output).toContain('COXSWAIN_KEY is not set')
  })
})
