/**
 * The buffer that encoders write into. It only ever grows forward: bytes that were written stay as they are, because others
 * may still hold views on them.
 */

import { SteerError } from '../../base/errors.ts'

/** Smallest buffer that is allocated: large enough that a flush of small messages rarely needs a second one. */
const SLAB_BYTES = 65_536
/** Smallest buffer that follows one that was too small: so large that what outgrew that one fits several times. */
const GROWN_BYTES = 262_144

/**
 * Room that is left behind every write of a primitive, so that the constants between two of them (heads, keys) need no check
 * of their own. Emitted code relies on it.
 */
export const SLACK_BYTES = 64

/** Makes an `Output`. */
export interface OutputOptions {
  /** Longest frame, counted from `frameStart`, in bytes. Default: no limit. */
  readonly maxFrameBytes?: number | undefined
  /** Size of the first buffer, in bytes. Default: 64 KiB. */
  readonly firstBytes?: number | undefined
}

/**
 * A growable slab. Whoever owns it sets `frameStart` where a frame begins, writes the head, lets a codec write the payload
 * and reads the bytes between `frameStart` and `position`.
 */
export class Output {
  /** The buffer in use. Another one after a call that had to make room. */
  bytes: Uint8Array
  /** Over all of `bytes`. */
  view: DataView
  /** Where the next byte goes. */
  position = 0
  /** Where the frame that is being written begins. What stands before it is finished and is never touched again. */
  frameStart = 0
  /** Longest frame, in bytes, head included. */
  maxFrameBytes: number
  /** Last position from which a primitive still finds its slack. */
  limit = 0
  /** Arrays and maps that are open around `position`; kept only inside recursive types. */
  depth = 0
  /** Where the payload begins, counted from `frameStart`. Set by `encodePayload`; errors find their path from it. */
  payloadOffset = 0
  /** True while an encoder runs. A getter of the value may run user code then, which must not write here. */
  encoding = false
  /** Member names that errors may show. Set by `encodePayload`. */
  members: readonly string[] = []

  constructor(options: OutputOptions = {}) {
    this.maxFrameBytes = options.maxFrameBytes ?? Infinity
    this.bytes = allocate((options.firstBytes ?? SLAB_BYTES) + SLACK_BYTES)
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength)
    this.limit = this.bytes.length - SLACK_BYTES
  }

  /**
   * Makes room for `byteCount` more bytes and the slack behind them. `byteCount` may be an estimate from above, so only what
   * is already written is held against `maxFrameBytes`. Throws `frame_too_large`.
   */
  ensure(byteCount: number): void {
    if (this.position + byteCount > this.limit) this.grow(byteCount, 0)
  }

  /** The same for a number of bytes that will be written for certain. Throws `frame_too_large` before it allocates. */
  ensureExact(byteCount: number): void {
    if (this.position + byteCount > this.limit) this.grow(byteCount, byteCount)
  }

  private grow(byteCount: number, certain: number): void {
    const used = this.position - this.frameStart
    if (used + certain > this.maxFrameBytes) throw frameTooLarge(this, used + certain)
    const bytes = allocate(Math.max(GROWN_BYTES, 2 * (used + byteCount + SLACK_BYTES)))
    bytes.set(this.bytes.subarray(this.frameStart, this.position))
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.limit = bytes.length - SLACK_BYTES
    this.frameStart = 0
    this.position = used
  }
}

/** The error for a frame of at least `byteCount` bytes. */
export function frameTooLarge(output: Output, byteCount: number): SteerError {
  return new SteerError(
    'frame_too_large',
    `the frame needs at least ${byteCount} bytes, which is more than limits.frameMaxBytes ${output.maxFrameBytes}`,
  )
}

// Not zeroed: only bytes that have been written are ever read or handed on.
function allocate(byteCount: number): Uint8Array {
  return Buffer.allocUnsafeSlow(byteCount)
}
