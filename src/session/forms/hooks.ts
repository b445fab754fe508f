/** The hooks of local steps, as the program gave them. */

import { SteerError } from '../../base/errors.ts'
import type { Link, Session } from '../../kernel/link.ts'
import type { LocalContext } from '../../kernel/state.ts'
import type { Program } from '../../kernel/program.ts'
import type { SessionCore } from '../session.ts'

export type Hooks = ReadonlyMap<string, (context: LocalContext<unknown>) => unknown>

/** Shared by all sessions without: a map of its own would be a tenth of what an idle one holds. */
const NO_HOOKS: Hooks = new Map()

/**
 * Checks the hooks against the local steps of a program.
 *
 * @throws SteerError `misuse` for a missing one, one that no step names, and one that is no function.
 */
export function createHooks(program: Program, given: unknown): Hooks {
  if (program.hooks.size === 0 && given === undefined) return NO_HOOKS
  const name = `${program.definition.name} as ${program.role}`
  const hooks = new Map<string, (context: LocalContext<unknown>) => unknown>()
  const source = (given ?? {}) as Record<string, unknown>
  if (typeof source !== 'object') throw new SteerError('misuse', `the hooks of ${name} must be an object of functions`)
  for (const key of Object.keys(source)) {
    if (!program.hooks.has(key)) throw new SteerError('misuse', `${name} has no local step "${key}"`)
  }
  for (const step of program.hooks) {
    const hook = Object.hasOwn(Object.prototype, step) && !Object.hasOwn(source, step) ? undefined : source[step]
    if (typeof hook !== 'function') {
      throw new SteerError('misuse', `the hook "${step}" of ${name} is missing: give it under hooks: { ${step}: … }`)
    }
    hooks.set(step, hook.bind(source) as (context: LocalContext<unknown>) => unknown)
  }
  return hooks
}

/** A class for the reason of the session's handle: a literal with a getter would outlive its session. */
export class HookContext implements LocalContext<unknown> {
  readonly #core: SessionCore
  readonly name: string
  readonly metadata: unknown
  readonly session: Session
  readonly link: Link

  constructor(core: SessionCore, name: string, metadata: unknown) {
    this.#core = core
    this.name = name
    this.metadata = metadata
    this.session = core.handle
    this.link = core.link
  }

  get signal(): AbortSignal {
    return this.#core.signal
  }
}
