import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import type { Link } from 'coxswain'

import { Echo } from '../protocols/session.gen.ts'
import { strayErrors } from '../session/strays.ts'
import { dial, DIALLERS, LIMITS, LISTENERS, serve, type Serving } from './ends.ts'
import { HOSTS, VISITORS } from './strangers.ts'
import { codeOf } from './talk.ts'

/** Until a connection is given up, and room for a busy machine. */
const PROMISED_MS = LIMITS.openMaxMs! + 3000

const endOf = (dialled: Promise<Link>): Promise<string> => dialled.then(() => 'a link', codeOf)

async function talk(link: Link): Promise<void> {
  const { outcome } = await Echo.peer.handle(link, { start: (turn) => turn.send.ask({ n: 1, text: 'a' }) })
  expect(outcome).toBe('reply')
  await link.close()
}

describe.each(LISTENERS)('a listener with %s', (name) => {
  let server: Serving
  beforeAll(async () => {
    server = await serve(name)
  })
  afterAll(() => server.close())

  it('opens for its own kind of dialler, refuses each other one in time, and goes on', async () => {
    const strays = strayErrors()
    const others = Object.keys(DIALLERS).filter((dialler) => dialler !== server.opensFor)
    const began = performance.now()
    const ends = await Promise.all(others.map(async (dialler) => [dialler, await endOf(dial(dialler, server.port))]))
    expect(ends).toEqual(others.map((dialler) => [dialler, 'handshake_failed']))
    expect(performance.now() - began).toBeLessThan(PROMISED_MS)
    expect(server.links).toEqual([])
    await talk(await dial(server.opensFor, server.port))
    expect(server.links).toHaveLength(1)
    expect(strays).toEqual([])
  })

  it('ends with strangers in time and without a byte, and goes on', async () => {
    const before = server.links.length
    for (const [who, visit] of Object.entries(VISITORS)) {
      const { heardBytes, elapsedMs } = await visit(server.port)
      // What TLS says to strangers is its own.
      if (!name.endsWith('TLS')) expect([who, heardBytes]).toEqual([who, 0])
      expect(elapsedMs).toBeLessThan(PROMISED_MS)
    }
    expect(server.links).toHaveLength(before)
    await talk(await dial(server.opensFor, server.port))
  })
})

describe('whoever dials', () => {
  // HTTP waits for a line that ends, and TLS for a record that is whole; a reset may come before the connection is there.
  it.each([
    ['silence', ['deadline_exceeded']],
    ['one that hangs up', ['handshake_failed']],
    ['one that resets', ['handshake_failed', 'unavailable']],
    ['an echo', ['handshake_failed']],
    ['random bytes', ['handshake_failed']],
    ['HTTP', ['handshake_failed', 'deadline_exceeded']],
    ['TLS', ['handshake_failed', 'deadline_exceeded']],
  ])('and finds %s gets a listed error in time, whatever its security', async (name, allowed) => {
    const strays = strayErrors()
    const stranger = await HOSTS[name]!()
    onTestFinished(() => stranger.close())
    const began = performance.now()
    const names = Object.keys(DIALLERS)
    const ends = await Promise.all(names.map(async (dialler) => [dialler, await endOf(dial(dialler, stranger.port))]))
    expect(ends.filter(([, end]) => !allowed.includes(end!))).toEqual([])
    expect(performance.now() - began).toBeLessThan(PROMISED_MS)
    expect(strays).toEqual([])
  })
})
