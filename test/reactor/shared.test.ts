import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AtomicI64, AtomicU32, reactor, SharedCell } from '../../src/reactor/index.ts'
import { until } from './events.ts'
import { SOON } from './inline.ts'
import { EXEC_ARGV } from './loader.ts'
import type { Shared } from './programs/shared-writer.ts'

const WRITER = new URL('./programs/shared-writer.ts', import.meta.url)

describe('AtomicU32 and AtomicI64', () => {
  it('are whole numbers of their width that wrap around, as plain arithmetic says', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 70n), 2n ** 70n), fc.bigInt(-(2n ** 70n), 2n ** 70n), (first, second) => {
        const i64 = new AtomicI64(first)
        expect(i64.add(second)).toBe(BigInt.asIntN(64, first))
        expect(i64.load()).toBe(BigInt.asIntN(64, first + second))
        expect(i64.sub(second)).toBe(BigInt.asIntN(64, first + second))
        expect(i64.exchange(7n)).toBe(BigInt.asIntN(64, first))
        const u32 = new AtomicU32(Number(BigInt.asUintN(32, first)))
        u32.add(Number(BigInt.asUintN(32, second)))
        expect(u32.load()).toBe(Number(BigInt.asUintN(32, first + second)))
        u32.sub(Number(BigInt.asUintN(32, second)))
        expect(u32.exchange(7)).toBe(Number(BigInt.asUintN(32, first)))
      }),
    )
  })

  it('compare before they exchange, and share the memory that they are made of', () => {
    const first = new AtomicU32(1)
    const second = new AtomicU32(first.buffer)
    expect([second.compareExchange(2, 3), second.compareExchange(1, 3), first.load()]).toEqual([1, 1, 3])
    const third = new AtomicI64(5n)
    new AtomicI64(third.buffer).store(-1n)
    expect([third.compareExchange(5n, 6n), third.load()]).toEqual([-1n, -1n])
  })
})

describe('a SharedCell', () => {
  it('holds the last value that was stored', () => {
    const cell = new SharedCell<unknown>(undefined)
    const value = fc.oneof(fc.string(), fc.array(fc.integer()), fc.dictionary(fc.string(), fc.double()), fc.date())
    fc.assert(
      fc.property(value, (stored) => {
        cell.store(stored)
        expect(cell.load()).toEqual(stored)
        expect(new SharedCell<unknown>(undefined, { maxBytes: cell.maxBytes }, cell.buffer).load()).toEqual(stored)
      }),
    )
  })

  it('refuses what is too long or cannot be cloned, and keeps what it had', () => {
    const cell = new SharedCell<unknown>('kept', { maxBytes: 64 })
    expect(() => cell.store('x'.repeat(100))).toThrow(expect.objectContaining({ code: 'resource_exhausted' }))
    expect(() => cell.store(() => 1)).toThrow(expect.objectContaining({ code: 'misuse' }))
    expect(() =>
      cell.update(() => {
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(cell.load()).toBe('kept')
    expect(() => new SharedCell(1, { maxBytes: 15 })).toThrow(expect.objectContaining({ code: 'misuse' }))
  })
})

describe('threads that write to the same memory', () => {
  const start = (writes: number): { r: ReturnType<typeof reactor<Shared>>; metadata: Shared } => {
    const metadata: Shared = {
      u32: new AtomicU32(0),
      i64: new AtomicI64(0n),
      cell: new SharedCell({ count: 0, text: '0' }),
      writes,
      begun: new AtomicU32(0),
      finished: new AtomicU32(0),
    }
    const isolated = { module: WRITER, isolate: 'thread', execArgv: EXEC_ARGV, backoff: SOON } as const
    const services = ['a', 'b', 'c'].map((name) => ({ ...isolated, name, stopTimeoutMs: 50 }))
    const r = reactor({ metadata, services })
    onTestFinished(() => void r.shutdown({ deadlineMs: 1 }))
    return { r, metadata }
  }

  it('lose no write, and read none by half', async () => {
    const { r, metadata } = start(2000)
    let count = 0
    await until(() => {
      const read = metadata.cell.load()
      expect(read.text).toBe(String(read.count))
      expect(read.count).toBeGreaterThanOrEqual(count)
      count = read.count
      return metadata.finished.load() === 3
    })
    expect([metadata.u32.load(), metadata.i64.load(), metadata.cell.load().count]).toEqual([6000, -6000n, 6000])
    await r.shutdown()
  })

  it('that are killed while they write stop nobody else', async () => {
    const { r, metadata } = start(2 ** 31)
    await until(() => metadata.begun.load() === 3)
    expect((await r.shutdown()).overdue.length).toBe(3)
    await r.done
    for (let n = 0; n < 64; n++) metadata.cell.store({ count: n, text: String(n) })
    expect(metadata.cell.load()).toEqual({ count: 63, text: '63' })
  })
})
