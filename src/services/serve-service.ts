/** Serving sessions as a service: it listens as long as it lives, and gives its sessions the metadata of the reactor. */

import { listenAbort } from '../base/abort.ts'
import { createDeferred } from '../base/deferred.ts'
import type { Service } from '../reactor/index.ts'
import {
  listen,
  type Address,
  type InsecureSettings,
  type Link,
  type LinkSettings,
  type Listener,
} from '../session/index.ts'
import { checkDial, drainingDefaults } from './draining.ts'
import { entriesOf, type Served } from './kept-link.ts'
import { keepLink } from './live-links.ts'

/** Options of `serveService`: an address and the settings of its links, as `listen` has them. */
export type ServeServiceOptions<M> = Address &
  Omit<LinkSettings, 'serve'> &
  InsecureSettings & {
    /** What is served. A function is handed the metadata of the reactor, once for each main. */
    readonly serve: Served<M>
    /** Told of the address when it is had: the real port where 0 was asked for. */
    readonly onListening?: ((address: Listener['address'], metadata: M) => void) | undefined
    /** Called for each link when it is open. What it throws closes that link. */
    readonly onLink?: ((link: Link, metadata: M) => void) | undefined
    /** Time of running sessions to finish when the service stops, in ms. Default 4000; 0 cuts them off. */
    readonly drainMs?: number | undefined
  }

/**
 * A service that listens for links. It is ready when the listener listens, fails where the address cannot be had, and stops by
 * taking no new sessions and letting those that run finish.
 *
 * @throws SteerError `misuse` for an address, security or time that makes no sense.
 */
export function serveService<M = unknown>(options: ServeServiceOptions<M>): Service<M> {
  const { serve, onListening, onLink, drainMs, ...settings } = options
  const drain = checkDial(options, drainMs)
  const service: Service<M> = {
    defaults: drainingDefaults(drain),
    main: async (metadata, ctx) => {
      const listener = await listen({
        ...settings,
        serve: entriesOf(serve, metadata, ctx),
        onLink: (link) => {
          keepLink(service, link)
          onLink?.(link, metadata)
        },
      })
      try {
        onListening?.(listener.address, metadata)
        ctx.ready()
        await aborted(ctx.signal)
      } finally {
        await listener.close({ deadlineMs: drain })
      }
    },
  }
  return service
}

async function aborted(signal: AbortSignal): Promise<void> {
  const over = createDeferred<undefined>()
  const forget = listenAbort(signal, () => over.resolve(undefined))
  await over.promise
  forget()
}
