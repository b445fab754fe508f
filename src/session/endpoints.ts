/** Where links come from: dialling, listening, and streams that are there already. */

import type { Duplex } from 'node:stream'

import { listenAbort } from '../base/abort.ts'
import { systemClock } from '../base/clock.ts'
import { SteerError } from '../base/errors.ts'
import { resolveLimits, type Limits } from '../base/limits.ts'
import type { CloseOptions, Disposable, Link, ServeEntry, Signal } from '../kernel/link.ts'
import { createStreamTransport } from '../wire/stream-transport.ts'
import { dialSocket, formatAddress, isLoopback, listenSocket, type SocketAddress } from '../wire/tcp.ts'
import type { Transport } from '../wire/transport.ts'
import { LinkCore } from './link.ts'
import { createLinkFace } from './link-face.ts'
import { Registry } from './registry.ts'

/** What every link can be given. */
export interface LinkSettings {
  /**
   * How the bytes are protected. This version knows `'none'` alone: nothing is encrypted and nobody is authenticated, so that
   * it has to be asked for by name.
   */
  readonly security: 'none'
  /** What the other side may open here. More can be added with `link.serve`. Default: nothing. */
  readonly serve?: readonly ServeEntry[] | undefined
  /** Bounds that differ from the defaults. */
  readonly limits?: Partial<Limits> | undefined
}

/** A TCP port or a unix socket. */
export type Address =
  | { readonly host?: string | undefined; readonly port: number; readonly path?: undefined }
  | { readonly path: string; readonly host?: undefined; readonly port?: undefined }

export interface InsecureSettings {
  /** Allows `security: 'none'` on an address that other machines can reach. Default false. */
  readonly allowInsecure?: boolean | undefined
}

/** Options of `connect`: an address (host defaults to 127.0.0.1), the settings of the link, and a signal. */
export type ConnectOptions = Address &
  LinkSettings &
  InsecureSettings & {
    /** Aborting gives up dialling; the call rejects with `signal.reason`. An open link is not touched. */
    readonly signal?: Signal | undefined
  }

/** Options of `listen`: an address (host defaults to 127.0.0.1, port 0 takes a free one) and the settings of its links. */
export type ListenOptions = Address &
  LinkSettings &
  InsecureSettings & {
    /** Called for each link when it is open. What it throws closes that link. */
    readonly onLink?: ((link: Link) => void) | undefined
  }

/** Options of `attach`. */
export interface AttachOptions extends LinkSettings {
  /** True on exactly one of the two ends: the one that speaks first. */
  readonly initiator: boolean
  readonly signal?: Signal | undefined
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
 * Dials and opens a link.
 *
 * @throws SteerError `unavailable` when nobody answers, `handshake_failed` when somebody else does, `deadline_exceeded` when
 * nothing comes within `limits.openMaxMs`, `misuse` for options that make no sense.
 */
export async function connect(options: ConnectOptions): Promise<Link> {
  const address = checkAddress(options)
  checkSecurity(options, address)
  const registry = new Registry(options.serve)
  const limits = resolveLimits(options.limits)
  const { signal } = options
  if (signal?.aborted === true) throw signal.reason
  let cancelDial = (): void => undefined
  let timedOut = false
  const unlisten = listenAbort(signal, () => {
    cancelDial()
  })
  const timer = systemClock.after(limits.openMaxMs, () => {
    timedOut = true
    cancelDial()
  })
  try {
    const transport = await dialSocket(address, (cancel) => {
      cancelDial = cancel
    })
    const core = createLink(transport, { initiator: true, limits, registry })
    cancelDial = () => void core.close(0)
    core.start()
    return await core.opened
  } catch (error) {
    if (isAborted(signal)) throw signal.reason
    if (!timedOut) throw error
    const text = `no link to ${formatAddress(address)} within limits.openMaxMs, ${limits.openMaxMs} ms`
    throw new SteerError('deadline_exceeded', text, { cause: error })
  } finally {
    timer.cancel()
    unlisten()
  }
}

/**
 * Listens for links.
 *
 * @throws SteerError `unavailable` when the address cannot be had, `misuse` for options that make no sense.
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  const address = checkAddress(options)
  checkSecurity(options, address)
  const registry = new Registry(options.serve)
  const limits = resolveLimits(options.limits)
  const cores = new Set<LinkCore>()
  const opening = new Set<LinkCore>()
  const links = new Set<Link>()
  const server = await listenSocket(address, (transport) => {
    const core = createLink(transport, { initiator: false, limits, registry })
    cores.add(core)
    opening.add(core)
    if (opening.size > limits.openingMax) dropOldest(opening)
    core.opened.then(
      (link) => {
        opening.delete(core)
        links.add(link)
        announce(core, options.onLink)
      },
      () => opening.delete(core),
    )
    void core.closed.then(() => {
      cores.delete(core)
      links.delete(core.link)
    })
    core.start()
  })
  const close = async (closing?: CloseOptions): Promise<void> => {
    const closed = server.close()
    await Promise.all([...cores].map((core) => core.link.close(closing)))
    await closed
  }
  return {
    address: server.address,
    port: 'port' in server.address ? server.address.port : undefined,
    links,
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}

/**
 * Opens a link over any byte stream: a TLS socket, a pipe, one end of a pair. The link owns the stream and destroys it at its
 * end.
 *
 * @throws as `connect` does.
 */
export async function attach(stream: Duplex, options: AttachOptions): Promise<Link> {
  return openLink(createStreamTransport(stream), options)
}

/** Opens a link over a transport. */
export async function openLink(transport: Transport, options: AttachOptions): Promise<Link> {
  if ((options.security as string) !== 'none') throw noSecurity()
  const { signal, initiator } = options
  if (signal?.aborted === true) {
    transport.destroy()
    throw signal.reason
  }
  const limits = resolveLimits(options.limits)
  const core = createLink(transport, { initiator, limits, registry: new Registry(options.serve) })
  const unlisten = listenAbort(signal, () => void core.close(0))
  try {
    core.start()
    return await core.opened
  } catch (error) {
    if (isAborted(signal)) throw signal.reason
    throw error
  } finally {
    unlisten()
  }
}

/** Asked again after an await, where the compiler would still believe the first answer. */
function isAborted(signal: Signal | undefined): signal is Signal {
  return signal?.aborted === true
}

function createLink(
  transport: Transport,
  settings: { readonly initiator: boolean; readonly limits: Limits; readonly registry: Registry },
): LinkCore {
  return new LinkCore({ transport, ...settings, clock: systemClock, face: createLinkFace })
}

/** The connection that has been opening for longest gives way, so that silent ones cannot keep others out. */
function dropOldest(opening: Set<LinkCore>): void {
  const [oldest] = opening
  if (oldest === undefined) return
  opening.delete(oldest)
  void oldest.close(0)
}

function announce(core: LinkCore, onLink: ((link: Link) => void) | undefined): void {
  try {
    onLink?.(core.link)
  } catch (error) {
    core.fail(SteerError.from(error, 'misuse', 'onLink'))
  }
}

function checkAddress(options: Address): SocketAddress {
  const { host, port, path } = options
  if (path !== undefined) {
    if (port !== undefined || host !== undefined) throw new SteerError('misuse', 'give either a path or a host and a port')
    return { path }
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new SteerError('misuse', `port must be an integer from 0 to 65535, not ${String(port)}`)
  }
  return { host: host ?? '127.0.0.1', port }
}

function checkSecurity(options: LinkSettings & InsecureSettings, address: SocketAddress): void {
  if ((options.security as string) !== 'none') throw noSecurity()
  if (options.allowInsecure === true || isLoopback(address)) return
  const text = `security: 'none' on ${formatAddress(address)} can be read and altered by the network; allowInsecure: true says that this is meant`
  throw new SteerError('misuse', text)
}

function noSecurity(): SteerError {
  return new SteerError('misuse', `security must be given; this version knows 'none' alone`)
}
