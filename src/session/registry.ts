/** The protocols that a link serves, by name and role. */

import { SteerError } from '../base/errors.ts'
import { otherRole, type Role } from '../ir/source.ts'
import { SERVE_ENTRY, type ServeEntry, type Session } from '../kernel/link.ts'
import type { Program } from '../kernel/program.ts'
import type { SessionEnd } from '../kernel/options.ts'
import { createHandlerTable, type HandlerTable } from './forms/handlers.ts'
import { createHooks, type Hooks } from './forms/hooks.ts'
import { createCiphers, type Ciphers } from './sealing.ts'

/** An entry made ready: checked once, used for every session. */
export interface Serving {
  readonly program: Program
  readonly hooks: Hooks
  readonly ciphers: Ciphers
  readonly metadata: unknown
  readonly onSessionEnd: ((end: SessionEnd<unknown>) => void) | undefined
  /**
   * The handlers of one session: the same for all, or made anew where the entry is a function, which alone is shown the session.
   * Throws what that function throws.
   */
  handlersFor(session: { readonly handle: Session }): HandlerTable
}

interface WithOptions {
  readonly metadata?: unknown
  readonly hooks?: unknown
  readonly ciphers?: unknown
  readonly onSessionEnd?: (end: SessionEnd<unknown>) => void
}

/** What a link serves. One registry may be shared by the links of a listener. */
export class Registry {
  readonly #serving = new Map<string, Serving>()

  constructor(entries: readonly ServeEntry[] = []) {
    this.add(entries)
  }

  /** @throws SteerError `misuse` for a second entry of one protocol and role, and for handlers, hooks or ciphers that do not fit. */
  add(entries: readonly ServeEntry[]): void {
    for (const entry of entries) {
      if ((entry[SERVE_ENTRY] as unknown) === undefined) {
        throw new SteerError('misuse', 'serve takes what P.master.with(...) and P.peer.with(...) return')
      }
      const key = keyOf(entry.protocol, entry.role)
      if (this.#serving.has(key)) {
        throw new SteerError('misuse', `protocol "${entry.protocol}" is served twice as ${entry.role}`)
      }
      this.#serving.set(key, prepare(entry))
    }
  }

  /** The entry for a session that the other side opens as `openerRole`. */
  find(protocol: string, openerRole: Role): Serving | undefined {
    return this.#serving.get(keyOf(protocol, otherRole(openerRole)))
  }

  copy(): Registry {
    const copy = new Registry()
    for (const [key, serving] of this.#serving) copy.#serving.set(key, serving)
    return copy
  }
}

function keyOf(protocol: string, role: Role): string {
  return `${role} ${protocol}`
}

function prepare(entry: ServeEntry): Serving {
  const { program, handlers, options } = entry[SERVE_ENTRY]
  const given = (options ?? {}) as WithOptions
  const fixed = typeof handlers === 'function' ? undefined : createHandlerTable(program, handlers)
  const create = handlers as (session: Session, metadata: unknown) => unknown
  return {
    program,
    hooks: createHooks(program, given.hooks),
    ciphers: createCiphers(program, given.ciphers),
    metadata: given.metadata,
    onSessionEnd: given.onSessionEnd,
    handlersFor: (session) => fixed ?? createHandlerTable(program, create(session.handle, given.metadata)),
  }
}
