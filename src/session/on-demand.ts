/**
 * `connect`, `listen` and `attach` as programs have them: what links are made of, sockets included, is loaded by the first call.
 * A program that only may talk starts without it, and so do generated files.
 */

import type { Duplex } from 'node:stream'

import type { Link } from '../kernel/link.ts'
import type { AttachOptions } from './attach.ts'
import type { ConnectOptions } from './connect.ts'
import type { Listener, ListenOptions } from './listen.ts'

/**
 * Dials and opens a link.
 *
 * @throws SteerError `unavailable` when nobody answers, `handshake_failed` when somebody else does, `deadline_exceeded` when
 * nothing comes within `limits.openMaxMs`, `misuse` for options that make no sense.
 */
export async function connect(options: ConnectOptions): Promise<Link> {
  const links = await import('./index.ts')
  return links.connect(options)
}

/**
 * Listens for links.
 *
 * @throws SteerError `unavailable` when the address cannot be had, `misuse` for options that make no sense.
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  const links = await import('./index.ts')
  return links.listen(options)
}

/**
 * Opens a link over any byte stream: a TLS socket, a pipe, one end of a pair. The link owns the stream and destroys it at its
 * end.
 *
 * @throws as `connect` does.
 */
export async function attach(stream: Duplex, options: AttachOptions): Promise<Link> {
  // The link listens when it starts, which is later. An error that nobody listens for would end the process; the link finds it
  // on the stream.
  const ignore = (): void => undefined
  stream.on('error', ignore)
  try {
    const links = await import('./index.ts')
    return await links.attach(stream, options)
  } finally {
    stream.off('error', ignore)
  }
}
