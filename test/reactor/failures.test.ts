import fc from 'fast-check'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { systemClock, type Clock } from '../../src/base/clock.ts'
import { FailureStore } from '../../src/reactor/failures.ts'
import { until } from './events.ts'
import { startInline } from './inline.ts'

let folder: string
const path = (): string => join(folder, 'r.failures.jsonl')
const open = (clock: Clock = systemClock): FailureStore => {
  const store = new FailureStore(folder, 'r', clock)
  onTestFinished(() => store.close())
  return store
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-reactor-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

describe('failures that are kept', () => {
  it('are known to the next process, with what died under it counted as one', () => {
    const first = open()
    first.append('failed', 'failure', 3, 'threw', new Error('no'))
    first.append('died', 'failure', 3)
    first.append('died', 'start', 3)
    first.append('stopped', 'failure', 3)
    first.append('stopped', 'stop', 0)
    first.append('healthy', 'failure', 3)
    first.append('healthy', 'healthy', 0)
    first.close()
    const { kept } = open()
    expect(new Map([...kept].map(([name, { failures }]) => [name, failures]))).toEqual(
      new Map([
        ['failed', 3],
        ['died', 4],
        ['healthy', 1],
      ]),
    )
    for (const { elapsedMs } of kept.values()) expect(elapsedMs).toBeLessThan(60_000)
  })

  it('are for their owner alone, and bounded while the reactor runs', () => {
    const store = open()
    store.append('rare', 'failure', 7)
    const error = new Error('x'.repeat(10_000))
    for (let n = 0; n < 12_000; n++) store.append('often', 'failure', n, 'threw', error)
    expect(statSync(path()).size).toBeLessThan(4.2 * 1024 * 1024)
    expect(statSync(path()).mode & 0o777).toBe(0o600)
    store.close()
    const { kept } = open()
    // A service that is quiet is not forgotten for one that is not.
    expect([kept.get('rare')?.failures, kept.get('often')?.failures]).toEqual([7, 11_999])
    expect(readFileSync(path(), 'utf8').split('\n').length).toBeLessThan(1100)
  })

  it('are read whatever stands in the file', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc
        .record({ at: fc.anything(), service: fc.anything(), event: fc.anything(), failures: fc.anything() })
        .map(toJson),
      fc.constant('{"at":"2026-01-01T00:00:00.000Z","service":"a","event":"failure","failures":'),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const good = '{"at":"2026-01-01T00:00:00.000Z","service":"good","event":"failure","failures":5}'
        writeFileSync(path(), [good, ...lines].join('\n'))
        const store = new FailureStore(folder, 'r', systemClock)
        store.close()
        expect(store.kept.get('good')?.failures).toBe(5)
        for (const { failures, elapsedMs } of store.kept.values()) {
          expect(Number.isSafeInteger(failures) && elapsedMs >= 0).toBe(true)
        }
      }),
    )
  })

  it('never stop a reactor that cannot keep them any more', () => {
    const store = open()
    store.close()
    expect(() => store.append('a', 'failure', 1)).not.toThrow()
    expect(() => store.close()).not.toThrow()
  })

  it('are refused a folder that cannot be had, and a file that another reactor of the process has', async () => {
    writeFileSync(join(folder, 'file'), '')
    const lost = startInline({ a: { main: () => expect.fail('ran') } }, { stateDir: join(folder, 'file') })
    await expect(lost.ready).rejects.toMatchObject({ code: 'unavailable' })
    await expect(lost.done).rejects.toMatchObject({ code: 'unavailable' })
    open()
    expect(() => new FailureStore(folder, 'r', systemClock)).toThrow('same stateDir')
  })

  it('tell a start that is not a restart, and an orderly end', async () => {
    const services = { a: { main: (_: undefined, ctx: { sleep(ms: number): Promise<void> }) => ctx.sleep(60_000) } }
    open().append('a', 'failure', 5)
    const options = { stateDir: folder, name: 'r' }
    const refused = startInline(services, options)
    await expect(refused.ready).rejects.toMatchObject({ code: 'misuse' })
    const first = startInline(services, { ...options, name: 'other' })
    await first.ready
    await first.shutdown()
    const kept = readFileSync(join(folder, 'other.failures.jsonl'), 'utf8')
    expect(kept.match(/"event":"\w+"/g)).toEqual(['"event":"start"', '"event":"stop"'])
  })

  it('hold the first main of a service back, and not its init', async () => {
    const before = open()
    before.append('a', 'failure', 30)
    before.close()
    const service = { main: (_: undefined, ctx: { sleep(ms: number): Promise<void> }) => ctx.sleep(60_000) }
    const r = startInline({ a: { ...service, backoff: { minMs: 10_000 } } }, { stateDir: folder, name: 'r' })
    await until(() => r.get('a')?.state === 'backoff')
    expect(r.get('a')).toMatchObject({ cycle: 0, failures: 30, incarnation: 1 })
    expect(r.get('a')?.nextRestartInMs).toBeGreaterThan(0)
    await r.shutdown()
  })
})

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    return '{'
  }
}
