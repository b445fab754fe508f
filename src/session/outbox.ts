/**
 * Frames of one tick, written into one slab that the whole process shares and handed over in few pieces: one buffer and one
 * write cost a fraction of a write for each message.
 */

import { SteerError } from '../base/errors.ts'
import { encodeFrameHeader, HEADER_MAX_BYTES, patchFrameLength } from '../wire/frame.ts'
import { Output } from '../kernel/codec/index.ts'

/** What every outbox writes into. The bytes from `floor` on may be used again once no outbox holds any. */
const slab = new Output()
let floor = 0
let holders = 0
/** Of the frame that is being written: where it began, before the slab may have grown. */
let bytesBefore: Uint8Array = slab.bytes
let positionBefore = 0

export class Outbox {
  /** Finished pieces: the slab was full, or another link wrote in between. */
  #pieces: Uint8Array[] = []
  /** The piece at the end of the slab, open for more. */
  #bytes: Uint8Array = slab.bytes
  #start = 0
  #end = 0
  #holding = false
  /** Bytes of whole frames that have not been taken. */
  length = 0

  /** Nothing of the slab is held for it. */
  get isIdle(): boolean {
    return !this.#holding
  }

  /**
   * Begins a frame. Its body is appended to what this returns; then comes `finish` or `undo`, before any other call.
   *
   * @throws SteerError `misuse` out of a getter of a payload: the frame with that payload is not finished.
   */
  begin(kind: number, session: number, maxBytes: number): Output {
    if (slab.encoding) throw new SteerError('misuse', 'a link is used by a getter of a payload that is being encoded')
    this.#begin(maxBytes)
    slab.ensure(HEADER_MAX_BYTES)
    slab.position = encodeFrameHeader(slab.bytes, slab.frameStart, kind, session)
    return slab
  }

  /** The frame is whole. */
  finish(): void {
    patchFrameLength(slab.bytes, slab.frameStart, slab.position)
    this.#finish()
  }

  /** Nothing of the frame remains. */
  undo(): void {
    // After growth the frame stands alone at the start of the new slab.
    slab.position = slab.bytes === bytesBefore ? positionBefore : 0
    if (slab.bytes !== bytesBefore) this.#adopt(0)
  }

  /** Takes everything written so far. The memory is given back with `release`. */
  take(): readonly Uint8Array[] {
    this.#close()
    const pieces = this.#pieces
    this.#pieces = []
    this.length = 0
    return pieces
  }

  /** @param gone false when the transport still holds the pieces: their memory is then left to it. */
  release(gone: boolean): void {
    if (!gone) floor = slab.position
    if (this.#holding) holders--
    this.#holding = false
    if (holders === 0) slab.position = floor
  }

  /** Puts back the end of what was taken and released, which was not handed over. It goes out before what is written next. */
  putBack(bytes: Uint8Array): void {
    this.#begin(Infinity)
    slab.ensure(bytes.length)
    slab.bytes.set(bytes, slab.position)
    slab.position += bytes.length
    this.#finish()
  }

  #begin(maxBytes: number): void {
    this.#open()
    bytesBefore = slab.bytes
    positionBefore = slab.position
    slab.frameStart = slab.position
    slab.maxFrameBytes = maxBytes
  }

  #finish(): void {
    if (slab.bytes !== bytesBefore) this.#adopt(slab.frameStart)
    this.length += slab.position - slab.frameStart
    this.#end = slab.position
  }

  #open(): void {
    if (!this.#holding) {
      this.#holding = true
      holders++
    }
    if (this.#start !== this.#end && this.#bytes === slab.bytes && this.#end === slab.position) return
    this.#close()
    this.#bytes = slab.bytes
    this.#start = slab.position
    this.#end = slab.position
  }

  #close(): void {
    if (this.#end > this.#start) this.#pieces.push(this.#bytes.subarray(this.#start, this.#end))
    this.#start = this.#end
  }

  /** The slab has been replaced by a larger one, with the unfinished frame moved to its start. */
  #adopt(start: number): void {
    if (positionBefore > this.#start) this.#pieces.push(bytesBefore.subarray(this.#start, positionBefore))
    this.#bytes = slab.bytes
    this.#start = start
    this.#end = start
    floor = 0
  }
}
