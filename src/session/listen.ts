/** Listening: a socket, and a link for each connection that comes through it. */

import { callUser } from '../base/deferred.ts'
import { SteerError } from '../base/errors.ts'
import type { CloseOptions, Disposable, Link } from '../kernel/link.ts'
import { listenSocket, type SocketAddress, type SocketServer } from '../wire/tcp.ts'
import type { Transport } from '../wire/transport.ts'
import type { LinkCore } from './link.ts'
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

/**
 * Listens for links.
 *
 * @throws SteerError `unavailable` when the address cannot be had, `misuse` for options that make no sense.
 */
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
class AcceptedLinks {
  readonly links = new Set<Link>()
  readonly #prepared: PreparedLink
  readonly #onLink: ((link: Link) => void) | undefined
  /** Connections whose link is not open yet, oldest first. */
  readonly #opening = new Set<LinkCore>()
  readonly #all = new Set<LinkCore>()
  readonly #openPerHost = new Map<string, number>()

  constructor(prepared: PreparedLink, onLink: ((link: Link) => void) | undefined) {
    this.#prepared = prepared
    this.#onLink = onLink
  }

  add(transport: Transport): void {
    const onOpen = (opened: LinkCore): void => {
      this.#opened(opened)
    }
    const core = createLink(transport, this.#prepared, { onOpen })
    this.#all.add(core)
    this.#opening.add(core)
    this.#makeRoom(core)
    core.whenOpen.catch(() => this.#opening.delete(core))
    void core.closed.then(() => {
      this.#all.delete(core)
      if (this.links.delete(core.link)) this.#count(core, -1)
    })
    core.start()
  }

  async close(closing: CloseOptions | undefined): Promise<void> {
    await Promise.all([...this.#all].map((core) => core.link.close(closing)))
  }

  /** The connection that has been opening for longest gives way, so that silent ones cannot keep others out. */
  #makeRoom(newcomer: LinkCore): void {
    const { openingMax, openingPerAddressMax } = this.#prepared.limits
    const host = hostOf(newcomer)
    const sameHost = [...this.#opening].filter((core) => hostOf(core) === host)
    const oldest = sameHost.length > openingPerAddressMax ? sameHost[0] : [...this.#opening][0]
    if (oldest === undefined || (this.#opening.size <= openingMax && sameHost.length <= openingPerAddressMax)) return
    this.#opening.delete(oldest)
    void oldest.close(0)
  }

  #opened(core: LinkCore): void {
    this.#opening.delete(core)
    this.links.add(core.link)
    const fromHost = this.#count(core, 1)
    const { linksMax, linksPerAddressMax } = this.#prepared.limits
    if (this.links.size > linksMax) core.fail(new SteerError('resource_exhausted', `limits.linksMax is ${linksMax}`))
    else if (fromHost > linksPerAddressMax) {
      core.fail(new SteerError('resource_exhausted', `limits.linksPerAddressMax is ${linksPerAddressMax}`))
    } else announce(core, this.#onLink)
  }

  #count(core: LinkCore, change: 1 | -1): number {
    const host = hostOf(core)
    const count = (this.#openPerHost.get(host) ?? 0) + change
    if (count === 0) this.#openPerHost.delete(host)
    else this.#openPerHost.set(host, count)
    return count
  }
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
