/** Every kind of listener and every kind of dialler of the library, to be put against each other and against strangers. */

import { connect as connectTls, createServer as createTlsServer } from 'node:tls'

import { attach, connect, listen, statelessCipher, type Limits, type Link, type Security } from 'coxswain'

import { Echo } from '../protocols/session.gen.ts'
import { IDENTITIES, KEY, OTHER_KEY, plainCipher } from '../secure/pairs.ts'
import { host } from './strangers.ts'

export const LIMITS: Partial<Limits> = { openMaxMs: 600 }

const TLS = { ciphers: 'PSK', minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const
const tlsSecret = Buffer.alloc(32, 7)

const { dialler, listener } = IDENTITIES
const suite = statelessCipher(plainCipher)
const otherSuite = statelessCipher({ ...plainCipher, id: 'another' })

/** Who dials, by name. The listeners name those that they open for. */
export const DIALLERS: Readonly<Record<string, Security | 'none'>> = {
  'no security': 'none',
  'the key': { key: KEY },
  'another key': { key: OTHER_KEY },
  'another cipher': { key: KEY, aead: 'AESGCM' },
  'an identity': { identity: dialler, remoteIdentity: listener.publicKey },
  'an identity that is not let in': { identity: listener, remoteIdentity: listener.publicKey },
  'an identity that expects another': { identity: dialler, remoteIdentity: dialler.publicKey },
  'an identity by another pattern': { identity: dialler, remoteIdentity: listener.publicKey, pattern: 'IK' },
  'a suite of its own': { key: KEY, suite },
  'another suite of its own': { key: KEY, suite: otherSuite },
  'the key over TLS': { key: KEY },
}

const SERVED: Readonly<Record<string, { readonly security: Security | 'none'; readonly opensFor: string }>> = {
  'no security': { security: 'none', opensFor: 'no security' },
  'a key': { security: { keys: [randomKey(), KEY] }, opensFor: 'the key' },
  'an identity': {
    security: { identity: listener, authorize: ({ id }) => id === dialler.id },
    opensFor: 'an identity',
  },
  'a suite of its own': { security: { key: KEY, suite }, opensFor: 'a suite of its own' },
  'a key over TLS': { security: { key: KEY }, opensFor: 'the key over TLS' },
}

export const LISTENERS: readonly string[] = Object.keys(SERVED)

export interface Serving {
  readonly port: number
  /** The dialler that it opens for. */
  readonly opensFor: string
  /** Links that were reported, ever. */
  readonly links: readonly Link[]
  close(): Promise<void>
}

export async function serve(name: string): Promise<Serving> {
  const { security, opensFor } = SERVED[name]!
  const links: Link[] = []
  const entries = [Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })]
  if (name.endsWith('TLS')) return serveTls(security, opensFor, links, entries)
  const onLink = (link: Link): void => void links.push(link)
  const server = await listen({ port: 0, security, serve: entries, limits: LIMITS, onLink })
  return { port: server.port ?? 0, opensFor, links, close: () => server.close({ deadlineMs: 0 }) }
}

/** Who gets through is a link; who does not is TLS's business, or ours where TLS lets it in. */
async function serveTls(
  security: Security | 'none',
  opensFor: string,
  links: Link[],
  entries: ReturnType<typeof Echo.master.with>[],
): Promise<Serving> {
  const server = createTlsServer(
    { ...TLS, pskCallback: () => tlsSecret, handshakeTimeout: LIMITS.openMaxMs! },
    (socket) => {
      attach(socket, { initiator: false, security, serve: entries, limits: LIMITS }).then(
        (link) => links.push(link),
        () => undefined,
      )
    },
  )
  // Strangers: TLS has told them off, and leaves the rest to the program.
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  return { ...(await host(server)), opensFor, links }
}

export async function dial(name: string, port: number): Promise<Link> {
  const security = DIALLERS[name]!
  if (!name.endsWith('TLS')) return connect({ port, security, limits: LIMITS })
  const socket = connectTls({
    ...TLS,
    ...{ port, host: '127.0.0.1', pskCallback: () => ({ psk: tlsSecret, identity: 'test' }) },
    checkServerIdentity: () => undefined,
  })
  return attach(socket, { initiator: true, security, limits: LIMITS })
}

function randomKey(): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => 90 + index)
}
