/** A link as user code sees it, and the place where each form of use meets its session. */

import { listenAbort } from '../base/abort.ts'
import { createDeferred } from '../base/deferred.ts'
import { SteerError } from '../base/errors.ts'
import {
  LINK_RUNTIME,
  type CloseOptions,
  type Link,
  type LinkEnd,
  type LinkRuntime,
  type ServeEntry,
} from '../kernel/link.ts'
import type { Signal } from '../kernel/link.ts'
import type { Program } from '../kernel/program.ts'
import { DirectDriver } from './forms/direct.ts'
import { createHandlerTable, HandlersDriver, type HandledResult } from './forms/handlers.ts'
import { createHooks } from './forms/hooks.ts'
import { createTurns } from './forms/turns.ts'
import { CLOSE_DEADLINE_MS, type LinkCore } from './link.ts'
import { createCiphers } from './sealing.ts'
import { SESSION_VIEWS, type SessionView, type Viewed } from './views.ts'

/** The options of all forms together; what generated types do not offer for a form is not looked at there. */
interface FormOptions {
  readonly metadata?: unknown
  readonly hooks?: unknown
  readonly ciphers?: unknown
  readonly signal?: Signal
  readonly debug?: boolean
  readonly closeLink?: boolean
}

export function createLinkFace(core: LinkCore): Link {
  return new LinkFace(core)
}

/** A class, not a literal with getters: V8 would make a shape of its own for each of these, and each idle link pay for it. */
class LinkFace implements Link, Viewed {
  readonly id: string
  readonly remoteAddress: string | undefined
  readonly #core: LinkCore
  /** Made for the first session of this side. */
  #runtime: LinkRuntime | undefined

  constructor(core: LinkCore) {
    this.#core = core
    this.id = core.id
    this.remoteAddress = core.remoteAddress
  }

  get peer(): Link['peer'] {
    return this.#core.peer
  }

  get signal(): AbortSignal {
    return this.#core.signal
  }

  get closed(): Promise<LinkEnd> {
    return this.#core.closed
  }

  serve(entries: readonly ServeEntry[]): void {
    this.#core.serve(entries)
  }

  async close(options?: CloseOptions): Promise<void> {
    await this.#core.close(checkDeadline(options?.deadlineMs))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  [SESSION_VIEWS](): readonly SessionView[] {
    return this.#core.views()
  }

  get [LINK_RUNTIME](): LinkRuntime {
    return (this.#runtime ??= new CoreRuntime(this.#core))
  }
}

/** A class: a literal would have three closures for each link that opens sessions. */
class CoreRuntime implements LinkRuntime {
  readonly #core: LinkCore

  constructor(core: LinkCore) {
    this.#core = core
  }

  handle(program: Program, handlers: unknown, options: unknown): Promise<HandledResult> {
    const given = (options ?? {}) as FormOptions
    return given.closeLink === true
      ? handleAndClose(this.#core, program, handlers, given)
      : handle(this.#core, program, handlers, given)
  }

  open(program: Program, options: unknown): Promise<unknown> {
    return startDirect(this.#core, program, options ?? {}, false).first
  }

  turns(program: Program, options: unknown): unknown {
    return createTurns(program.role, () => startDirect(this.#core, program, options ?? {}, true))
  }
}

async function handleAndClose(
  core: LinkCore,
  program: Program,
  handlers: unknown,
  options: FormOptions,
): Promise<HandledResult> {
  try {
    return await handle(core, program, handlers, options)
  } finally {
    await core.close(CLOSE_DEADLINE_MS)
  }
}

function handle(core: LinkCore, program: Program, handlers: unknown, options: FormOptions): Promise<HandledResult> {
  throwIfAborted(options.signal)
  const hooks = createHooks(program, options.hooks)
  const table = createHandlerTable(program, handlers)
  const ciphers = createCiphers(program, options.ciphers)
  const done = createDeferred<HandledResult>()
  const session = core.openSession(program)
  const unlisten = listenAbort(options.signal, () => {
    session.abandon(options.signal?.reason)
  })
  session.bind(
    new HandlersDriver(session, table, {
      hooks,
      metadata: options.metadata,
      onEnd: (end) => {
        unlisten()
        if (end.result === undefined) done.reject(end.error)
        else done.resolve(end.result)
      },
    }),
    ciphers,
  )
  session.begin()
  return done.promise
}

/** Opens a session whose moves perform, for a script or for a loop. */
function startDirect(
  core: LinkCore,
  program: Program,
  options: FormOptions,
  forTurns: boolean,
): { readonly driver: DirectDriver; readonly first: Promise<unknown> } {
  throwIfAborted(options.signal)
  const hooks = createHooks(program, options.hooks)
  const ciphers = createCiphers(program, options.ciphers)
  const session = core.openSession(program)
  const unlisten = listenAbort(options.signal, () => {
    session.abandon(options.signal?.reason)
  })
  const { metadata, debug = false } = options
  const driver = new DirectDriver(session, { hooks, metadata, debug, forTurns, onOver: unlisten })
  session.bind(driver, ciphers)
  return { driver, first: driver.start() }
}

function throwIfAborted(signal: Signal | undefined): void {
  if (signal?.aborted === true) throw signal.reason
}

function checkDeadline(deadlineMs = CLOSE_DEADLINE_MS): number {
  if (Number.isFinite(deadlineMs) && deadlineMs >= 0 && deadlineMs < 2 ** 31) return deadlineMs
  throw new SteerError('misuse', `deadlineMs must be a number of milliseconds from 0 to 2^31 - 1, not ${deadlineMs}`)
}
