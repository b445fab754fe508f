/** A state as a handler gets it. One is made for each call of a handler, so it holds as little as it can. */

import type { Link, Session } from '../../kernel/link.ts'
import type { Edge, Place } from '../../kernel/program.ts'
import type { SessionCore } from '../session.ts'

/** `message`, `via`, `send` and `outcome` exist only where the state has them. */
export class HandlerTurn {
  readonly #core: SessionCore
  readonly metadata: unknown
  readonly at: string
  declare readonly via?: string
  declare readonly message?: unknown
  declare readonly outcome?: string
  declare readonly send?: Place['plans']

  constructor(core: SessionCore, metadata: unknown, edge: Edge, message: unknown) {
    this.#core = core
    this.metadata = metadata
    this.at = edge.at!
    if (edge.via !== undefined) this.via = edge.via
    if (!edge.mine && edge.codec !== undefined) this.message = message
    if (edge.rest.mine) this.send = edge.rest.plans
    else if (edge.outcome !== undefined) this.outcome = edge.outcome
  }

  get session(): Session {
    return this.#core.handle
  }

  get link(): Link {
    return this.#core.link
  }

  get signal(): AbortSignal {
    return this.#core.signal
  }
}
