/** A session as user code knows it. */

import type { Role } from '../ir/source.ts'
import type { Session } from '../kernel/link.ts'
import type { Program } from '../kernel/program.ts'

/** What stands behind it. */
interface HandledSession {
  readonly id: number
  readonly program: Program
  readonly signal: AbortSignal
  cancel(by: Role, reason: string | undefined): void
}

/**
 * A class: a literal with a getter has a shape of its own, which is old from the start and holds the getter, and through it the
 * session, until the next full collection.
 */
export class SessionHandle implements Session {
  readonly #core: HandledSession
  readonly id: number
  readonly protocol: string
  readonly role: Role
  /** A function of its own, so that it can be passed on. */
  readonly cancel: Session['cancel']

  constructor(core: HandledSession) {
    const { definition, role } = core.program
    this.#core = core
    this.id = core.id
    this.protocol = definition.name
    this.role = role
    this.cancel = createCancel(core)
    Object.freeze(this)
  }

  get signal(): AbortSignal {
    return this.#core.signal
  }
}

/** Apart, for the reason that the moves of a state have. */
function createCancel(core: HandledSession): Session['cancel'] {
  return (reason) => {
    core.cancel(core.program.role, reason)
  }
}
