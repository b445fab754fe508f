import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createDeferred } from '../../src/base/deferred.ts'
import { until } from './events.ts'
import { startInline } from './inline.ts'

async function ask(port: number, path: string, method = 'GET'): Promise<[number, unknown]> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method })
  const text = await response.text()
  return [response.status, text === '' ? '' : JSON.parse(text)]
}

describe('health', () => {
  it('is live at once, ready when every service is, and no longer as soon as a shutdown begins', async () => {
    const opened = createDeferred<undefined>()
    const closing = createDeferred<undefined>()
    const r = startInline(
      { a: { init: () => opened.promise, main: (_, ctx) => ctx.sleep(60_000), stop: () => closing.promise } },
      { health: { port: 0 } },
    )
    const port = await r.healthPort
    await until(() => r.get('a')?.state === 'init')
    expect(await ask(port, '/live')).toEqual([200, { live: true }])
    expect(await ask(port, '/ready')).toEqual([503, { ready: false }])
    opened.resolve(undefined)
    await r.ready
    expect(await ask(port, '/ready?from=probe')).toEqual([200, { ready: true }])
    expect(await ask(port, '/services')).toMatchObject([200, { services: [{ name: 'a', state: 'main', ready: true }] }])
    expect(await ask(port, '/ready', 'HEAD')).toEqual([200, ''])
    expect((await ask(port, '/live', 'POST'))[0]).toBe(405)
    expect((await ask(port, '/'))[0]).toBe(404)
    const over = r.shutdown()
    expect(await ask(port, '/ready')).toEqual([503, { ready: false }])
    closing.resolve(undefined)
    await over
    await expect(ask(port, '/live')).rejects.toThrow()
  })

  it('lets go of whoever is slow, so that the probes behind are answered', async () => {
    const r = startInline({ a: { main: (_, ctx) => ctx.sleep(60_000) } }, { health: { port: 0 } })
    const port = await r.healthPort
    const slow = Array.from({ length: 64 }, () => connect(port, '127.0.0.1', () => undefined))
    for (const socket of slow) socket.on('error', () => undefined).write('GET /live HT')
    await Promise.all(slow.map((socket) => once(socket, 'data')))
    expect(await ask(port, '/live')).toEqual([200, { live: true }])
    // Sooner than the five seconds that a whole request may take.
  }, 4500)

  it('is not ready while a service waits after a failure, and says nothing of why', async () => {
    const secret = 'password'
    const r = startInline(
      {
        a: {
          backoff: { minMs: 30_000 },
          main: () => {
            throw new Error(secret)
          },
        },
      },
      { health: { port: 0 } },
    )
    const port = await r.healthPort
    await until(() => r.get('a')?.state === 'backoff')
    expect((await ask(port, '/ready'))[0]).toBe(503)
    const [, services] = await ask(port, '/services')
    expect(services).toMatchObject({ services: [{ state: 'backoff', failures: 1, lastOutcome: 'threw' }] })
    expect(JSON.stringify(services)).not.toContain(secret)
  })

  it('that cannot be served ends the reactor before any service begins', async () => {
    const first = startInline({}, { health: { port: 0 } })
    const port = await first.healthPort
    const second = startInline({ a: { main: () => expect.fail('ran') } }, { health: { port }, name: 'second' })
    await expect(second.ready).rejects.toMatchObject({ code: 'unavailable' })
    await expect(second.healthPort).rejects.toMatchObject({ code: 'unavailable' })
    await second.done
    await expect(startInline({}, { name: 'third' }).healthPort).rejects.toMatchObject({ code: 'misuse' })
  })
})
