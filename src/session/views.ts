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

const views = new WeakMap<Link, () => readonly SessionView[]>()

export function setViews(link: Link, look: () => readonly SessionView[]): void {
  views.set(link, look)
}

/** The sessions that run on a link, oldest first. */
export function sessionsOf(link: Link): readonly SessionView[] {
  return views.get(link)?.() ?? []
}
