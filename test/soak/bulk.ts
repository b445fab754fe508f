/** Bulk through one session over TCP, with the memory of the process read while it runs. */

import { createHash } from 'node:crypto'

import { connect, listen } from 'coxswain'

import { Bulk } from '../protocols/stream.gen.ts'
import { collect } from '../session/collect.ts'

const CHUNK_BYTES = 65_536

/** A reading of the memory of the process. */
export interface Reading {
  /** Bytes that have arrived so far. */
  readonly bytes: number
  /** Heap and buffers that are reachable. */
  readonly heldBytes: number
}

export interface BulkResult {
  readonly bytes: number
  /** SHA-256 of what was sent and of what arrived, in hex. */
  readonly sent: string
  readonly arrived: string
  readonly seconds: number
  readonly readings: readonly Reading[]
}

/**
 * Sends `bytes` made-up bytes from a peer to a master.
 *
 * @param onReading called at each of the `readingCount` readings.
 */
export async function sendBulk(
  bytes: number,
  readingCount: number,
  onReading: (reading: Reading) => void = () => undefined,
): Promise<BulkResult> {
  const sent = createHash('sha256')
  const arrived = createHash('sha256')
  const readings: Reading[] = []
  const between = Math.ceil(bytes / readingCount)
  await using server = await listen({
    port: 0,
    security: 'none',
    serve: [
      Bulk.master.with({
        chunks: async (turn) => {
          let count = 0
          for await (const chunk of turn.stream) {
            arrived.update(chunk)
            const due = Math.floor((count + chunk.length) / between) > Math.floor(count / between)
            count += chunk.length
            if (!due) continue
            const reading = { bytes: count, heldBytes: readMemory() }
            readings.push(reading)
            onReading(reading)
          }
          const { send } = await turn.end()
          return send.bytes(count)
        },
      }),
    ],
  })
  await using link = await connect({ port: server.port ?? 0, security: 'none' })
  const begin = performance.now()
  const { message } = await Bulk.peer.handle(link, { start: (turn) => turn.send.chunks(madeUp(bytes, sent)) })
  const seconds = (performance.now() - begin) / 1000
  return { bytes: message ?? 0, sent: sent.digest('hex'), arrived: arrived.digest('hex'), seconds, readings }
}

/**
 * How much more is held, at least, in the second half of the readings than in the first. What is on its way comes and goes by
 * some ten megabytes, and is more on a busy machine; what is kept for good is in the least reading too.
 */
export function growthOf(readings: readonly Reading[]): number {
  const middle = Math.floor(readings.length / 2)
  const least = (half: readonly Reading[]): number => Math.min(...half.map(({ heldBytes }) => heldBytes))
  return least(readings.slice(middle)) - least(readings.slice(0, middle))
}

function* madeUp(bytes: number, hash: { update(chunk: Uint8Array): unknown }): Generator<Uint8Array> {
  for (let at = 0; at < bytes; at += CHUNK_BYTES) {
    const chunk = new Uint8Array(Math.min(CHUNK_BYTES, bytes - at)).fill(at / CHUNK_BYTES)
    hash.update(chunk)
    yield chunk
  }
}

function readMemory(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
