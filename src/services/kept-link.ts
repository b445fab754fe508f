/** A main that keeps a link up, wherever the link comes from. */

import { listenAbort } from '../base/abort.ts'
import { createDeferred } from '../base/deferred.ts'
import { SteerError } from '../base/errors.ts'
import type { Awaitable, Service, ServiceContext } from '../reactor/index.ts'
import type { Link, ServeEntry } from '../session/index.ts'
import { drainingDefaults } from './draining.ts'
import { keepLink } from './live-links.ts'

/** What is served on a link. A function is handed the metadata of the reactor, once for each main. */
export type Served<M> = readonly ServeEntry[] | ((metadata: M, ctx: ServiceContext<M>) => readonly ServeEntry[])

export type RunOnLink<M> = (link: Link, metadata: M, ctx: ServiceContext<M>) => Awaitable<void>

interface KeptLinkOptions<M> {
  readonly open: (serve: readonly ServeEntry[] | undefined, ctx: ServiceContext<M>) => Promise<Link>
  readonly serve: Served<M> | undefined
  readonly run: RunOnLink<M> | undefined
  readonly drainMs: number
}

/** Somebody at the other end who is not there yet is no reason to end a service. */
const READY_MAX_MS = 2 ** 31 - 1

export function keepLinkUp<M>({ open, serve, run, drainMs }: KeptLinkOptions<M>): Service<M> {
  const service: Service<M> = {
    defaults: { ...drainingDefaults(drainMs), initTimeoutMs: READY_MAX_MS },
    main: async (metadata, ctx) => {
      const link = await open(entriesOf(serve, metadata, ctx), ctx)
      keepLink(service, link)
      const close = (): Promise<void> => link.close({ deadlineMs: drainMs })
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

export function entriesOf<M>(
  serve: Served<M> | undefined,
  metadata: M,
  ctx: ServiceContext<M>,
): readonly ServeEntry[] | undefined {
  return typeof serve === 'function' ? serve(metadata, ctx) : serve
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
