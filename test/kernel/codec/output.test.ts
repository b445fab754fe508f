import { describe, expect, it } from 'vitest'
import { encodePayload, Output, writeBytes, writeText, type Codec } from '../../../src/kernel/codec/index.ts'

const text: Codec<string> = { encode: writeText, decode: () => '', maxBytes: Infinity, members: [] }
const blob: Codec<Uint8Array> = {
  encode: (output, value) => writeBytes(output, value, Infinity),
  decode: () => new Uint8Array(),
  maxBytes: Infinity,
  members: [],
}

function startFrame(output: Output): void {
  output.frameStart = output.position
  output.ensure(2)
  output.bytes[output.position++] = 0xaa
  output.bytes[output.position++] = 0xbb
}

describe('Output', () => {
  it('carries the frame that is being written into a larger buffer, and leaves earlier frames where they are', () => {
    const output = new Output()
    startFrame(output)
    encodePayload(text, output, 'first')
    const first = output.bytes.subarray(0, output.position)
    const before = Uint8Array.from(first)
    startFrame(output)
    encodePayload(text, output, 'x'.repeat(100_000))
    expect(output.frameStart).toBe(0)
    expect([...output.bytes.subarray(0, 3)]).toEqual([0xaa, 0xbb, 0x7a])
    expect(output.position).toBe(2 + 5 + 100_000)
    expect(first.buffer).not.toBe(output.bytes.buffer)
    expect(Uint8Array.from(first)).toEqual(before)
  })

  it('never writes to bytes that were handed out, across many frames', () => {
    const output = new Output({ firstBytes: 300 })
    const frames: { readonly view: Uint8Array; readonly copy: Uint8Array }[] = []
    for (let frame = 0; frame < 200; frame++) {
      startFrame(output)
      encodePayload(text, output, `${frame}`.padStart(frame, '-'))
      const view = output.bytes.subarray(output.frameStart, output.position)
      frames.push({ view, copy: Uint8Array.from(view) })
    }
    for (const { view, copy } of frames) expect(Uint8Array.from(view)).toEqual(copy)
  })

  it('refuses a frame over maxFrameBytes before it allocates for it', () => {
    const output = new Output({ maxFrameBytes: 100_000 })
    startFrame(output)
    const { bytes } = output
    expect(() => encodePayload(blob, output, new Uint8Array(5_000_000))).toThrow(/^\[frame_too_large\].*100000/)
    expect(output.bytes).toBe(bytes)
    expect(output.position).toBe(2)
  })

  it('refuses a frame over maxFrameBytes that would fit the buffer, and takes one that is exactly as long', () => {
    const output = new Output({ maxFrameBytes: 20 })
    startFrame(output)
    encodePayload(text, output, 'x'.repeat(17))
    startFrame(output)
    expect(() => encodePayload(text, output, 'x'.repeat(18))).toThrow(
      /^\[frame_too_large\] the frame needs at least 21 bytes/,
    )
  })

  it('is back where it was after a refusal, also when the buffer was exchanged meanwhile', () => {
    const output = new Output({ firstBytes: 128 })
    startFrame(output)
    encodePayload(text, output, 'kept')
    const both: Codec<unknown> = {
      encode: (target) => {
        writeText(target, 'x'.repeat(100_000))
        writeText(target, 1 as unknown as string)
      },
      decode: () => undefined,
      maxBytes: Infinity,
      members: [],
    }
    const used = output.position - output.frameStart
    expect(() => encodePayload(both, output, undefined)).toThrow(/invalid_payload/)
    expect(output.position - output.frameStart).toBe(used)
    expect(Buffer.from(output.bytes.subarray(output.frameStart, output.position)).toString('latin1')).toContain('kept')
  })

  it('refuses a payload that is sent from a getter of another one', () => {
    const output = new Output()
    const nested: Codec<unknown> = {
      encode: (target) => encodePayload(text, target, 'inner'),
      decode: () => undefined,
      maxBytes: Infinity,
      members: [],
    }
    expect(() => encodePayload(nested, output, undefined)).toThrow(
      expect.objectContaining({ code: 'invalid_payload', cause: expect.objectContaining({ code: 'misuse' }) as Error }),
    )
    encodePayload(text, output, 'afterwards')
    expect(output.position).toBe(11)
  })

  it('writes text of every length around a change of head in its shortest form', () => {
    for (const length of [0, 23, 24, 48, 49, 85, 86, 255, 256, 21_845, 21_846, 65_535, 65_536]) {
      for (const character of ['a', 'ü', '水', '𐅑']) {
        const value = character.repeat(length)
        const content = Buffer.from(value)
        const output = new Output()
        encodePayload(text, output, value)
        const headBytes = content.length < 24 ? 1 : content.length < 256 ? 2 : content.length < 65_536 ? 3 : 5
        expect(output.position).toBe(headBytes + content.length)
        expect(output.bytes.subarray(headBytes, output.position).every((byte, index) => byte === content[index])).toBe(
          true,
        )
      }
    }
  })
})
