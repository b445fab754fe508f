/** Messages that have arrived before the program was ready for them. The receive window bounds how many there can be. */

import type { Edge } from '../kernel/program.ts'

export interface Arrival {
  readonly edge: Edge
  readonly message: unknown
  /** Size of the payload on the wire. */
  readonly bytes: number
}

export class Inbox {
  #arrivals: (Arrival | undefined)[] = []
  #head = 0

  push(arrival: Arrival): void {
    this.#arrivals.push(arrival)
  }

  shift(): Arrival | undefined {
    const arrivals = this.#arrivals
    if (this.#head === arrivals.length) return undefined
    const arrival = arrivals[this.#head]
    arrivals[this.#head++] = undefined
    if (this.#head === arrivals.length) {
      // Emptied as a whole, so that taking from the front stays cheap, and given back, so that an idle session is small.
      this.#arrivals = []
      this.#head = 0
    }
    return arrival
  }
}
