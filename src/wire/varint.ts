/**
 * Unsigned LEB128 numbers up to 2^53 - 1: seven bits a byte, least significant first, at most eight bytes, and only in their
 * shortest form, so that one number has one spelling.
 */

import { SteerError } from '../base/errors.ts'

/** Most bytes of one number. */
export const VARINT_MAX_BYTES = 8

/** Writes `value` at `offset` and returns the offset behind it. The caller has made room for VARINT_MAX_BYTES. */
export function encodeVarint(bytes: Uint8Array, offset: number, value: number): number {
  let rest = value
  let at = offset
  // Arithmetic instead of shifts: session numbers may pass 2^31.
  while (rest >= 0x80) {
    bytes[at++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  bytes[at++] = rest
  return at
}

/** Reads numbers one after another from a range of bytes; the range is that of one frame. */
export class VarintReader {
  /** Where the next number starts. */
  position = 0

  /**
   * @throws SteerError `channel_corrupt` for a number that the range cuts off, that is not in its shortest form, or too large.
   */
  read(bytes: Uint8Array, end: number): number {
    let at = this.position
    const first = at < end ? bytes[at]! : -1
    if (first >= 0 && first < 0x80) {
      this.position = at + 1
      return first
    }
    let value = 0
    let scale = 1
    for (let count = 0; count < VARINT_MAX_BYTES && at < end; count++) {
      const byte = bytes[at++]!
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        if (byte === 0 || value > Number.MAX_SAFE_INTEGER) break
        this.position = at
        return value
      }
      scale *= 0x80
    }
    throw new SteerError(
      'channel_corrupt',
      'a number in a frame header is cut off, too large or not in its shortest form',
    )
  }
}
