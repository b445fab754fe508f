import { describe, expect, it, onTestFinished } from 'vitest'

import { connect, listen, type Limits } from 'coxswain'

import { SETUPS } from '../secure/pairs.ts'
import { listenRaw, RawPeer } from '../session/raw-peer.ts'
import { createProxy } from './proxy.ts'
import { codeOf, Ledger, serveTalk, SMALL, talk } from './talk.ts'

const LIMITS: Partial<Limits> = { openMaxMs: 300 }

describe.each(SETUPS)('a whole connection that was recorded: $name', ({ initiator, responder }) => {
  it('opens nothing and delivers nothing when either end is played it again', async () => {
    const ledger = new Ledger(SMALL)
    let links = 0
    const server = await listen({
      port: 0,
      security: responder,
      serve: serveTalk(ledger),
      limits: LIMITS,
      onLink: () => links++,
    })
    onTestFinished(() => server.close({ deadlineMs: 0 }))
    const proxy = await createProxy({ port: server.port!, wire: 'secure' })
    onTestFinished(() => proxy.close())
    const link = await connect({ port: proxy.port, security: initiator, limits: LIMITS })
    expect(await talk(link, ledger)).toEqual(['done', 'done', 'done'])
    await link.close()
    const { served } = ledger

    // To the listener at once, and in the pieces in which it came.
    for (const pieces of [[Buffer.concat(proxy.sent.initiator)], proxy.sent.initiator]) {
      const replayed = await RawPeer.dial(server.port!)
      for (const piece of pieces) {
        replayed.send(piece)
        await new Promise((resolve) => setImmediate(resolve))
      }
      await replayed.rest()
    }
    expect([links, ledger.served, ledger.faults]).toEqual([1, served, []])

    const { port, accepted } = await listenRaw()
    const dialled = connect({ port, security: initiator, limits: LIMITS }).then(() => 'a link', codeOf)
    ;(await accepted).send(...proxy.sent.responder)
    expect(await dialled).toBe('handshake_failed')
  })
})
