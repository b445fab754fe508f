/** Dialling as a service: a link that is kept up, and what runs on it. */

import { listenAbort } from '../base/abort.ts'
import { createDeferred } from '../base/deferred.ts'
import { SteerError } from '../base/errors.ts'
import type { Awaitable, Service, ServiceContext } from '../reactor/index.ts'
import {
  connect,
  type Address,
  type InsecureSettings,
  type Link,
  type LinkSettings,
  type RetrySettings,
  type ServeEntry,
} from '../session/index.ts'
import { checkDial, drainingDefaults } from './draining.ts'
import { keepLink } from './live-links.ts'

/** Options of `dialService`: an address and the settings of the link, as `connect` has them. */
export type DialServiceOptions<M> = Address &
  Omit<LinkSettings, 'serve'> &
  InsecureSettings & {
    /** What the other side may open. A function is handed the metadata of the reactor, once for each main. Default: nothing. */
    readonly serve?:
      readonly ServeEntry[] | ((metadata: M, ctx: ServiceContext<M>) => readonly ServeEntry[]) | undefined
    /**
     * What runs on the link; `ctx.signal` aborts when the link is over, too. When it returns, the link is closed, and the next
     * main dials again. Default: the link is held until it ends, which is a failure.
     */
    readonly run?: ((link: Link, metadata: M, ctx: ServiceContext<M>) => Awaitable<void>) | undefined
    /** Attempts within one main. Default as `connect`: ten more, further and further apart. Then the main has failed. */
    readonly retry?: RetrySettings | undefined
    /** Time of running sessions to finish when the service stops or `run` returns, in ms. Default 4000; 0 cuts them off. */
    readonly drainMs?: number | undefined
  }

/** A peer that is not there yet is no reason to end a service. */
const READY_MAX_MS = 2 ** 31 - 1

/**
 * A service that dials and keeps a link up. It is ready when the link is up, however long that takes, fails where the link is
 * lost or nobody answers, and stops by taking no new sessions and letting those that run finish.
 *
 * @throws SteerError `misuse` for an address, security or time that makes no sense.
 */
export function dialService<M = unknown>(options: DialServiceOptions<M>): Service<M> {
  const { serve, run, retry = {}, drainMs, ...settings } = options
  const drain = checkDial(options, drainMs)
  const service: Service<M> = {
    defaults: { ...drainingDefaults(drain), initTimeoutMs: READY_MAX_MS },
    main: async (metadata, ctx) => {
      const entries = typeof serve === 'function' ? serve(metadata, ctx) : serve
      const link = await connect({ ...settings, serve: entries, retry, signal: ctx.signal })
      keepLink(service, link)
      const close = (): Promise<void> => link.close({ deadlineMs: drain })
      const forget = listenAbort(ctx.signal, () => void close())
      try {
        ctx.ready()
        await (run === undefined ? link.closed : run(link, metadata, withLink(ctx, link)))
      } finally {
        forget()
        await close()
      }
      const { error } = await link.closed
      if (ctx.signal.aborted) return
      if (error !== undefined) throw error
      if (run === undefined) throw new SteerError('unavailable', 'the other side closed the link')
    },
  }
  return service
}

/** The context of a main that makes no sense without its link. */
function withLink<M>(ctx: ServiceContext<M>, link: Link): ServiceContext<M> {
  const signal = AbortSignal.any([ctx.signal, link.signal])
  return { ...ctx, signal, sleep: (ms) => unlessAborted(ctx.sleep(ms), signal) }
}

async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const over = createDeferred<never>()
  const forget = listenAbort(signal, () => over.reject(signal.reason))
  try {
    await Promise.race([work, over.promise])
  } finally {
    forget()
  }
}
