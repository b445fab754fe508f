/** What one direction becomes under a fault. Pure: bytes in, and what to do with them out. */

import type { Fault, Side } from './faults.ts'
import { Units, type Wire } from './units.ts'

export interface Mangled {
  /** To be passed on, in order. */
  readonly forward: readonly Uint8Array[]
  /** To be sent back to where it came from. */
  readonly back?: Uint8Array | undefined
  /** What happens to the connection after that. */
  readonly end?: 'fin' | 'rst' | 'mute' | 'vanish' | undefined
}

/** Takes what one side sends, chunk by chunk. */
export interface Mangler {
  take(chunk: Uint8Array): Mangled
  /** What is still held when that side ends. */
  rest(): Uint8Array
  /** Whether the fault has been committed. */
  readonly fired: boolean
}

export function createMangler(fault: Fault | undefined, wire: Wire, side: Side): Mangler {
  if (fault?.side !== side) return new Passing()
  switch (fault.kind) {
    case 'drop':
    case 'duplicate':
    case 'swap':
    case 'replay':
    case 'reflect':
    case 'shorten':
      return new UnitMangler(fault, new Units(wire, side))
    case 'slice':
      return new Slicing()
    case 'delay':
      return new Passing()
    default:
      return new ByteMangler(fault)
  }
}

const NOTHING = new Uint8Array(0)

class Passing implements Mangler {
  readonly fired = false

  take(chunk: Uint8Array): Mangled {
    return { forward: [chunk] }
  }

  rest(): Uint8Array {
    return NOTHING
  }
}

class Slicing implements Mangler {
  fired = false

  take(chunk: Uint8Array): Mangled {
    this.fired = true
    return { forward: Array.from(chunk, (byte) => Uint8Array.of(byte)) }
  }

  rest(): Uint8Array {
    return NOTHING
  }
}

class ByteMangler implements Mangler {
  fired = false
  readonly #fault: Fault
  #passed = 0

  constructor(fault: Fault) {
    this.#fault = fault
  }

  take(chunk: Uint8Array): Mangled {
    const { kind, at } = this.#fault
    const start = this.#passed
    this.#passed += chunk.length
    // Those that end the connection do so behind the byte before: at 0 with the first byte that comes.
    const met = at >= start && at < this.#passed
    if (this.fired || !met) return { forward: [chunk] }
    this.fired = true
    const [before, after] = [chunk.subarray(0, at - start), chunk.subarray(at - start)]
    if (kind === 'flip') return { forward: [before, this.#flipped(after)] }
    if (kind === 'insert') return { forward: [before, Uint8Array.of(0x5a), after] }
    if (kind === 'lose') return { forward: [before, after.subarray(1)] }
    return { forward: [before], end: kind as 'fin' | 'rst' | 'mute' | 'vanish' }
  }

  rest(): Uint8Array {
    return NOTHING
  }

  #flipped(bytes: Uint8Array): Uint8Array {
    const flipped = new Uint8Array(bytes)
    flipped[0]! ^= 1 << (this.#fault.bit ?? 0)
    return flipped
  }
}

class UnitMangler implements Mangler {
  fired = false
  readonly #fault: Fault
  readonly #units: Units
  #index = 0
  #swapped: Uint8Array | undefined
  /** The last two, without the very first, which is no record. */
  #before: readonly Uint8Array[] = []

  constructor(fault: Fault, units: Units) {
    this.#fault = fault
    this.#units = units
  }

  take(chunk: Uint8Array): Mangled {
    const forward: Uint8Array[] = []
    let back: Uint8Array | undefined
    for (const unit of this.#units.push(chunk)) {
      if (this.#index === this.#fault.at) {
        this.fired = true
        if (this.#fault.kind === 'reflect') back = unit
        forward.push(...this.#committed(unit))
      } else forward.push(unit, ...this.#afterwards())
      if (this.#index++ > 0) this.#before = [...this.#before, unit].slice(-2)
    }
    return { forward, back }
  }

  rest(): Uint8Array {
    return this.#units.rest
  }

  #committed(unit: Uint8Array): readonly Uint8Array[] {
    switch (this.#fault.kind) {
      case 'drop':
        return []
      case 'duplicate':
        return [unit, unit]
      case 'replay':
        return [unit, this.#before[0] ?? unit]
      case 'shorten':
        return [unit.subarray(0, -1)]
      case 'swap':
        this.#swapped = unit
        return []
      default:
        return [unit]
    }
  }

  #afterwards(): readonly Uint8Array[] {
    const held = this.#swapped
    this.#swapped = undefined
    return held === undefined ? [] : [held]
  }
}
