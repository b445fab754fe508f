import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { expect, it } from 'vitest'

import { readingAt, sumOfReadings } from '../../bench/workloads/reading.ts'
import { checkOfChunk, chunkAt, ChunkCounter, sumOfChunks } from '../../bench/workloads/chunk.ts'
import { readReading, READING_MAX_BYTES, writeReading } from '../../bench/peers/hand-codec.ts'
import { ReadingCodec } from '../../bench/protocols/bench.codec.gen.ts'
import { decodePayload, encodePayload, Output } from '../../src/kernel/codec/index.ts'

const BENCH = fileURLToPath(new URL('../../bench/run.ts', import.meta.url))

/** Runs the bench from its sources, with peers that need nothing but Node. */
function runBench(...args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', BENCH, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    const said: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
    child.on('close', (code) => resolve({ code, said: Buffer.concat(said).toString() }))
  })
}

it('fails a run whose answers are wrong, however fast they are', async () => {
  const { code, said } = await runBench('--quick', '--rounds', '1', '--only', 'stream', '--contestant', 'wrong')
  expect(said).toMatch(/wrong answer: stream, wrong: the messages add up to \d+, not to \d+/)
  expect(code).toBe(1)
})

it('refuses a bench that does not exist', async () => {
  const { code, said } = await runBench('--only', 'steam')
  expect(said).toContain('there is no bench "steam"')
  expect(code).toBe(2)
})

it('writes by hand what the generated codec writes, byte for byte', () => {
  for (const sequence of [0, 23, 24, 255, 65_536, 1_000_003]) {
    const reading = readingAt(sequence)
    const bytes = new Uint8Array(READING_MAX_BYTES)
    const end = writeReading(bytes, 0, reading)
    const output = new Output()
    encodePayload(ReadingCodec, output, reading)
    expect(Buffer.from(bytes.subarray(0, end)).toString('hex')).toBe(
      Buffer.from(output.bytes.subarray(0, output.position)).toString('hex'),
    )
    expect(readReading(bytes, 0, end)).toEqual(reading)
    expect(decodePayload(ReadingCodec, Buffer.from(bytes.subarray(0, end)), 0, end)).toEqual(reading)
  }
})

it('counts chunks alike, whole and in pieces of any length', () => {
  const counter = new ChunkCounter()
  const all = Buffer.concat(Array.from({ length: 5 }, (_, index) => chunkAt(index)))
  let at = 0
  for (let step = 1; at < all.length; step = (step * 7 + 3) % 40_000) {
    counter.push(all.subarray(at, at + step))
    at += step
  }
  expect(counter.bytes).toBe(all.length)
  expect(counter.sum).toBe(sumOfChunks(5))
  expect(checkOfChunk(chunkAt(1))).not.toBe(checkOfChunk(chunkAt(2)))
})

it('has sums that every reading changes', () => {
  expect(sumOfReadings(2) - sumOfReadings(1)).not.toBe(sumOfReadings(1))
})

it('knows no addresses in its lock file', () => {
  const lock = readFileSync(new URL('../../bench/package-lock.json', import.meta.url), 'utf8')
  expect(lock).not.toContain('"resolved": "http')
})
