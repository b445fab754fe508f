/** What links are given, wherever they come from, and the checks of it. */

import { systemClock, type Clock } from '../base/clock.ts'
import { SteerError } from '../base/errors.ts'
import type { Limits } from '../base/limits.ts'
import type { ServeEntry, Signal } from '../kernel/link.ts'
import { formatAddress, isLoopback, type SocketAddress } from '../wire/tcp.ts'
import type { Transport } from '../wire/transport.ts'
import { LinkCore } from './link.ts'
import { createLinkFace } from './link-face.ts'
import type { Registry } from './registry.ts'

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

interface AddressParts {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly path?: string | undefined
}

/** @throws SteerError `misuse` */
export function checkAddress(options: Address): SocketAddress {
  // The type allows one of the two; programs that were not compiled may give both.
  const { host, port, path }: AddressParts = options
  if (path !== undefined) {
    if (port !== undefined || host !== undefined)
      throw new SteerError('misuse', 'give either a path or a host and a port')
    return { path }
  }
  if (port === undefined || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new SteerError('misuse', `port must be an integer from 0 to 65535, not ${String(port)}`)
  }
  return { host: host ?? '127.0.0.1', port }
}

/** @throws SteerError `misuse` */
export function checkSecurity(options: LinkSettings & InsecureSettings, address: SocketAddress): void {
  if ((options.security as string) !== 'none') throw noSecurity()
  if (options.allowInsecure === true || isLoopback(address)) return
  const text = `security: 'none' on ${formatAddress(address)} can be read and altered by the network; allowInsecure: true says that this is meant`
  throw new SteerError('misuse', text)
}

/** The error for security that is not given. */
export function noSecurity(): SteerError {
  return new SteerError('misuse', `security must be given; this version knows 'none' alone`)
}

/** Asked again after an await, where the compiler would still believe the first answer. */
export function isAborted(signal: Signal | undefined): signal is Signal {
  return signal?.aborted === true
}

/** A link, not started. */
export function createLink(
  transport: Transport,
  settings: {
    readonly initiator: boolean
    readonly limits: Limits
    readonly registry: Registry
    /** Default: the process's own. */
    readonly clock?: Clock | undefined
  },
): LinkCore {
  const { initiator, limits, registry, clock = systemClock } = settings
  return new LinkCore({ transport, initiator, limits, registry, clock, face: createLinkFace })
}
