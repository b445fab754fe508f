import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { systemClock } from '../../src/base/clock.ts'
import type { Edge } from '../../src/kernel/program.ts'
import type { LinkChannel } from '../../src/session/channel/link-channel.ts'
import { LinkWriter } from '../../src/session/link-writer.ts'
import { SEALED_BYTES } from '../../src/session/sealing.ts'

const RECORD_BYTES = 65_516
const bytes = { codec: SEALED_BYTES, sealed: false } as Partial<Edge> as Edge

interface Written {
  readonly writer: LinkWriter
  /** What the channel was given, call by call. */
  readonly pieces: Uint8Array[]
  readonly time: { nowMs: number; reads: number }
}

/** @param gone what the channel says of each write: true where the memory may be used again at once. */
function createWriter(recordMaxBytes: number, gone: (index: number) => boolean = () => true): Written {
  const pieces: Uint8Array[] = []
  const channel: Partial<LinkChannel> = {
    recordMaxBytes,
    pendingBytes: 0,
    write: (piece) => {
      // What is not gone must stay as it is: it is looked at when everything is over.
      const isGone = gone(pieces.length)
      pieces.push(isGone ? Uint8Array.from(piece) : piece)
      return isGone
    },
  }
  const time = { nowMs: 0, reads: 0 }
  const now = (): number => {
    time.reads++
    return time.nowMs
  }
  const writer = new LinkWriter(channel as LinkChannel, { ...systemClock, now }, { flushed: () => undefined })
  writer.frameMaxBytes = 2 ** 24
  writer.collect()
  return { writer, pieces, time }
}

function writeItems({ writer, time }: Written, sizes: readonly number[], msEach = 0): void {
  for (const [index, size] of sizes.entries()) {
    time.nowMs += msEach
    writer.item(3, bytes, new Uint8Array(size).fill(index + 1))
  }
}

describe('the writer of a link', () => {
  it('fills the records of a burst: chunks a little longer than a record need hardly more records than chunks', () => {
    const written = createWriter(RECORD_BYTES)
    writeItems(
      written,
      Array.from({ length: 20 }, () => 65_536),
    )
    written.writer.flush()
    const records = written.pieces.map(({ length }) => Math.ceil(length / RECORD_BYTES))
    expect(records.reduce((sum, count) => sum + count, 0)).toBe(21)
    expect(written.writer.backlogBytes).toBe(0)
  })

  it('leaves nothing behind when the burst is over', () => {
    const written = createWriter(RECORD_BYTES)
    writeItems(written, [65_536])
    expect(written.pieces.map(({ length }) => length)).toEqual([RECORD_BYTES])
    const left = written.writer.backlogBytes
    expect(left).toBeGreaterThan(0)
    written.writer.flush()
    expect(written.pieces.map(({ length }) => length)).toEqual([RECORD_BYTES, left])
  })

  it('hands all of a burst over at once where there are no records', () => {
    const written = createWriter(Infinity)
    writeItems(written, [65_536])
    expect(written.writer.backlogBytes).toBe(0)
    expect(written.pieces).toHaveLength(1)
  })

  it('lets an answer wait for one slow handler of another session, not for all', () => {
    const written = createWriter(Infinity)
    for (let answer = 1; answer <= 40; answer++) {
      written.time.nowMs += 5
      writeItems(written, [10])
      expect(written.pieces).toHaveLength(Math.floor(answer / 2))
    }
  })

  it('lets quick answers wait for eight slow handlers at most', () => {
    const written = createWriter(Infinity)
    for (let answer = 1; answer <= 9; answer++) writeItems(written, [10])
    for (let answer = 10; answer <= 16; answer++) {
      expect(written.pieces).toHaveLength(0)
      written.time.nowMs += 5
      writeItems(written, [10])
    }
    expect(written.pieces).toHaveLength(1)
  })

  it('hands over what quick handlers have answered every quarter of a millisecond, not more often', () => {
    const written = createWriter(Infinity)
    for (let answer = 0; answer < 1000; answer++) {
      written.time.nowMs += 0.002
      writeItems(written, [10])
    }
    expect(written.pieces.length).toBeGreaterThanOrEqual(7)
    expect(written.pieces.length).toBeLessThanOrEqual(8)
  })

  it('does not look at the clock for each of many answers, nor twice for a single one', () => {
    const written = createWriter(Infinity)
    writeItems(written, [10])
    expect(written.time.reads).toBe(1)
    writeItems(
      written,
      Array.from({ length: 999 }, () => 10),
    )
    expect(written.time.reads).toBeLessThan(1000 / 7)
    expect(written.pieces).toHaveLength(0)
  })

  it('writes the same bytes whatever a record holds, however long it takes, and whether the channel keeps what it is given or not', () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 40_000, max: 140_000 })), {
      maxLength: 12,
    })
    const property = fc.property(
      sizes,
      fc.constantFrom(1_000, 16_384, RECORD_BYTES),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }),
      fc.constantFrom(0, 0.1, 1),
      (given, recordBytes, gone, msEach) => {
        const plain = createWriter(Infinity)
        const inRecords = createWriter(recordBytes, (index) => gone[index % gone.length]!)
        for (const written of [plain, inRecords]) {
          writeItems(written, given, msEach)
          written.writer.flush()
        }
        expect(Buffer.concat(inRecords.pieces).equals(Buffer.concat(plain.pieces))).toBe(true)
        expect(inRecords.writer.writtenBytes).toBe(plain.writer.writtenBytes)
        expect(inRecords.writer.backlogBytes).toBe(0)
      },
    )
    fc.assert(property)
  })

  it('keeps the bytes of two links apart that write by turns', () => {
    const alone = [createWriter(RECORD_BYTES), createWriter(RECORD_BYTES)]
    const together = [createWriter(RECORD_BYTES), createWriter(RECORD_BYTES)]
    const sizes = [65_536, 10, 65_530, 70_000, 3]
    for (const written of alone) {
      writeItems(written, sizes)
      written.writer.flush()
    }
    for (const [index, size] of sizes.entries()) {
      for (const { writer } of together) writer.item(3, bytes, new Uint8Array(size).fill(index + 1))
    }
    for (const { writer } of together) writer.flush()
    for (const [index, { pieces }] of together.entries()) {
      expect(Buffer.concat(pieces).equals(Buffer.concat(alone[index]!.pieces))).toBe(true)
    }
  })
})
