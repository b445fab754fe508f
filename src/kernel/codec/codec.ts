/** What a generated codec is, and the two calls through which the rest of the library uses one. */

import { SteerError } from '../../base/errors.ts'
import { Input } from './input.ts'
import { frameTooLarge, type Output } from './output.ts'
import { refuseItem, refusalOfDecoding, refusalOfEncoding } from './refusal.ts'

/** Writes and reads one declared type. `encode` and `decode` are called through `encodePayload` and `decodePayload` only. */
export interface Codec<T> {
  encode(output: Output, value: T): void
  decode(input: Input): T
  /**
   * Most bytes that one value takes in its deterministic encoding; `Infinity` when nothing bounds it, as where undeclared
   * members are passed over.
   */
  readonly maxBytes: number
  /** Every member name of the type and what it reaches. Error paths show these names and no other key. */
  readonly members: readonly string[]
}

const INPUT = new Input()

/**
 * Writes `value` behind `output.position`. Throws `invalid_payload` when it is not of the declared type, `frame_too_large`
 * when the frame outgrows its limit, and nothing else; then the position is back where it was. Calling it from a getter of
 * a value that is being encoded is `misuse`.
 */
export function encodePayload<T>(codec: Codec<T>, output: Output, value: T): void {
  if (output.encoding) throw new SteerError('misuse', 'a payload is sent while another one is being encoded')
  const offset = output.position - output.frameStart
  output.payloadOffset = offset
  output.members = codec.members
  output.depth = 0
  output.encoding = true
  try {
    output.ensure(0)
    codec.encode(output, value)
    const frameBytes = output.position - output.frameStart
    if (frameBytes > output.maxFrameBytes) throw frameTooLarge(output, frameBytes)
  } catch (thrown) {
    const refusal = refusalOfEncoding(output, thrown)
    output.position = output.frameStart + offset
    throw refusal
  } finally {
    output.encoding = false
  }
}

/**
 * Reads the one value that fills `bytes[start, end)`. The result shares no memory with `bytes`, unless that was given away with
 * `giveMemory`. Throws `invalid_payload` when the bytes are not exactly one value of the declared type, and nothing else.
 */
export function decodePayload<T>(codec: Codec<T>, bytes: Uint8Array, start: number, end: number): T {
  const input = INPUT
  input.bind(bytes, start, end)
  input.members = codec.members
  try {
    const value = codec.decode(input)
    if (input.position !== end) refuseItem(input, input.position, 'the end of the payload')
    return value
  } catch (thrown) {
    throw refusalOfDecoding(input, thrown)
  }
}
