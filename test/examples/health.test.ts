import { describe, expect, it } from 'vitest'

import { Program, runningWith } from './processes.ts'

describe('examples/health', () => {
  it(
    'runs the fleet for the seconds asked for, hears every worker, and leaves nothing running',
    { timeout: 60_000 },
    async () => {
      const fleet = new Program('health/fleet.ts', ['--seconds', '4', '--port', '0'])
      const [, port] = await fleet.prints(/balancer on port (\d+)/)
      for (const worker of ['w1', 'w2', 'w3']) await fleet.prints(new RegExp(`${worker} (available|busy), load`))
      expect(await fleet.exit).toBe(0)
      expect(await runningWith(`worker.ts --name w1 --port ${port ?? '?'}`)).toEqual([])
      expect(fleet.output).not.toContain('\u001b')
    },
  )

  it(
    'shows a killed worker as lost within a second, and as back when it is started again',
    { timeout: 60_000 },
    async () => {
      const balancer = new Program('health/balancer.ts', ['--port', '0', '--expect', 'w9'])
      const [, port] = await balancer.prints(/balancer on port (\d+)/)
      const args = ['--name', 'w9', '--port', port!]
      const worker = new Program('health/worker.ts', args)
      await balancer.prints(/w9 available/)
      const killed = performance.now()
      worker.child.kill('SIGKILL')
      await balancer.prints(/w9 is lost/)
      expect(performance.now() - killed).toBeLessThan(1000)
      const again = new Program('health/worker.ts', args)
      await balancer.prints(/w9 is back/)
      again.child.kill('SIGTERM')
      expect(await again.exit).toBe(0)
      balancer.child.kill('SIGINT')
      expect(await balancer.exit).toBe(0)
    },
  )

  it('exits with 1 when an expected worker never reported', { timeout: 60_000 }, async () => {
    const balancer = new Program('health/balancer.ts', ['--port', '0', '--expect', 'w1,w2', '--seconds', '1'])
    expect(await balancer.exit).toBe(1)
    expect(balancer.output).toContain('w2 never reported')
  })

  it('refuses a time that makes no sense', { timeout: 60_000 }, async () => {
    const fleet = new Program('health/fleet.ts', ['--seconds', 'soon'])
    expect(await fleet.exit).toBe(2)
  })
})
