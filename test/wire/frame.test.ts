import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { takeMemory } from '../../src/base/own-memory.ts'
import { encodeFrameHeader, FrameReader, HEADER_MAX_BYTES, patchFrameLength } from '../../src/wire/frame.ts'
import { encodeVarint, VarintReader } from '../../src/wire/varint.ts'

interface Frame {
  readonly kind: number
  readonly session: number
  readonly body: readonly number[]
}

const frames = fc.array(
  fc.record({
    kind: fc.integer({ min: 0, max: 255 }),
    session: fc.oneof(fc.nat(200), fc.maxSafeNat()),
    body: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 300 }),
  }),
  { minLength: 1, maxLength: 8 },
)

function encode(frame: Frame): Uint8Array {
  const bytes = new Uint8Array(HEADER_MAX_BYTES + frame.body.length)
  const start = encodeFrameHeader(bytes, 0, frame.kind, frame.session)
  bytes.set(frame.body, start)
  const end = start + frame.body.length
  patchFrameLength(bytes, 0, end)
  return bytes.subarray(0, end)
}

function read(chunks: readonly Uint8Array[], maxBytes = 1 << 20): Frame[] {
  const reader = new FrameReader(maxBytes)
  const seen: Frame[] = []
  const sink = {
    frame: (kind: number, session: number, bytes: Uint8Array, start: number, end: number) => {
      seen.push({ kind, session, body: [...bytes.subarray(start, end)] })
    },
  }
  for (const chunk of chunks) reader.push(chunk, sink)
  return seen
}

describe('the frame reader', () => {
  it('gives back what was written, however the bytes are cut into chunks', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }), (sent, cuts) => {
        const stream = Buffer.concat(sent.map(encode))
        const chunks: Uint8Array[] = []
        for (let offset = 0, turn = 0; offset < stream.length; turn++) {
          const size = cuts[turn % cuts.length]!
          chunks.push(stream.subarray(offset, offset + size))
          offset += size
        }
        expect(read(chunks)).toEqual(sent)
      }),
    )
  })

  it('refuses a length over its limit before the bytes arrive, and takes one at the limit', () => {
    const fits = encode({ kind: 3, session: 1, body: Array<number>(58).fill(7) })
    expect(fits.length).toBe(64)
    expect(read([fits], 64)).toHaveLength(1)
    expect(() => read([fits.subarray(0, 4)], 63)).toThrow(expect.objectContaining({ code: 'frame_too_large' }))
    expect(() => read([fits.subarray(0, 2), fits.subarray(2, 4)], 63)).toThrow(/frame_too_large/)
  })

  it('holds no more than has arrived of a frame that claims to be long', () => {
    const reader = new FrameReader(64 * 1024 * 1024)
    const before = process.memoryUsage().arrayBuffers
    const head = Buffer.from('03fffff00301', 'hex')
    for (let count = 0; count < 100; count++) new FrameReader(64 * 1024 * 1024).push(head, { frame: () => undefined })
    reader.push(head, { frame: () => undefined })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024)
  })

  it('holds at most twice what has come, however the bytes of a long frame are cut', () => {
    const long = encode({ kind: 3, session: 1, body: Array<number>(3_000_000).fill(7) })
    for (const piece of [50_000, 65_536, 600_000]) {
      const reader = new FrameReader(64 * 1024 * 1024)
      const before = process.memoryUsage().arrayBuffers
      for (let offset = 0; offset < 1_500_000; offset += piece) {
        reader.push(long.subarray(offset, offset + piece), { frame: () => undefined })
        // Twice that, since what grew is still there until it is collected: each size at most half of the one after.
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThanOrEqual(2 * 2 * (offset + piece))
      }
    }
  })

  it('gives the memory of a long frame away where it came in pieces, and never that of a chunk', () => {
    const long = encode({ kind: 3, session: 1, body: Array<number>(10_000).fill(7) })
    const given: boolean[] = []
    const buffers: Uint8Array[] = []
    const sink = {
      frame: (_kind: number, _session: number, bytes: Uint8Array) => {
        given.push(takeMemory(bytes))
        buffers.push(bytes)
      },
    }
    const reader = new FrameReader(1 << 20)
    const chunk = Buffer.concat([long, long.subarray(0, 3000)])
    reader.push(chunk, sink)
    reader.push(long.subarray(3000), sink)
    reader.push(long, sink)
    reader.push(long.subarray(0, 1), sink)
    reader.push(long.subarray(1, 6000), sink)
    reader.push(long.subarray(6000), sink)
    expect(given).toEqual([false, true, false, true])
    expect(buffers.map((bytes) => bytes.length)).toEqual([chunk.length, long.length, long.length, long.length])
    expect(buffers[1]).not.toBe(buffers[3])
    expect(buffers[1]!.buffer.byteLength).toBe(long.length)
    expect(Buffer.compare(buffers[1]!, long)).toBe(0)
  })

  it('emits nothing after it was stopped, also from the chunk in hand', () => {
    const reader = new FrameReader(1024)
    let count = 0
    const one = encode({ kind: 1, session: 1, body: [] })
    reader.push(Buffer.concat([one, one, one.subarray(0, 3)]), {
      frame: () => {
        count++
        reader.stop()
      },
    })
    reader.push(one, { frame: () => count++ })
    expect(count).toBe(1)
  })
})

describe('varints', () => {
  it('come back as they were, for every safe integer', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const bytes = new Uint8Array(8)
        const end = encodeVarint(bytes, 0, value)
        const reader = new VarintReader()
        expect(reader.read(bytes, end)).toBe(value)
        expect(reader.position).toBe(end)
      }),
      { examples: [[0], [127], [128], [16_383], [16_384], [2 ** 31], [2 ** 32], [Number.MAX_SAFE_INTEGER]] },
    )
  })

  it.each(['', '80', 'ffff', '8000', '808000', 'ffffffffffffffff', 'ffffffffffffffff01'])(
    'are refused as %s',
    (hex) => {
      const bytes = Buffer.from(hex, 'hex')
      expect(() => new VarintReader().read(bytes, bytes.length)).toThrow(/channel_corrupt/)
    },
  )
})
