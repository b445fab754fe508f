/**
 * Sessions of this side that have come to their end here before the other side has accepted them: it may still have all that
 * was sent to take in, and may wait for this side's verdict on the version. Each keeps its place among the sessions that the
 * other side takes at once, so there are never more of them than that, and none outlives the longest turn.
 */

import type { Program } from '../kernel/program.ts'
import { SWEEPS_PER_TURN } from './link-watch.ts'
import { NumberMap } from './number-map.ts'

interface Unanswered {
  readonly id: number
  readonly program: Program
  /** Of the link, when the session ended. */
  readonly epoch: number
}

export class UnansweredSessions {
  readonly #sessions = new NumberMap<Unanswered>()
  /** How many of them this side may have to confirm; a link that closes waits for these. */
  #confirmable = 0

  /** This side has nothing to say of any of them. */
  get isIdle(): boolean {
    return this.#confirmable === 0
  }

  get isEmpty(): boolean {
    return this.#sessions.size === 0
  }

  add(id: number, program: Program, epoch: number): void {
    this.#sessions.set(id, { id, program, epoch })
    if (isConfirmable(program)) this.#confirmable++
  }

  /** The other side has answered. Undefined for a session that is none of these. */
  take(id: number): Program | undefined {
    if (this.#sessions.size === 0) return undefined
    const program = this.#sessions.get(id)?.program
    this.#sessions.delete(id)
    if (program !== undefined && isConfirmable(program)) this.#confirmable--
    return program
  }

  /** Those that have had no answer for the longest turn. */
  overdue(epoch: number): number[] {
    const overdue = this.#sessions.values().filter((session) => epoch - session.epoch > SWEEPS_PER_TURN)
    return overdue.map(({ id }) => id)
  }
}

/** Without a list there is nothing to say of another version. */
function isConfirmable({ definition }: Program): boolean {
  return definition.accepts !== undefined
}
