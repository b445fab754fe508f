/** The chunks of the bulk benches: a ring of buffers, each stamped at both ends, which nobody writes to again. */

export const CHUNK_BYTES = 65_536
const RING = 64
const STAMP_BYTES = 4

const ring = Array.from({ length: RING }, (_, index) => {
  const chunk = Buffer.alloc(CHUNK_BYTES, index)
  chunk.writeUInt32BE(index + 1, 0)
  chunk.writeUInt32BE(index + 1000, CHUNK_BYTES - STAMP_BYTES)
  return chunk
})

export function chunkAt(index: number): Buffer {
  return ring[index % RING]!
}

/** A number that tells the chunks apart, read from both ends and the middle. */
export function checkOfChunk(chunk: Uint8Array): number {
  if (chunk.length !== CHUNK_BYTES) throw new Error(`a chunk of ${chunk.length} bytes arrived`)
  return stampAt(chunk, 0) * 2 + stampAt(chunk, CHUNK_BYTES - STAMP_BYTES) + chunk[CHUNK_BYTES / 2]!
}

function stampAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 0x1000000 + ((bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!)
}

export function sumOfChunks(count: number): number {
  let sum = 0
  for (let index = 0; index < count; index++) sum += checkOfChunk(chunkAt(index))
  return sum
}

/** Adds up `checkOfChunk` over a stream of bytes that comes in pieces of any length, without putting chunks together. */
export class ChunkCounter {
  bytes = 0
  sum = 0

  push(piece: Uint8Array): void {
    for (let at = 0; at < piece.length;) {
      const inside = this.bytes % CHUNK_BYTES
      const [next, weight] = nextMark(inside)
      const step = next - inside
      if (step >= piece.length - at) {
        this.bytes += piece.length - at
        return
      }
      at += step
      this.bytes += step
      this.sum += piece[at]! * weight
      at++
      this.bytes++
    }
  }
}

/** Where the next byte that counts lies within a chunk, and how much it counts. */
function nextMark(inside: number): readonly [at: number, weight: number] {
  if (inside < STAMP_BYTES) return [inside, 2 * 256 ** (3 - inside)]
  if (inside <= CHUNK_BYTES / 2) return [CHUNK_BYTES / 2, 1]
  const last = CHUNK_BYTES - STAMP_BYTES
  const at = Math.max(inside, last)
  return [at, 256 ** (CHUNK_BYTES - 1 - at)]
}
