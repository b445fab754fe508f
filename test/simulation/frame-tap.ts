/** Sees the frames of one direction of a simulated connection go by, and may change them. */

import type { End, SimulatedConnection } from 'coxswain/testing'
import { HELLO_BYTES } from '../../src/wire/hello.ts'

export interface TappedFrame {
  /** From 0; the hello is not counted. */
  readonly index: number
  readonly kind: number
  readonly session: number
  readonly bytes: Uint8Array
}

/** What arrives in place of the frame. */
export type Change = (frame: TappedFrame) => readonly Uint8Array[]

/** Taps what `end` is sent. */
export function tapFrames(
  connection: SimulatedConnection,
  end: End,
  change: Change,
  /** The hello has passed already. */
  greeted: 'greeted' | 'not yet' = 'greeted',
): void {
  let held = Buffer.alloc(0)
  let isGreeted = greeted === 'greeted'
  let index = 0
  connection.tamper(end, (bytes) => {
    held = Buffer.concat([held, bytes])
    const out: Uint8Array[] = []
    if (!isGreeted && held.length >= HELLO_BYTES) {
      out.push(held.subarray(0, HELLO_BYTES))
      held = held.subarray(HELLO_BYTES)
      isGreeted = true
    }
    while (isGreeted && held.length >= 4 && held.length >= 4 + held.readUInt32BE()) {
      const length = 4 + held.readUInt32BE()
      const frame = held.subarray(0, length)
      held = held.subarray(length)
      out.push(...change({ index: index++, kind: frame[4]!, session: frame[5]!, bytes: frame }))
    }
    return Buffer.concat(out)
  })
}
