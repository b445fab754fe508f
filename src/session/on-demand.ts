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
  const given = keep(options)
  const links = await import('./index.ts')
  return links.connect(given)
}

/**
 * Listens for links.
 *
 * @throws SteerError `unavailable` when the address cannot be had, `misuse` for options that make no sense.
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  const given = keep(options)
  const links = await import('./index.ts')
  return links.listen(given)
}

/**
 * Opens a link over any byte stream: a TLS socket, a pipe, one end of a pair. The link owns the stream and destroys it at its
 * end.
 *
 * @throws as `connect` does.
 */
export async function attach(stream: Duplex, options: AttachOptions): Promise<Link> {
  const given = keep(options)
  // The link listens when it starts, which is later. An error that nobody listens for would end the process; the link finds it
  // on the stream. What a stream that flows has read meanwhile would be lost.
  const ignore = (): void => undefined
  stream.on('error', ignore)
  if (stream.readableFlowing === true) stream.pause()
  try {
    const links = await import('./index.ts')
    return await links.attach(stream, given)
  } finally {
    stream.off('error', ignore)
  }
}

/** The options as they are now: whoever gave them may go on with the object. */
function keep<Options extends object>(options: Options): Options {
  return Object.assign(Object.create(Object.getPrototypeOf(options) as object | null) as Options, options)
}
