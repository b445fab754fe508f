/** Links over streams that are there already. */

import type { Duplex } from 'node:stream'

import { listenAbort } from '../base/abort.ts'
import { systemClock, type Clock } from '../base/clock.ts'
import type { Link, Signal } from '../kernel/link.ts'
import { createStreamTransport } from '../wire/stream-transport.ts'
import type { Transport } from '../wire/transport.ts'
import { createLink, isAborted, prepareLink, type LinkSettings } from './link-settings.ts'

/** Options of `attach`. */
export interface AttachOptions extends LinkSettings {
  /** True on exactly one of the two ends: the one that speaks first. */
  readonly initiator: boolean
  readonly signal?: Signal | undefined
}

/** Opens a link over a byte stream. */
export function attach(stream: Duplex, options: AttachOptions): Promise<Link> {
  return openLink(createStreamTransport(stream), options)
}

/** Opens a link over a transport, on any clock: a simulated one in tests. */
export async function openLink(
  transport: Transport,
  options: AttachOptions,
  clock: Clock = systemClock,
): Promise<Link> {
  const prepared = await prepareLink(options, options.initiator ? 'initiator' : 'responder', clock)
  const { signal } = options
  if (signal?.aborted === true) {
    transport.destroy()
    throw signal.reason
  }
  const core = createLink(transport, prepared)
  const unlisten = listenAbort(signal, () => void core.close(0))
  try {
    return await core.open()
  } catch (error) {
    if (isAborted(signal)) throw signal.reason
    throw error
  } finally {
    unlisten()
  }
}
