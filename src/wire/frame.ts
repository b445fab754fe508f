/**
 * Frames: `u32 length ‖ u8 kind ‖ varint session ‖ body`, the length counting what follows it. docs/wire-format.md is the
 * normative text.
 */

import { SteerError } from '../base/errors.ts'
import { giveMemory, OWN_MEMORY_MIN_BYTES } from '../base/own-memory.ts'
import { encodeVarint, VarintReader } from './varint.ts'

/** Kinds of frames. Numbers are never given a second meaning. Those from 0x10 belong to the link and carry session 0. */
export const FRAME = {
  open: 0x01,
  accept: 0x02,
  message: 0x03,
  streamItem: 0x04,
  streamEnd: 0x05,
  cancel: 0x06,
  credit: 0x07,
  reset: 0x08,
  streamCredit: 0x09,
  confirm: 0x0a,
  ping: 0x10,
  pong: 0x11,
  goAway: 0x12,
  close: 0x13,
} as const

export const LENGTH_BYTES = 4
/** Kind and session take at least one byte each. */
const SHORTEST_FRAME = 2
/** Room for length, kind, session and label. */
export const HEADER_MAX_BYTES: number = LENGTH_BYTES + 1 + 8 + 8

/** Writes kind and session of a frame that starts at `frameStart`; returns where the body starts. The length comes last. */
export function encodeFrameHeader(bytes: Uint8Array, frameStart: number, kind: number, session: number): number {
  bytes[frameStart + LENGTH_BYTES] = kind
  return encodeVarint(bytes, frameStart + LENGTH_BYTES + 1, session)
}

/** Fills in the length of the frame `[frameStart, end)`. */
export function patchFrameLength(bytes: Uint8Array, frameStart: number, end: number): void {
  const length = end - frameStart - LENGTH_BYTES
  bytes[frameStart] = length >>> 24
  bytes[frameStart + 1] = length >>> 16
  bytes[frameStart + 2] = length >>> 8
  bytes[frameStart + 3] = length
}

/** Takes whole frames. The bytes are only good during the call. */
export interface FrameSink {
  frame(kind: number, session: number, bytes: Uint8Array, start: number, end: number): void
}

/**
 * Cuts a byte stream into frames: by index in the chunk where a frame is whole there, through a tail where it is split. The
 * tail grows with the bytes that arrive, never with the length that a frame claims.
 */
export class FrameReader {
  readonly #maxBytes: number
  #tail: Uint8Array = EMPTY
  #tailLength = 0
  #stopped = false

  /** @param maxBytes longest frame, header included. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** No further frames come out, also of the chunk that is being cut. */
  stop(): void {
    this.#stopped = true
    this.#tail = EMPTY
    this.#tailLength = 0
  }

  /**
   * @throws SteerError `frame_too_large` or `channel_corrupt`; the reader is of no use afterwards.
   */
  push(chunk: Uint8Array, sink: FrameSink): void {
    let offset = this.#tailLength === 0 ? 0 : this.#complete(chunk, sink)
    while (!this.#stopped && chunk.length - offset >= LENGTH_BYTES) {
      const end = offset + this.#frameBytes(chunk, offset)
      if (end > chunk.length) break
      this.#emit(chunk, offset + LENGTH_BYTES, end, sink)
      offset = end
    }
    if (this.#stopped || offset === chunk.length) return
    const isLengthKnown = chunk.length - offset >= LENGTH_BYTES
    this.#keep(chunk, offset, chunk.length, isLengthKnown ? this.#frameBytes(chunk, offset) : LENGTH_BYTES)
  }

  /** Completes the frame in the tail; returns how much of the chunk went into it. */
  #complete(chunk: Uint8Array, sink: FrameSink): number {
    let offset = 0
    if (this.#tailLength < LENGTH_BYTES) {
      offset = Math.min(LENGTH_BYTES - this.#tailLength, chunk.length)
      this.#keep(chunk, 0, offset, LENGTH_BYTES)
      if (this.#tailLength < LENGTH_BYTES) return offset
    }
    const frameBytes = this.#frameBytes(this.#tail, 0)
    const taken = Math.min(frameBytes - this.#tailLength, chunk.length - offset)
    this.#keep(chunk, offset, offset + taken, frameBytes)
    if (this.#tailLength === frameBytes) {
      const frame = this.#tail
      this.#tail = EMPTY
      this.#tailLength = 0
      // Memory of this frame alone: whoever decodes it may keep a part of it without a copy.
      if (frameBytes >= OWN_MEMORY_MIN_BYTES) giveMemory(frame)
      this.#emit(frame, LENGTH_BYTES, frameBytes, sink)
    }
    return offset + taken
  }

  /** @param unitBytes how long that will be to which the bytes belong: the tail becomes no longer, and twice what has come. */
  #keep(chunk: Uint8Array, start: number, end: number, unitBytes: number): void {
    const length = this.#tailLength + end - start
    if (length > this.#tail.length) {
      const grown = allocate(Math.min(2 * length, unitBytes))
      grown.set(this.#tail.subarray(0, this.#tailLength))
      this.#tail = grown
    }
    this.#tail.set(chunk.subarray(start, end), this.#tailLength)
    this.#tailLength = length
  }

  #frameBytes(bytes: Uint8Array, offset: number): number {
    const length =
      bytes[offset]! * 0x1000000 + ((bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!)
    if (length + LENGTH_BYTES > this.#maxBytes) {
      const got = length + LENGTH_BYTES
      throw new SteerError(
        'frame_too_large',
        `a frame of ${got} bytes arrived, limits.frameMaxBytes is ${this.#maxBytes}`,
      )
    }
    if (length < SHORTEST_FRAME) throw new SteerError('channel_corrupt', `a frame of length ${length} has no header`)
    return length + LENGTH_BYTES
  }

  #emit(bytes: Uint8Array, start: number, end: number, sink: FrameSink): void {
    varint.position = start + 1
    const session = varint.read(bytes, end)
    sink.frame(bytes[start]!, session, bytes, varint.position, end)
  }
}

const EMPTY = new Uint8Array(0)

/** Not zeroed where that would cost something: only bytes that have been written are ever read or handed on. */
function allocate(byteCount: number): Uint8Array {
  return byteCount < OWN_MEMORY_MIN_BYTES ? new Uint8Array(byteCount) : Buffer.allocUnsafeSlow(byteCount)
}

/** One serves all links: nothing of it is held between calls. */
const varint = new VarintReader()
