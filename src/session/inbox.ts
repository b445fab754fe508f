/** Messages that have arrived before the program was ready for them. The receive window bounds how many there can be. */

import type { Edge } from '../kernel/program.ts'

export interface Arrival {
  readonly edge: Edge
  readonly message: unknown
  /** Size of the payload on the wire. */
  readonly bytes: number
}

export class Inbox {
  /** Made with the first arrival: turn-taking sessions never need it. */
  #arrivals: (Arrival | undefined)[] | undefined
  #head = 0

  push(arrival: Arrival): void {
    this.#arrivals ??= []
    this.#arrivals.push(arrival)
  }

  shift(): Arrival | undefined {
    const arrivals = this.#arrivals
    if (arrivals === undefined) return undefined
    const arrival = arrivals[this.#head]
    arrivals[this.#head++] = undefined
    if (this.#head === arrivals.length) {
      // Emptied as a whole, so that taking from the front stays cheap.
      arrivals.length = 0
      this.#head = 0
      this.#arrivals = undefined
    }
    return arrival
  }

  clear(): void {
    this.#arrivals = undefined
    this.#head = 0
  }
}
