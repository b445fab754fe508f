/** What the sessions of a link look like at a moment, for people and for views. */

import type { Role } from '../ir/source.ts'
import type { Link } from '../kernel/link.ts'

export interface SessionView {
  /** Its number on the link. */
  readonly session: number
  readonly protocol: string
  /** The side that this program plays. */
  readonly role: Role
  /** The label of the last frame in either direction; undefined where there was none. */
  readonly after: string | undefined
  /** Whose move is next: the other side waits for it. Undefined where everything is said. */
  readonly waitsFor: Role | undefined
}

/** Where a link has them: for this room alone, and so under a name that nobody else has. */
export const SESSION_VIEWS: unique symbol = Symbol('coxswain.session-views')

export interface Viewed {
  [SESSION_VIEWS](): readonly SessionView[]
}

/** The sessions that run on a link, by number: those of each side oldest first. */
export function sessionsOf(link: Link): readonly SessionView[] {
  return (link as Link & Partial<Viewed>)[SESSION_VIEWS]?.() ?? []
}
