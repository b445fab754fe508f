/**
 * Numbers of sessions on one link: odd for those that the dialling side opens, even for the other's. They rise and are never
 * used again, so that a late frame can be told from a wrong one.
 */

import { SteerError } from '../base/errors.ts'

export class SessionNumbers {
  readonly #localParity: number
  #lastLocal: number
  #lastRemote: number
  /** Sessions of each side that are not over. */
  localOpen = 0
  remoteOpen = 0

  constructor(initiator: boolean) {
    this.#localParity = initiator ? 1 : 0
    this.#lastLocal = initiator ? -1 : 0
    this.#lastRemote = initiator ? 0 : -1
  }

  /** The next number of this side. At a million sessions a second they last for 142 years. */
  openLocal(): number {
    this.#lastLocal += 2
    this.localOpen++
    return this.#lastLocal
  }

  /** @throws SteerError `channel_corrupt` for a number of this side's, and for one that does not rise. */
  openRemote(id: number): void {
    if (id <= 0 || this.#isLocal(id))
      throw new SteerError('channel_corrupt', `the other side may not give the number ${id} to a session`)
    if (id <= this.#lastRemote) throw new SteerError('channel_corrupt', `session ${id} was opened a second time`)
    this.#lastRemote = id
    this.remoteOpen++
  }

  release(id: number): void {
    if (this.#isLocal(id)) this.localOpen--
    else this.remoteOpen--
  }

  wasOpened(id: number): boolean {
    return id > 0 && id <= (this.#isLocal(id) ? this.#lastLocal : this.#lastRemote)
  }

  #isLocal(id: number): boolean {
    return id % 2 === this.#localParity
  }
}
