/** Bulk through one session over TCP, with the memory of the process read while it runs. */

import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'

import { connect, listen } from 'coxswain'

import { Bulk } from '../protocols/stream.gen.ts'
import { collect } from '../session/collect.ts'
import { readHolding } from './readings.ts'

const CHUNK_BYTES = 65_536

/** A reading of the memory of the process. */
export interface Reading {
  /** Bytes that have arrived so far. */
  readonly bytes: number
  /** Heap and buffers that are reachable while bytes are on their way. */
  readonly underwayBytes: number
  /** The same when all that was sent has arrived, and nothing more is sent: what is kept. */
  readonly heldBytes: number
}

export interface BulkResult {
  readonly bytes: number
  /** SHA-256 of what was sent and of what arrived, in hex. */
  readonly sent: string
  readonly arrived: string
  readonly seconds: number
  /** Most that the sender was asked for before the receiver had it in hand. */
  readonly aheadBytes: number
  readonly readings: readonly Reading[]
}

/**
 * Sends `bytes` made-up bytes from a peer to a master, who has the sender stop at each of the readings until it was taken.
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
  // Of whole chunks, so that the sender stops where the receiver reads.
  const between = Math.ceil(bytes / readingCount / CHUNK_BYTES) * CHUNK_BYTES
  const halfway = Math.floor(between / CHUNK_BYTES / 2) * CHUNK_BYTES
  let readBytes = 0
  let takenBytes = 0
  let aheadBytes = 0
  await using server = await listen({
    port: 0,
    security: 'none',
    serve: [
      Bulk.master.with({
        chunks: async (turn) => {
          let count = 0
          let underwayBytes = 0
          for await (const chunk of turn.stream) {
            arrived.update(chunk)
            count += chunk.length
            takenBytes = count
            if (count % between === halfway) underwayBytes = readMemory()
            if (count % between !== 0 && count !== bytes) continue
            const reading = { bytes: count, underwayBytes, heldBytes: (await readHolding()).heldBytes }
            readings.push(reading)
            onReading(reading)
            readBytes = count
          }
          const { send } = await turn.end()
          return send.bytes(count)
        },
      }),
    ],
  })
  await using link = await connect({ port: server.port ?? 0, security: 'none' })
  const begin = performance.now()
  const wait = async (at: number): Promise<void> => {
    aheadBytes = Math.max(aheadBytes, at - takenBytes)
    if (at % between === 0) while (readBytes < at) await setImmediate()
  }
  const { message } = await Bulk.peer.handle(link, { start: (turn) => turn.send.chunks(madeUp(bytes, sent, wait)) })
  const seconds = (performance.now() - begin) / 1000
  return {
    bytes: message ?? 0,
    sent: sent.digest('hex'),
    arrived: arrived.digest('hex'),
    seconds,
    aheadBytes,
    readings,
  }
}

/** How much more is held, at least, in the second half of the readings than in the first. */
export function growthOf(readings: readonly Reading[]): number {
  const middle = Math.floor(readings.length / 2)
  const least = (half: readonly Reading[]): number => Math.min(...half.map(({ heldBytes }) => heldBytes))
  return least(readings.slice(middle)) - least(readings.slice(0, middle))
}

async function* madeUp(
  bytes: number,
  hash: { update(chunk: Uint8Array): unknown },
  wait: (at: number) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes; at += CHUNK_BYTES) {
    await wait(at)
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
