/** The links that the isolates of a reactor have opened to it, for whoever asks for them. */

import { listenAbort } from '../base/abort.ts'
import { createDeferred, type Deferred } from '../base/deferred.ts'
import { SteerError } from '../base/errors.ts'
import type { ByteStream } from '../reactor/index.ts'
import { openLink, type Link } from '../session/index.ts'
import { createIsolateTransport } from './isolate-transport.ts'

const desks = new WeakMap<object, LinkDesk>()

export function deskOf(reactor: object): LinkDesk | undefined {
  return desks.get(reactor)
}

export function setDesk(reactor: object, desk: LinkDesk): void {
  desks.set(reactor, desk)
}

export class LinkDesk {
  readonly #links = new Map<string, Link>()
  readonly #waiting = new Map<string, Set<Deferred<Link>>>()

  /** An isolate opens a link. */
  opened(service: string, stream: ByteStream): void {
    openLink(createIsolateTransport(stream), { initiator: false, security: 'none' }).then(
      (link) => this.#keep(service, link),
      // The isolate learns of it by the end of its stream, and tries again.
      () => undefined,
    )
  }

  /** A service has ended. */
  down(service: string, cause: SteerError | undefined): void {
    const error = new SteerError('unavailable', `"${service}" has ended`, cause === undefined ? undefined : { cause })
    for (const waiter of this.#waiting.get(service) ?? []) waiter.reject(error)
  }

  /** @throws SteerError `unavailable` where the service ends before there is a link; the reason of `signal`. */
  async take(service: string, signal: AbortSignal | undefined): Promise<Link> {
    signal?.throwIfAborted()
    const link = this.#links.get(service)
    if (link !== undefined) return link
    const waiter = createDeferred<Link>()
    const waiting = this.#waiting.get(service) ?? new Set()
    this.#waiting.set(service, waiting.add(waiter))
    const forget = listenAbort(signal, () => waiter.reject(signal?.reason))
    try {
      return await waiter.promise
    } finally {
      forget()
      waiting.delete(waiter)
    }
  }

  linksOf(service: string): readonly Link[] {
    const link = this.#links.get(service)
    return link === undefined ? [] : [link]
  }

  #keep(service: string, link: Link): void {
    this.#links.set(service, link)
    void link.closed.then(() => {
      if (this.#links.get(service) === link) this.#links.delete(service)
    })
    for (const waiter of this.#waiting.get(service) ?? []) waiter.resolve(link)
  }
}
