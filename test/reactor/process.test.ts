import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { until } from './events.ts'
import { startProgram } from './program.ts'

describe('an error that no hook threw', () => {
  it.each([
    ['timer', 'Error: lost'],
    ['tick', 'Error: lost'],
    ['callback', 'Error: lost'],
    ['emitter', 'Error: lost'],
    ['rejection', 'Error: lost'],
    ['floating', 'Error: lost'],
    ['lazy', 'Error: lost'],
    ['nothing', 'undefined'],
    ['bound', 'Error: lost'],
    ['bound rejection', 'Error: lost'],
  ])('by way of a %s is charged to the service that caused it, and to no other', async (way, error) => {
    const { code, stdout, stderr } = await startProgram('attribution', way).ended
    expect(stdout).toContain(`guilty uncaught ${error}\n`)
    expect(stdout).not.toContain('innocent')
    expect(stdout).toContain('done 0 0\n')
    expect([code, stderr]).toEqual([0, ''])
  })

  it.each(['outside', 'outside rejection'])(
    'from %s any service ends the process as without a reactor',
    async (way) => {
      const { code, stdout, stderr } = await startProgram('attribution', way).ended
      expect(code).toBe(1)
      expect(stderr).toContain('Error: lost')
      expect(stdout).toBe('')
    },
  )

  it('from outside of any service, borne by a handler of the program, does not end the watch over services', async () => {
    const { code, stdout } = await startProgram('attribution', 'outside, borne').ended
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^borne Error: foreign\n[^]*guilty uncaught Error: lost\n/),
    ])
  })

  it('of a subscriber is not charged to the service that the event is about', async () => {
    const { code, stderr } = await startProgram('attribution', 'subscriber').ended
    expect([code, stderr]).toEqual([1, expect.stringContaining('Error: lost')])
  })
})

describe('when a reactor is done', () => {
  it('no listener, no handle, no thread and no process of it is left, and the process ends by itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'coxswain-reactor-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const { code, stdout, stderr } = await startProgram('leftovers', folder).ended
    expect([code, stdout, stderr]).toEqual([0, 'same, 0 children\n'.repeat(3), ''])
  })

  it('because its process was killed, its child processes end as well', async () => {
    const program = startProgram('orphans')
    const pid = /\d+/.exec(await program.saw('runs'))![0]
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
    expect(child).toMatch(/^\d+$/)
    program.kill('SIGKILL')
    await program.ended
    await until(() => !existsSync(`/proc/${child}`) || readFileSync(`/proc/${child}/stat`, 'utf8').includes(' Z '))
  })
})

describe('signals', () => {
  it('shut down every reactor of the process that asked for them', async () => {
    const program = startProgram('signals')
    await program.saw('ready')
    program.kill('SIGTERM')
    expect(await program.ended).toMatchObject({ code: 0, signal: null, stdout: 'ready\nfirst done\ndone  0\n' })
  })

  it('force where a second one comes', async () => {
    const program = startProgram('signals', 'stubborn')
    await program.saw('ready')
    program.kill('SIGINT')
    await program.saw('first done')
    program.kill('SIGINT')
    const { stdout } = await program.ended
    expect(stdout).toBe('ready\nfirst done\ndone other@main 0\n')
  })
})

it('a first signal in a shutdown that the program has begun does not cut it short', async () => {
  const program = startProgram('signals', 'slow')
  await program.saw('ready')
  program.kill('SIGTERM')
  expect(await program.ended).toMatchObject({ code: 0, stdout: 'ready\nfirst done\ndone  0\n' })
})

describe('a process that is killed in a loop', () => {
  it('backs off as a service does, until it is stopped in order', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'coxswain-reactor-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const counts: string[] = []
    for (let round = 0; round < 3; round++) {
      const { signal, stdout } = await startProgram('crash-loop', folder, 'kill').ended
      expect(signal).toBe('SIGKILL')
      counts.push(...(/init (\d+)/.exec(stdout) ?? []).slice(1))
    }
    expect(counts).toEqual(['0', '1', '2'])
    expect((await startProgram('crash-loop', folder).ended).stdout).toContain('init 3')
    expect((await startProgram('crash-loop', folder).ended).stdout).toContain('init 0')
  })
})
