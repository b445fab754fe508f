import fc from 'fast-check'
import { deserialize, serialize } from 'node:v8'
import { describe, expect, it } from 'vitest'
import { pack, unpack } from '../../src/reactor/isolate/pack.ts'
import { AtomicU32, SharedCell } from '../../src/reactor/shared.ts'

/** The way of every clone. */
function travel(value: unknown, isolate: 'thread' | 'process'): unknown {
  const packed = pack(value, isolate).value
  return unpack(isolate === 'thread' ? structuredClone(packed) : deserialize(serialize(packed)))
}

function refusal(value: unknown, isolate: 'thread' | 'process' = 'thread'): string {
  try {
    pack(value, isolate)
  } catch (error) {
    return (error as { rawMessage: string }).rawMessage
  }
  return 'not refused'
}

describe('metadata', () => {
  it('of plain data arrives as it was, in both kinds of isolate', () => {
    const data = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
    })
    fc.assert(
      fc.property(data, fc.constantFrom('thread', 'process'), (value, isolate) => {
        expect(travel(value, isolate)).toEqual(structuredClone(value))
      }),
    )
  })

  it('that holds itself, or one thing twice, arrives so', () => {
    const shared = { n: 1 }
    const value: Record<string, unknown> = { list: [shared, shared], map: new Map([['a', shared]]) }
    value['self'] = value
    const got = travel(value, 'thread') as { self: unknown; list: unknown[]; map: Map<string, unknown> }
    expect(got.self).toBe(got)
    expect([got.list[0] === got.list[1], got.map.get('a') === got.list[0]]).toEqual([true, true])
  })

  it('shares atomics with a thread wherever they stand', () => {
    class Fleet {
      readonly count = new AtomicU32(1)
      readonly cells = new Map([['a', new SharedCell('x')]])
      readonly list = [this.count]
    }
    const fleet = new Fleet()
    const got = travel(fleet, 'thread') as Fleet
    got.count.add(4)
    got.cells.get('a')?.store('y')
    expect([fleet.count.load(), fleet.cells.get('a')?.load(), got.list[0] === got.count]).toEqual([5, 'y', true])
  })

  it.each<[string, unknown, string]>([
    ['a function', { a: [{ f: () => 1 }] }, 'metadata.a[0].f is a function, and cannot be given to a thread'],
    ['a symbol', new Map([['k', Symbol('s')]]), 'metadata("k") is a symbol, and cannot be given to a thread'],
    [
      'a promise',
      { 'odd key': Promise.resolve() },
      'metadata["odd key"] is a Promise, and cannot be given to a thread',
    ],
    ['a weak map', new WeakMap(), 'metadata is a WeakMap, and cannot be given to a thread'],
    ['an element of a set', new Set([() => 1]), 'metadata(element) is a function, and cannot be given to a thread'],
  ])('that holds %s is refused with its path', (_, value, text) => {
    expect(refusal(value)).toBe(text)
  })

  it('that is shared memory is refused a process', () => {
    expect(refusal({ a: new AtomicU32() }, 'process')).toContain('metadata.a is AtomicU32, which is shared memory')
    expect(refusal(new SharedArrayBuffer(1), 'process')).toContain('metadata is SharedArrayBuffer')
    expect(refusal([new Uint8Array(new SharedArrayBuffer(1))], 'process')).toContain('metadata[0] is a view')
  })
})
