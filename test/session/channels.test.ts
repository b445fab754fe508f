import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it, onTestFinished } from 'vitest'

import { Echo, Pump, type Item } from '../protocols/session.gen.ts'
import { createGate, createPair, settle } from './pairs.ts'

const item: Item = { n: 1, text: 'a secret' }

/** Everything that is published on the channels of the library while the test runs. */
function listenToChannels(): { readonly channel: string; readonly event: Record<string, unknown> }[] {
  const heard: { readonly channel: string; readonly event: Record<string, unknown> }[] = []
  for (const channel of ['link:open', 'link:close', 'session:open', 'session:close', 'stray-error']) {
    const listener = (event: unknown): void => void heard.push({ channel, event: event as Record<string, unknown> })
    subscribe(`coxswain:${channel}`, listener)
    onTestFinished(() => void unsubscribe(`coxswain:${channel}`, listener))
  }
  return heard
}

describe('the diagnostics channels', () => {
  it('tell of links and sessions from their beginning to their end, on both sides, without payloads', async () => {
    const heard = listenToChannels()
    const { near, far } = await createPair([Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })])
    await Echo.peer.handle(near, { start: (turn) => turn.send.ask(item) })
    await near.close()
    await far.closed
    const summary = heard.map(({ channel, event }) => [channel, event['link'], event['role'], event['outcome']])
    expect(summary.sort()).toEqual(
      [
        ['link:open', near.id, undefined, undefined],
        ['link:open', far.id, undefined, undefined],
        ['session:open', near.id, 'peer', undefined],
        ['session:open', far.id, 'master', undefined],
        ['session:close', far.id, 'master', 'reply'],
        ['session:close', near.id, 'peer', 'reply'],
        ['link:close', near.id, undefined, undefined],
        ['link:close', far.id, undefined, undefined],
      ].sort(),
    )
    expect(JSON.stringify(heard)).not.toContain('secret')
  })

  it('tell why a session failed', async () => {
    const heard = listenToChannels()
    const thrown = new Error('no')
    const { near } = await createPair([Echo.master.with({ ask: () => Promise.reject(thrown) })])
    await expect(Echo.peer.handle(near, { start: (turn) => turn.send.ask(item) })).rejects.toThrow()
    const failures = heard.filter(({ channel }) => channel === 'session:close').map(({ event }) => event['error'])
    expect(failures).toEqual([thrown, expect.objectContaining({ code: 'aborted' })])
  })

  it('tell of what user code throws where nobody waits for it', async () => {
    const heard = listenToChannels()
    const late = new Error('late')
    const gate = createGate()
    const { near } = await createPair([
      Echo.master.with({ ask: () => gate.opened.then(() => Promise.reject(late)) }),
      // oxlint-disable-next-line typescript/no-misused-promises -- programs do it, and must not crash for it
      Pump.master.with({ item: () => undefined }, { onSessionEnd: () => Promise.reject(late) }),
    ])
    const asking = await Echo.peer.open(near)
    void asking.send.ask(item)
    await settle()
    asking.session.cancel()
    await settle()
    gate.open()
    const pump = await Pump.peer.open(near)
    await pump.send.done()
    await settle()
    const strays = heard
      .filter(({ channel }) => channel === 'stray-error')
      .map(({ event }) => [event['where'], event['error']])
    expect(strays).toEqual([
      ['handler "ask" of echo, after its session was over', late],
      ['onSessionEnd of pump', late],
    ])
  })
})
