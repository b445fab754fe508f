/** Listening: a socket, and a link for each connection that comes through it. */

import { callUser } from '../base/deferred.ts'
import { SteerError } from '../base/errors.ts'
import type { CloseOptions, Disposable, Link } from '../kernel/link.ts'
import { listenSocket, type SocketAddress, type SocketServer } from '../wire/tcp.ts'
import type { Transport } from '../wire/transport.ts'
import type { LinkCore, LinkEvents } from './link.ts'
import {
  checkAddress,
  checkSecurity,
  createLink,
  prepareLink,
  type Address,
  type InsecureSettings,
  type LinkSettings,
  type PreparedLink,
} from './link-settings.ts'

/** Options of `listen`: an address (host defaults to 127.0.0.1, port 0 takes a free one) and the settings of its links. */
export type ListenOptions = Address &
  LinkSettings &
  InsecureSettings & {
    /** Called for each link when it is open. What it throws closes that link. */
    readonly onLink?: ((link: Link) => void) | undefined
  }

/** A listening socket and the links that came through it. */
export interface Listener extends Disposable {
  /** The address in use, with the real port where 0 was asked for. */
  readonly address: SocketAddress
  /** The port in use; undefined for a unix socket. */
  readonly port: number | undefined
  /** The open links. */
  readonly links: ReadonlySet<Link>
  /** No new connections; closes every link as `link.close` does. Idempotent; never rejects. */
  close(options?: CloseOptions): Promise<void>
}

/** Listens for links. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const address = checkAddress(options)
  checkSecurity(options, address)
  const accepted = new AcceptedLinks(await prepareLink(options, 'responder'), options.onLink)
  const server = await listenSocket(address, (transport) => {
    accepted.add(transport)
  })
  return createListener(server, accepted)
}

function createListener(server: SocketServer, accepted: AcceptedLinks): Listener {
  const close = async (closing?: CloseOptions): Promise<void> => {
    const closed = server.close()
    await accepted.close(closing)
    await closed
  }
  return {
    address: server.address,
    port: 'port' in server.address ? server.address.port : undefined,
    links: accepted.links,
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}

/** The links of one listener, from the first byte to the last, and their caps. */
class AcceptedLinks implements LinkEvents {
  readonly links = new Set<Link>()
  readonly #prepared: PreparedLink
  readonly #onLink: ((link: Link) => void) | undefined
  /** Connections whose link is not open yet, oldest first. */
  readonly #opening = new Set<LinkCore>()
  readonly #openingPerHost = new Map<string, number>()
  readonly #all = new Set<LinkCore>()
  readonly #openPerHost = new Map<string, number>()

  constructor(prepared: PreparedLink, onLink: ((link: Link) => void) | undefined) {
    this.#prepared = prepared
    this.#onLink = onLink
  }

  add(transport: Transport): void {
    const core = createLink(transport, this.#prepared, this)
    this.#all.add(core)
    this.#opening.add(core)
    count(this.#openingPerHost, core, 1)
    this.#makeRoom(core)
    core.start()
  }

  async close(closing: CloseOptions | undefined): Promise<void> {
    await Promise.all([...this.#all].map((core) => core.link.close(closing)))
  }

  /** The connection that has been opening for longest gives way, so that silent ones cannot keep others out. */
  #makeRoom(newcomer: LinkCore): void {
    const { openingMax, openingPerAddressMax } = this.#prepared.limits
    const host = hostOf(newcomer)
    const isHostFull = (this.#openingPerHost.get(host) ?? 0) > openingPerAddressMax
    if (!isHostFull && this.#opening.size <= openingMax) return
    for (const core of this.#opening) {
      if (isHostFull && hostOf(core) !== host) continue
      void core.close(0)
      return
    }
  }

  opened(core: LinkCore): void {
    this.over(core)
    this.links.add(core.link)
    const fromHost = count(this.#openPerHost, core, 1)
    const { linksMax, linksPerAddressMax } = this.#prepared.limits
    if (this.links.size > linksMax) core.fail(new SteerError('resource_exhausted', `limits.linksMax is ${linksMax}`))
    else if (fromHost > linksPerAddressMax) {
      core.fail(new SteerError('resource_exhausted', `limits.linksPerAddressMax is ${linksPerAddressMax}`))
    } else announce(core, this.#onLink)
  }

  /** It does not open any more. */
  over(core: LinkCore): void {
    if (this.#opening.delete(core)) count(this.#openingPerHost, core, -1)
  }

  closed(core: LinkCore): void {
    this.#all.delete(core)
    if (this.links.delete(core.link)) count(this.#openPerHost, core, -1)
  }
}

/** Counts the link among those of its host; returns how many they are. */
function count(perHost: Map<string, number>, core: LinkCore, change: 1 | -1): number {
  const host = hostOf(core)
  const links = (perHost.get(host) ?? 0) + change
  if (links === 0) perHost.delete(host)
  else perHost.set(host, links)
  return links
}

/** The address without its port. Connections through a unix socket count as one address. */
function hostOf(core: LinkCore): string {
  return core.remoteAddress?.replace(/:\d+$/, '') ?? ''
}

function announce(core: LinkCore, onLink: ((link: Link) => void) | undefined): void {
  callUser(
    () => onLink?.(core.link),
    (error) => {
      core.failHere(SteerError.from(error, 'misuse', 'onLink'))
    },
  )
}
