/** A state as a handler gets it. One is made for each call of a handler, so it holds as little as it can. */

import type { Link, Session } from '../../kernel/link.ts'
import type { Edge, Place } from '../../kernel/program.ts'
import type { StreamEnd } from '../../kernel/state.ts'
import type { SessionCore } from '../session.ts'
import { endStream } from '../streams/end-stream.ts'
import type { IncomingStream } from '../streams/incoming.ts'

/** `message`, `stream`, `end`, `via`, `send`, `streamed` and `outcome` exist only where the state has them. */
export class HandlerTurn {
  readonly #core: SessionCore
  readonly metadata: unknown
  readonly at: string
  declare readonly via?: string
  declare readonly message?: unknown
  declare readonly outcome?: string
  declare readonly send?: Place['plans']
  declare readonly stream?: AsyncIterable<unknown>
  declare readonly streamed?: StreamEnd
  declare readonly end?: () => Promise<{ readonly how: StreamEnd; readonly send?: Place['plans'] }>

  constructor(core: SessionCore, metadata: unknown, edge: Edge, message: unknown) {
    this.#core = core
    this.metadata = metadata
    this.at = edge.at!
    if (edge.via !== undefined) this.via = edge.via
    if (core.streamed !== undefined) this.streamed = core.streamed
    if (!edge.mine && edge.window > 0) {
      const stream = message as IncomingStream
      this.stream = stream.reader
      this.end = () => endStream(stream, edge.rest.mine ? { send: edge.rest.plans } : {})
    } else if (!edge.mine && edge.codec !== undefined) this.message = message
    if (edge.rest.mine && this.end === undefined) this.send = edge.rest.plans
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
