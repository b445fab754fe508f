import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { connect, listen, type Limits, type Link } from 'coxswain'

import { KEY } from '../secure/pairs.ts'
import { codeOf, Ledger, MEDIUM, serveTalk, SMALL, talk } from './talk.ts'

const PATIENT: Partial<Limits> = { pingEveryMs: 200, pingFloorMs: 50, pingAnswerMs: 10_000 }
const HASTY: Partial<Limits> = { ...PATIENT, pingAnswerMs: 400 }

interface Far {
  readonly process: ChildProcess
  readonly port: number
  /** What it prints next. */
  line(): Promise<string>
}

/** @param pingAnswerMs how long it waits for an answer itself. */
async function startFar(pingAnswerMs: number): Promise<Far> {
  const program = new URL('far-program.ts', import.meta.url).pathname
  const far = spawn(process.execPath, ['--import', 'tsx', program, String(pingAnswerMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void far.kill('SIGKILL'))
  const lines = createInterface({ input: far.stdout })[Symbol.asyncIterator]()
  const line = async (): Promise<string> => {
    const { value } = (await lines.next()) as IteratorResult<string, undefined>
    return value ?? 'the program ended'
  }
  return { process: far, port: Number(await line()), line }
}

async function dial(port: number, limits: Partial<Limits>): Promise<Link> {
  const link = await connect({ port, security: { key: KEY }, limits })
  onTestFinished(() => link.close({ deadlineMs: 0 }))
  return link
}

/** Stands still, as a process that computes does. */
function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

describe('a process that is stopped', { timeout: 60_000 }, () => {
  it('is given up after the time for a ping, and learns on waking that its link was cut off', async () => {
    const far = await startFar(10_000)
    const link = await dial(far.port, HASTY)
    const ledger = new Ledger(MEDIUM)
    expect(await talk(link, ledger)).toEqual(['done', 'done', 'done'])
    far.process.kill('SIGSTOP')
    const began = performance.now()
    expect(await link.closed.then(({ error }) => codeOf(error))).toBe('unavailable')
    // 200 ms without a byte, 400 for the answer, a second for the transport, and room for a busy machine.
    expect(performance.now() - began).toBeLessThan(6000)
    far.process.kill('SIGCONT')
    expect(await far.line()).toBe('truncated')
    const again = await dial(far.port, HASTY)
    expect(await talk(again, new Ledger(SMALL)).then((ends) => ends.length)).toBe(3)
  })

  it('goes on where it stood when it was stopped for less, in the middle of everything', async () => {
    const far = await startFar(10_000)
    const link = await dial(far.port, PATIENT)
    const ledger = new Ledger(MEDIUM)
    const talking = talk(link, ledger)
    for (let round = 0; round < 4; round++) {
      far.process.kill('SIGSTOP')
      await wait(250)
      far.process.kill('SIGCONT')
      await wait(20)
    }
    expect(await talking).toEqual(['done', 'done', 'done'])
    // The other half of the ledger is in the other process.
    expect([...ledger.replies.wrong, ...ledger.down.wrong]).toEqual([])
    expect([ledger.replies.got, ledger.down.got]).toEqual([MEDIUM.asks, MEDIUM.rounds * MEDIUM.stream])
    await link.close()
    expect(await far.line()).toBe('clean')
  })

  it('does not take the time in which it stood still itself for silence of the other side', async () => {
    const far = await startFar(10_000)
    const link = await dial(far.port, HASTY)
    for (let round = 0; round < 3; round++) {
      stall(900)
      await wait(50)
    }
    expect(link.signal.aborted).toBe(false)
    const ledger = new Ledger(MEDIUM)
    expect(await talk(link, ledger)).toEqual(['done', 'done', 'done'])
    await link.close()
    expect(await far.line()).toBe('clean')
  })

  it('is given up by the other side when it stands still for longer than that allows', async () => {
    const far = await startFar(300)
    const link = await dial(far.port, PATIENT)
    stall(2500)
    expect(await far.line()).toBe('unavailable')
    expect(await link.closed.then(({ error }) => codeOf(error))).toBe('truncated')
  })
})

describe('the wall clock', () => {
  it.each([86_400_000, -86_400_000, 40 * 365 * 86_400_000])(
    'may step by %s ms, and nothing is noticed',
    async (step) => {
      const ledger = new Ledger(MEDIUM)
      const server = await listen({ port: 0, security: { key: KEY }, serve: serveTalk(ledger), limits: HASTY })
      onTestFinished(() => server.close({ deadlineMs: 0 }))
      const link = await dial(server.port!, HASTY)
      const talking = talk(link, ledger)
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + step })
      onTestFinished(() => void vi.useRealTimers())
      expect(await talking).toEqual(['done', 'done', 'done'])
      // Several pings long.
      await wait(700)
      expect(link.signal.aborted).toBe(false)
      await link.close()
      expect([ledger.faults, ledger.isComplete]).toEqual([[], true])
    },
  )
})
