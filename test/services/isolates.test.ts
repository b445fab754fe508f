import { describe, expect, it, onTestFinished } from 'vitest'
import type { Link } from 'coxswain'
import { isolateService, linkToIsolate, reactor, type Reactor, type ServiceFailureEvent } from 'coxswain/reactor'
import { createDeferred } from '../../src/base/deferred.ts'
import { Echo, type Item } from '../protocols/session.gen.ts'
import { nextEvent, until } from '../reactor/events.ts'
import { EXEC_ARGV } from '../reactor/loader.ts'
import { SOON } from './fleet.ts'

const MODULE = new URL('./programs/echo.ts', import.meta.url)

function start(isolate: 'thread' | 'process', more: object = {}): Reactor<{ greeting: string }> {
  const isolated = {
    name: 'echo',
    module: MODULE,
    isolate,
    execArgv: EXEC_ARGV,
    backoff: SOON,
    readyBy: 'call',
  } as const
  const r = reactor({ metadata: { greeting: 'hello' }, services: [{ ...isolated, ...more }] })
  onTestFinished(async () => {
    await r.shutdown({ deadlineMs: 100 })
  })
  return r
}

async function ask(link: Link, text: string): Promise<Item> {
  const begun = await Echo.peer.open(link)
  const reply = await begun.send.ask({ n: 1, text })
  if (reply.at !== 'reply') throw new Error('cancelled')
  return reply.message
}

describe.each(['thread', 'process'] as const)('a %s', (isolate) => {
  it('answers its reactor in a protocol of the program, and asks it', async () => {
    const r = start(isolate)
    await r.ready
    const link = await linkToIsolate(r, 'echo')
    expect(await ask(link, 'world')).toEqual({ n: 2, text: 'hello world' })
    // More than a window of sessions and bytes, all at once.
    const texts = Array.from({ length: 100 }, (_, n) => `${n}`.padEnd(10_000, '.'))
    const replies = await Promise.all(texts.map((text) => ask(link, text)))
    expect(replies.map(({ text }) => text)).toEqual(texts.map((text) => `hello ${text}`))
    const asked = createDeferred<Item>()
    link.serve([
      Echo.master.with({
        ask: ({ message, send }) => {
          asked.resolve(message)
          return send.reply(message)
        },
      }),
    ])
    await ask(link, 'call back')
    expect((await asked.promise).text).toBe('from the isolate')
    expect(await r.shutdown()).toEqual({ overdue: [], aborted: [] })
    expect(await link.closed).toEqual({})
    await expect(linkToIsolate(r, 'echo')).rejects.toMatchObject({ code: 'unavailable' })
  })

  it.each(['exit', 'spin'])(
    'that ends of "%s" while it is asked fails the call, and the next one has another link',
    async (text) => {
      const failure = nextEvent<ServiceFailureEvent>('coxswain:service:failure')
      const r = start(isolate, { watchdog: { beatEveryMs: 250 } })
      const link = await linkToIsolate(r, 'echo')
      await expect(ask(link, text)).rejects.toMatchObject({ code: 'truncated' })
      await until(() => link.signal.aborted)
      const next = await linkToIsolate(r, 'echo')
      expect(next).not.toBe(link)
      expect(await ask(next, 'again')).toEqual({ n: 2, text: 'hello again' })
      expect((await failure).outcome?.kind).toBe(text === 'exit' ? 'exit' : 'hung')
    },
  )
})

describe('linkToIsolate', () => {
  it('is refused for what is no isolate, and ends with its signal and with the service', async () => {
    const r = reactor<unknown>({
      metadata: undefined,
      services: [
        { name: 'inline', service: isolateService({}), backoff: SOON },
        { name: 'mute', module: MODULE, export: 'nothing', isolate: 'thread', execArgv: EXEC_ARGV },
      ],
    })
    onTestFinished(async () => {
      await r.shutdown({ deadlineMs: 100 })
    })
    await expect(linkToIsolate(r, 'inline')).rejects.toMatchObject({ code: 'misuse' })
    await expect(linkToIsolate(r, 'x')).rejects.toMatchObject({ code: 'misuse' })
    const reason = new Error('enough')
    await expect(linkToIsolate(r, 'mute', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    await expect(linkToIsolate(r, 'mute')).rejects.toMatchObject({ code: 'unavailable', cause: { code: 'aborted' } })
    expect(r.get('inline')?.lastOutcome).toBe('threw')
  })
})
