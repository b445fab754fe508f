/** Cuts one direction of a connection into what stands on the wire in the clear: lengths and what they announce. */

import type { Side } from './faults.ts'

export type Wire = 'secure' | 'plain'

const PREAMBLE_BYTES = 8
const HELLO_BYTES = 28

export class Units {
  #held: Buffer = Buffer.alloc(0)
  /** Bytes that come first and announce no length. */
  #fixedBytes: number
  readonly #lengthBytes: number

  constructor(wire: Wire, side: Side) {
    this.#fixedBytes = wire === 'plain' ? HELLO_BYTES : side === 'initiator' ? PREAMBLE_BYTES : 0
    this.#lengthBytes = wire === 'plain' ? 4 : 2
  }

  /** The units that are whole now. */
  push(chunk: Uint8Array): Buffer[] {
    this.#held = Buffer.concat([this.#held, chunk])
    const units: Buffer[] = []
    for (let unit = this.#next(); unit !== undefined; unit = this.#next()) units.push(unit)
    return units
  }

  /** What has come of a unit that has no end yet. */
  get rest(): Buffer {
    return this.#held
  }

  #next(): Buffer | undefined {
    const length = this.#unitBytes()
    if (length === undefined || this.#held.length < length) return undefined
    const unit = this.#held.subarray(0, length)
    this.#held = this.#held.subarray(length)
    this.#fixedBytes = 0
    return unit
  }

  #unitBytes(): number | undefined {
    if (this.#fixedBytes > 0) return this.#fixedBytes
    if (this.#held.length < this.#lengthBytes) return undefined
    return this.#lengthBytes + this.#held.readUIntBE(0, this.#lengthBytes)
  }
}
