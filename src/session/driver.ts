/** What stands between a session and the program: each form of use is a driver. */

import type { Edge, Plan } from '../kernel/program.ts'
import type { Role } from '../ir/source.ts'

/** The state is held: the driver calls `proceed` later. */
export const PENDING: unique symbol = Symbol('pending')
/** No move is due here; go on. */
export const PROCEED: unique symbol = Symbol('proceed')

export type Decision = Plan | typeof PENDING | typeof PROCEED

/**
 * Called by the session, one call at a time and never from within another. Answers at once where it can, so that a message
 * that is already there costs no promise.
 */
export interface Driver {
  /** This side holds a state: the message of `edge` has arrived, or was sent and this side moves again, or it is the start. */
  arrived(edge: Edge, message: unknown): Decision
  /** Runs a hook; what it returns is waited for if it is a promise. */
  local(name: string): unknown
  /** The end of the protocol is reached, automatic steps included. `edge` brought the last message of the user's. */
  ended(edge: Edge): void
  cancelled(by: Role, reason: string | undefined): void
  failed(error: unknown): void
}
