/** What links are given, wherever they come from, and the checks of it. */

import { systemClock, type Clock } from '../base/clock.ts'
import { SteerError } from '../base/errors.ts'
import { resolveLimits, type Limits } from '../base/limits.ts'
import type { ServeEntry, Signal } from '../kernel/link.ts'
import type { SecureRole, Security } from '../secure/index.ts'
import { encodeHello, SUITE } from '../wire/hello.ts'
import { formatAddress, isLoopback, type SocketAddress } from '../wire/tcp.ts'
import type { Transport } from '../wire/transport.ts'
import type { LinkChannel } from './channel/link-channel.ts'
import { PlainChannel } from './channel/plain-channel.ts'
import { LinkCore, type LinkEvents, type LinkOptions } from './link.ts'
import { createLinkFace } from './link-face.ts'
import { Registry } from './registry.ts'

/** What every link can be given. */
export interface LinkSettings {
  /**
   * How the bytes are protected: `{ key }` with 32 random bytes that both ends share, or an identity. `'none'` encrypts nothing
   * and authenticates nobody, so that it has to be asked for by name.
   */
  readonly security: Security | 'none'
  /** What the other side may open here. More can be added with `link.serve`. Default: nothing. */
  readonly serve?: readonly ServeEntry[] | undefined
  /** Bounds that differ from the defaults. */
  readonly limits?: Partial<Limits> | undefined
  /**
   * So long after it has opened, in ms, a link closes as `link.close()` does, so that keys and addresses are looked at again.
   * From 1 to 2^31 - 1. Default: never.
   */
  readonly maxConnectionAgeMs?: number | undefined
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
export function checkSecurity(
  { security, allowInsecure }: LinkSettings & InsecureSettings,
  address: SocketAddress,
): void {
  if (security !== 'none' || allowInsecure === true || isLoopback(address)) return
  const text = `security: 'none' on ${formatAddress(address)} can be read and altered by the network; allowInsecure: true says that this is meant`
  throw new SteerError('misuse', text)
}

/** Asked again after an await, where the compiler would still believe the first answer. */
export function isAborted(signal: Signal | undefined): signal is Signal {
  return signal?.aborted === true
}

/** Settings, checked and ready for any number of links of one end. */
export interface PreparedLink extends LinkOptions {
  /** Plain or secure, as the settings say. It sends the hello of this side, which is the same for all of its links. */
  readonly createChannel: (transport: Transport) => LinkChannel
}

/** @throws SteerError `misuse` for settings that make no sense (the promise rejects). */
export async function prepareLink(
  settings: LinkSettings,
  role: SecureRole,
  clock: Clock = systemClock,
): Promise<PreparedLink> {
  const { security, maxConnectionAgeMs: maxAgeMs } = settings
  if ((security as unknown) === undefined) {
    throw new SteerError('misuse', "security must be given: { key } with 32 bytes, an identity, or 'none'")
  }
  if (maxAgeMs !== undefined && !(Number.isFinite(maxAgeMs) && maxAgeMs >= 1 && maxAgeMs < 2 ** 31)) {
    throw new SteerError('misuse', `maxConnectionAgeMs must be a number from 1 to 2^31 - 1, not ${String(maxAgeMs)}`)
  }
  const initiator = role === 'initiator'
  const limits = resolveLimits(settings.limits)
  const encode = (suite: number): Uint8Array => encodeHello({ ...limits, initiator, suite })
  const createChannel =
    security === 'none' ? plainChannels(encode(SUITE.none), initiator) : await secureChannels(security, role, encode)
  return {
    initiator,
    limits,
    window: { messages: limits.windowMessages, bytes: limits.windowBytes },
    clock,
    registry: new Registry(settings.serve),
    maxAgeMs,
    face: createLinkFace,
    createChannel,
  }
}

function plainChannels(hello: Uint8Array, initiator: boolean): PreparedLink['createChannel'] {
  return (transport) => new PlainChannel(transport, hello, initiator)
}

/** Cryptography is a fourth of the runtime and is loaded here, so that plain links do without. */
async function secureChannels(
  security: Security,
  role: SecureRole,
  encode: (suite: number) => Uint8Array,
): Promise<PreparedLink['createChannel']> {
  const { prepareSecurity, SecureLinkChannel } = await import('./channel/secure-link-channel.ts')
  const prepared = prepareSecurity(security, role)
  const hello = encode(prepared.suiteNumber)
  return (transport) => new SecureLinkChannel(transport, hello, prepared)
}

/** A link, not started. */
export function createLink(transport: Transport, prepared: PreparedLink, events?: LinkEvents): LinkCore {
  return new LinkCore(prepared.createChannel(transport), prepared, events)
}
