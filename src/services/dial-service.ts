/** Dialling as a service: a link that is kept up, and what runs on it. */

import type { Service } from '../reactor/index.ts'
import {
  connect,
  type Address,
  type InsecureSettings,
  type LinkSettings,
  type RetrySettings,
} from '../session/index.ts'
import { checkDial } from './draining.ts'
import { keepLinkUp, type RunOnLink, type Served } from './kept-link.ts'

/** Options of `dialService`: an address and the settings of the link, as `connect` has them. */
export type DialServiceOptions<M> = Address &
  Omit<LinkSettings, 'serve'> &
  InsecureSettings & {
    /** What the other side may open. A function is handed the metadata of the reactor, once for each main. Default: nothing. */
    readonly serve?: Served<M> | undefined
    /**
     * What runs on the link; `ctx.signal` aborts when the link is over, too. When it returns, the link is closed, and the next
     * main dials again. Default: the link is held until it ends, which is a failure.
     */
    readonly run?: RunOnLink<M> | undefined
    /** Attempts within one main. Default as `connect`: ten more, further and further apart. Then the main has failed. */
    readonly retry?: RetrySettings | undefined
    /** Time of running sessions to finish when the service stops or `run` returns, in ms. Default 4000; 0 cuts them off. */
    readonly drainMs?: number | undefined
  }

/**
 * A service that dials and keeps a link up. It is ready when the link is up, however long that takes, fails where the link is
 * lost or nobody answers, and stops by taking no new sessions and letting those that run finish.
 *
 * @throws SteerError `misuse` for an address, security or time that makes no sense.
 */
export function dialService<M = unknown>(options: DialServiceOptions<M>): Service<M> {
  const { serve, run, retry = {}, drainMs, ...settings } = options
  return keepLinkUp({
    open: (entries, ctx) => connect({ ...settings, serve: entries, retry, signal: ctx.signal }),
    serve,
    run,
    drainMs: checkDial(options, drainMs),
  })
}
