import { describe, expect, it } from 'vitest'

import { giveMemory } from '../../../src/base/own-memory.ts'
import {
  decodePayload,
  encodePayload,
  Output,
  readBytes,
  writeBytes,
  type Codec,
} from '../../../src/kernel/codec/index.ts'

const blob: Codec<Uint8Array> = {
  encode: (output, value) => {
    writeBytes(output, value, Infinity)
  },
  decode: (input) => readBytes(input, Infinity),
  maxBytes: Infinity,
  members: [],
}
const two: Codec<readonly Uint8Array[]> = {
  encode: (output, [first, second]) => {
    writeBytes(output, first!, Infinity)
    writeBytes(output, second!, Infinity)
  },
  decode: (input) => [readBytes(input, Infinity), readBytes(input, Infinity)],
  maxBytes: Infinity,
  members: [],
}

/** A buffer of this payload alone. */
function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const output = new Output()
  encodePayload(codec, output, value)
  return Buffer.concat([output.bytes.subarray(0, output.position)])
}

function exact(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  copy.set(bytes)
  return copy
}

const large = new Uint8Array(10_000).map((_, index) => index)

describe('bytes that are read', () => {
  it.each([0, 1, 31, 32, 4095, 4096, 100_000])('are a copy of their own memory, %i of them', (length) => {
    const sent = new Uint8Array(length).map((_, index) => index * 7)
    const bytes = exact(encode(blob, sent))
    const read = decodePayload(blob, bytes, 0, bytes.length)
    bytes.fill(0xff)
    expect(Buffer.compare(read, sent)).toBe(0)
    expect(read.buffer.byteLength).toBe(length)
    expect(Buffer.isBuffer(read)).toBe(false)
  })

  it('are a view where the buffer was given away, the first time that they are read', () => {
    const bytes = exact(encode(blob, large))
    giveMemory(bytes)
    const first = decodePayload(blob, bytes, 0, bytes.length)
    expect(first.buffer).toBe(bytes.buffer)
    expect(first.constructor).toBe(Uint8Array)
    expect(first).toEqual(large)
    const second = decodePayload(blob, bytes, 0, bytes.length)
    expect(second.buffer).not.toBe(bytes.buffer)
    expect(second).toEqual(large)
  })

  it('are a copy where another buffer was given away', () => {
    const bytes = exact(encode(blob, large))
    giveMemory(exact(bytes))
    expect(decodePayload(blob, bytes, 0, bytes.length).buffer).not.toBe(bytes.buffer)
  })

  it('never keep a buffer alive that is more than twice as long', () => {
    const bytes = exact(encode(two, [large.subarray(0, 4900), large]))
    giveMemory(bytes)
    const [small, rest] = decodePayload(two, bytes, 0, bytes.length)
    expect(small!.buffer.byteLength).toBe(4900)
    expect(rest!.buffer).toBe(bytes.buffer)
    expect(rest).toEqual(large)
  })
})
