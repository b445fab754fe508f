/** The one call of a generated file: it turns the table into the protocol object that user code imports. */

import type { Role } from '../ir/source.ts'
import type { Definition } from './definition.ts'
import { SteerError } from '../base/errors.ts'
import { LINK_RUNTIME, SERVE_ENTRY, type Link, type LinkRuntime, type ServeEntry } from './link.ts'
import { compileProgram } from './program.ts'

/** What every generated protocol has beside its two sides. */
export interface ProtocolInfo {
  /** The name on the wire. */
  readonly name: string
  /** SHA-256 of wire machine and payload shapes, 64 lower-case hex digits. Equal fingerprints talk to each other. */
  readonly fingerprint: string
  /** Most bytes that one session can hold at once. */
  readonly memoryBound: number
}

/**
 * Builds the protocol object of a generated file. `Protocol` is the interface that the generator wrote out for this very
 * table, so the cast below is sound exactly as long as both come from one run of the generator.
 *
 * @throws SteerError `internal` when the table is not one that a generator of this version writes.
 */
export function protocol<Protocol extends ProtocolInfo>(definition: Definition): Protocol {
  const built: ProtocolInfo & Record<Role, object> = {
    name: definition.name,
    fingerprint: definition.fingerprint,
    memoryBound: definition.memoryBound,
    master: side(definition, 'master'),
    peer: side(definition, 'peer'),
  }
  return Object.freeze(built) as unknown as Protocol
}

function side(definition: Definition, role: Role): object {
  const program = compileProgram(definition, role)
  return Object.freeze({
    handle: (link: Link, handlers: unknown, options?: unknown) =>
      rejecting(() => runtimeOf(link).handle(program, handlers, options)),
    open: (link: Link, options?: unknown) => rejecting(() => runtimeOf(link).open(program, options)),
    turns: (link: Link, options?: unknown) => runtimeOf(link).turns(program, options),
    with: (handlers: unknown, options?: unknown): ServeEntry => ({
      protocol: definition.name,
      role,
      [SERVE_ENTRY]: { program, handlers, options },
    }),
  })
}

/** What `call` throws, the promise rejects with. An async function would hold three objects more for as long as the session runs. */
function rejecting(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return call()
  } catch (error) {
    return Promise.reject(error)
  }
}

function runtimeOf(link: Link): LinkRuntime {
  // Programs that were not compiled can pass anything, an unawaited promise of a link above all.
  const runtime = (link as Partial<Link> | undefined)?.[LINK_RUNTIME]
  if (runtime !== undefined) return runtime
  throw new SteerError('misuse', 'the first argument must be a link, as connect, listen and attach give it')
}
