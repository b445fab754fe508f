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
  const close = async (options?: CloseOptions): Promise<void> => {
    await core.close(checkDeadline(options?.deadlineMs))
  }
  return {
    id: core.id,
    remoteAddress: core.remoteAddress,
    get peer() {
      return core.peer
    },
    get signal() {
      return core.signal
    },
    get closed(): Promise<LinkEnd> {
      return core.closed
    },
    serve: (entries: readonly ServeEntry[]) => {
      core.serve(entries)
    },
    close,
    [Symbol.asyncDispose]: () => close(),
    [LINK_RUNTIME]: createRuntime(core),
  }
}

function createRuntime(core: LinkCore): LinkRuntime {
  return {
    handle: async (program, handlers, options) => {
      const given = (options ?? {}) as FormOptions
      try {
        return await handle(core, program, handlers, given)
      } finally {
        if (given.closeLink === true) await core.close(CLOSE_DEADLINE_MS)
      }
    },
    open: async (program, options) => startDirect(core, program, options ?? {}, false).first,
    turns: (program, options) => createTurns(program.role, () => startDirect(core, program, options ?? {}, true)),
  }
}

async function handle(
  core: LinkCore,
  program: Program,
  handlers: unknown,
  options: FormOptions,
): Promise<HandledResult> {
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
