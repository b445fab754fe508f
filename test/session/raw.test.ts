import { describe, expect, it, onTestFinished } from 'vitest'

import { attach, connect, listen, type Link, type Listener, type SessionEnd } from 'coxswain'

import { Echo, type EchoMasterResult, type Item } from '../protocols/session.gen.ts'
import { bytes, faultOf, frame, HELLO, HELLO_BACK, listenRaw, openFrame, RawPeer } from './raw-peer.ts'

// Echo's labels, sorted: ask 0, reply 1. The payload is { n: 1, text: "a" }.
const ITEM = 'a2 616e 01 64 74657874 6161'
const item: Item = { n: 1, text: 'a' }

async function serveEcho(): Promise<{
  server: Listener
  peer: RawPeer
  ends: SessionEnd<EchoMasterResult>[]
  link: Promise<Link>
}> {
  const ends: SessionEnd<EchoMasterResult>[] = []
  let gotLink!: (link: Link) => void
  const link = new Promise<Link>((resolve) => {
    gotLink = resolve
  })
  const entry = Echo.master.with(
    { ask: (turn) => turn.send.reply(turn.message) },
    { onSessionEnd: (end) => ends.push(end) },
  )
  const server = await listen({ port: 0, security: 'none', serve: [entry], onLink: (opened) => gotLink(opened) })
  onTestFinished(() => server.close({ deadlineMs: 0 }))
  return { server, peer: await RawPeer.dial(server.port!), ends, link }
}

const open = (session: number): Buffer => openFrame(session, 'peer', 'echo', Echo.fingerprint)

describe('a listener that hears bytes', () => {
  it('speaks as docs/wire-format.md says: hello, accept, message', async () => {
    const { peer } = await serveEcho()
    peer.send(HELLO, open(1), frame(3, 1, `00 ${ITEM}`))
    expect((await peer.take(28)).toString('hex')).toBe(bytes(HELLO_BACK).toString('hex'))
    expect(await peer.frame()).toEqual({ kind: 2, session: 1, body: Buffer.from(Echo.fingerprint, 'hex') })
    expect(await peer.frame()).toEqual({ kind: 3, session: 1, body: bytes(`01 ${ITEM}`) })
  })

  it('understands the same one byte at a time', async () => {
    const { peer } = await serveEcho()
    for (const byte of Buffer.concat([bytes(HELLO), open(1), frame(3, 1, `00 ${ITEM}`)])) {
      peer.send(Buffer.from([byte]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await peer.take(28)
    await peer.frame()
    expect(await peer.frame()).toEqual({ kind: 3, session: 1, body: bytes(`01 ${ITEM}`) })
  })

  it('understands the same split at every offset', async () => {
    const { server } = await serveEcho()
    const whole = Buffer.concat([bytes(HELLO), open(1), frame(3, 1, `00 ${ITEM}`)])
    for (let offset = 1; offset < whole.length; offset += 3) {
      const peer = await RawPeer.dial(server.port!)
      peer.send(whole.subarray(0, offset))
      await new Promise((resolve) => setImmediate(resolve))
      peer.send(whole.subarray(offset))
      await peer.take(28)
      await peer.frame()
      expect(await peer.frame()).toEqual({ kind: 3, session: 1, body: bytes(`01 ${ITEM}`) })
      peer.socket.destroy()
    }
  })

  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n')],
    ['TLS', bytes('16 03 01 02 00 01 00')],
    ['zeros', Buffer.alloc(64)],
    ['another version', bytes(HELLO.replace('4358534e 01', '4358534e 02'))],
    ['another suite', bytes(HELLO.replace('01 00 01 00', '01 01 01 00'))],
    ['its own end of the connection', bytes(HELLO_BACK)],
    ['unknown flags', bytes(HELLO.replace('01 00 01 00', '01 00 01 80'))],
    ['limits of zero', bytes('4358534e 01 00 01 00 00000000 00000000 00000000 00000000 00000000')],
  ])('answers %s with no byte at all', async (_, hello) => {
    const { peer } = await serveEcho()
    peer.send(hello)
    expect((await peer.rest()).length).toBe(0)
  })

  it.each([
    ['a length of 2^32 - 1', bytes('ffffffff 03 01'), 'frame_too_large'],
    ['a length over the limit', bytes('00100000 03 01'), 'frame_too_large'],
    ['an empty frame', bytes('00000000'), 'channel_corrupt'],
    ['a frame without a session', bytes('00000001 03'), 'channel_corrupt'],
    ['an unknown kind', frame(0x55, 0), 'channel_corrupt'],
    ['an unknown kind of session frame', frame(0x0f, 1), 'channel_corrupt'],
    ['a link frame for a session', frame(0x12, 1), 'channel_corrupt'],
    ['a message for a session that was never opened', frame(3, 1, '00'), 'channel_corrupt'],
    ['a message for a session that this side never opened', frame(3, 2, '00'), 'channel_corrupt'],
    ['a message for session 0', frame(3, 0, '00'), 'channel_corrupt'],
    ['a session number that is not its own', open(2), 'channel_corrupt'],
    ['a session number given twice', Buffer.concat([open(1), open(1)]), 'channel_corrupt'],
    ['a session number that falls', Buffer.concat([open(5), open(3)]), 'channel_corrupt'],
    ['a number not in its shortest form', bytes('00000004 03 8100 00'), 'channel_corrupt'],
    ['a number without end', bytes('0000000a 03 ffffffffffffffffff'), 'channel_corrupt'],
    ['an open frame with a name that is none', openFrame(1, 'peer', 'Echo!', '00'.repeat(32)), 'channel_corrupt'],
    ['an open frame that is cut off', frame(1, 1, '02 04 6563'), 'channel_corrupt'],
    ['a cancel with too long a reason', Buffer.concat([open(1), frame(6, 1, Buffer.alloc(121))]), 'channel_corrupt'],
    ['an empty reset', Buffer.concat([open(1), frame(8, 1)]), 'channel_corrupt'],
    ['credit with bytes behind it', Buffer.concat([open(1), frame(7, 1, '01 01 01')]), 'channel_corrupt'],
    ['a go-away with a body', frame(0x12, 0, '00'), 'channel_corrupt'],
  ])('ends the link with a typed error on both sides for %s', async (_, sent, code) => {
    const { peer, link } = await serveEcho()
    peer.send(HELLO, sent)
    await peer.take(28)
    const last = (await peer.frames()).at(-1)
    expect(last?.kind).toBe(0x13)
    expect(faultOf(last?.body ?? Buffer.alloc(0)).code).toBe(code)
    expect((await (await link).closed).error).toMatchObject({ code })
  })

  it.each([
    ['a message of the wrong side', frame(3, 1, `01 ${ITEM}`), 'unexpected_message'],
    ['an unknown label', frame(3, 1, '09'), 'unexpected_message'],
    ['a payload that is none', frame(3, 1, '00 ff'), 'invalid_payload'],
    ['a missing payload', frame(3, 1, '00'), 'invalid_payload'],
    ['a payload with something behind it', frame(3, 1, `00 ${ITEM} 00`), 'invalid_payload'],
    ['credit for nothing', frame(7, 1, '01 01'), 'unexpected_message'],
  ])('ends the session alone, on both sides, for %s', async (_, sent, code) => {
    const { peer, ends } = await serveEcho()
    peer.send(HELLO, open(1), sent, open(3), frame(3, 3, `00 ${ITEM}`))
    await peer.take(28)
    await peer.frame()
    const reset = await peer.frame()
    expect(reset).toMatchObject({ kind: 8, session: 1 })
    expect(faultOf(reset?.body ?? Buffer.alloc(0)).code).toBe(code)
    expect(await peer.frame()).toMatchObject({ kind: 2, session: 3 })
    expect(await peer.frame()).toMatchObject({ kind: 3, session: 3 })
    expect(ends[0]?.error).toMatchObject({ code })
  })

  it('drops frames for a session that is over, and goes on', async () => {
    const { peer } = await serveEcho()
    peer.send(HELLO, open(1), frame(3, 1, `00 ${ITEM}`), frame(3, 1, `00 ${ITEM}`), frame(6, 1), frame(7, 1, '01 01'))
    peer.send(frame(8, 1, '07 61626f72746564'), open(3), frame(3, 3, `00 ${ITEM}`))
    await peer.take(28)
    await peer.frame()
    await peer.frame()
    expect(await peer.frame()).toMatchObject({ kind: 2, session: 3 })
  })

  it('leaves another fingerprint to its opener, tells its own, and hears the verdict', async () => {
    const { peer, ends, link } = await serveEcho()
    peer.send(HELLO, openFrame(1, 'peer', 'echo', '11'.repeat(32)))
    await peer.take(28)
    expect(await peer.frame()).toEqual({ kind: 2, session: 1, body: bytes(`${Echo.fingerprint} 00`) })
    peer.send(frame(8, 1, Buffer.from('\u0011protocol_mismatchno')), frame(0x13, 0))
    await (
      await link
    ).closed
    expect(ends).toMatchObject([{ error: { code: 'protocol_mismatch', rawMessage: 'the other side reports: no' } }])
  })

  it.each([
    ['a protocol that is not served', 'other', 'peer'],
    ['a role that is not served', 'echo', 'master'],
  ] as const)('refuses %s', async (_, name, role) => {
    const { peer } = await serveEcho()
    peer.send(HELLO, openFrame(1, role, name, Echo.fingerprint))
    await peer.take(28)
    const reset = await peer.frame()
    expect(reset).toMatchObject({ kind: 8, session: 1 })
    expect(faultOf(reset?.body ?? Buffer.alloc(0)).code).toBe('protocol_mismatch')
  })

  it('is truncated when the connection ends without the closing frame', async () => {
    const { peer, link, ends } = await serveEcho()
    peer.send(HELLO, open(1))
    const opened = await link
    await peer.take(28)
    await peer.frame()
    peer.socket.end()
    expect((await opened.closed).error).toMatchObject({ code: 'truncated' })
    expect(ends[0]?.error).toMatchObject({ code: 'truncated' })
  })

  it('is a clean end when the closing frame came first', async () => {
    const { peer, link } = await serveEcho()
    peer.send(HELLO, frame(0x13, 0))
    const opened = await link
    expect(await opened.closed).toEqual({})
    await peer.take(28)
    expect(await peer.frame()).toMatchObject({ kind: 0x13, body: Buffer.alloc(0) })
  })

  it('refuses more sessions at once than it announced', async () => {
    const { peer } = await serveEcho()
    const server = await listen({
      port: 0,
      security: 'none',
      limits: { sessionsMax: 1 },
      serve: [Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })],
    })
    onTestFinished(() => server.close({ deadlineMs: 0 }))
    peer.socket.destroy()
    const second = await RawPeer.dial(server.port!)
    second.send(HELLO, open(1), open(3), frame(3, 1, `00 ${ITEM}`), open(5))
    await second.take(28)
    const frames = [await second.frame(), await second.frame(), await second.frame(), await second.frame()]
    expect(frames.map((one) => [one?.kind, one?.session])).toEqual([
      [2, 1],
      [8, 3],
      [3, 1],
      [2, 5],
    ])
    expect(faultOf(frames[1]?.body ?? Buffer.alloc(0)).code).toBe('resource_exhausted')
  })

  it('gives up a connection that stays silent', async () => {
    const server = await listen({ port: 0, security: 'none', limits: { openMaxMs: 20 } })
    onTestFinished(() => server.close({ deadlineMs: 0 }))
    const peer = await RawPeer.dial(server.port!)
    expect((await peer.rest()).length).toBe(0)
  })

  it('lets the oldest silent connection give way to a newcomer', async () => {
    const server = await listen({ port: 0, security: 'none', limits: { openingMax: 2 } })
    onTestFinished(() => server.close({ deadlineMs: 0 }))
    const oldest = await RawPeer.dial(server.port!)
    await RawPeer.dial(server.port!)
    await RawPeer.dial(server.port!)
    expect((await oldest.rest()).length).toBe(0)
  })
})

describe('a dialler that hears bytes', () => {
  it('fails with handshake_failed when somebody else answers', async () => {
    const { port, accepted } = await listenRaw()
    const dialled = connect({ port, security: 'none' })
    ;(await accepted).send(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await expect(dialled).rejects.toMatchObject({ code: 'handshake_failed' })
  })

  it('fails with handshake_failed when its own bytes come back', async () => {
    const { port, accepted } = await listenRaw()
    const dialled = connect({ port, security: 'none' })
    ;(await accepted).send(HELLO)
    await expect(dialled).rejects.toMatchObject({ rawMessage: expect.stringContaining('same end') })
  })

  it('fails with deadline_exceeded when nobody speaks', async () => {
    const { port } = await listenRaw()
    const dialled = connect({ port, security: 'none', limits: { openMaxMs: 20 } })
    await expect(dialled).rejects.toMatchObject({ code: 'deadline_exceeded' })
  })

  it('fails with handshake_failed when the connection ends at once', async () => {
    const { port, accepted } = await listenRaw()
    const dialled = connect({ port, security: 'none' })
    ;(await accepted).socket.end()
    await expect(dialled).rejects.toMatchObject({ code: 'handshake_failed' })
  })

  it('gives up with the reason of its signal', async () => {
    const { port } = await listenRaw()
    const controller = new AbortController()
    const dialled = connect({ port, security: 'none', signal: controller.signal })
    const reason = new Error('stop')
    controller.abort(reason)
    await expect(dialled).rejects.toBe(reason)
    await expect(connect({ port, security: 'none', signal: controller.signal })).rejects.toBe(reason)
  })

  it('gets protocol_mismatch when the acceptor answers with another fingerprint', async () => {
    const { port, accepted } = await listenRaw()
    const dialled = connect({ port, security: 'none' })
    const peer = await accepted
    peer.send(HELLO_BACK)
    const link = await dialled
    onTestFinished(() => link.close({ deadlineMs: 0 }))
    const refused = expect(Echo.peer.handle(link, { start: (turn) => turn.send.ask(item) })).rejects.toMatchObject({
      code: 'protocol_mismatch',
    })
    peer.send(frame(2, 1, Buffer.alloc(32, 0x22)))
    await refused
  })

  it.each([
    ['a message before the session was accepted', [frame(3, 1, `01 ${ITEM}`)]],
    [
      'a second accept',
      [frame(2, 1, Buffer.from(Echo.fingerprint, 'hex')), frame(2, 1, Buffer.from(Echo.fingerprint, 'hex'))],
    ],
  ])('ends the session with unexpected_message for %s', async (_, frames) => {
    const { port, accepted } = await listenRaw()
    const dialled = connect({ port, security: 'none' })
    const peer = await accepted
    peer.send(HELLO_BACK)
    const link = await dialled
    onTestFinished(() => link.close({ deadlineMs: 0 }))
    const failed = Echo.peer.handle(link, { start: (turn) => turn.send.ask(item) })
    peer.send(...frames)
    await expect(failed).rejects.toMatchObject({ code: 'unexpected_message' })
    expect(link.signal.aborted).toBe(false)
  })

  it('takes what the other side reports as text, without its control characters', async () => {
    const { port, accepted } = await listenRaw()
    const dialled = connect({ port, security: 'none' })
    const peer = await accepted
    peer.send(HELLO_BACK)
    const link = await dialled
    onTestFinished(() => link.close({ deadlineMs: 0 }))
    const failed = Echo.peer.handle(link, { start: (turn) => turn.send.ask(item) })
    peer.send(frame(8, 1, Buffer.from('\u0007aborted\u001b[2Jgone\n')))
    await expect(failed).rejects.toMatchObject({ code: 'aborted', rawMessage: 'the other side reports:  [2Jgone ' })
  })

  it.each(['futureit', 'internal', 'misuse'])('takes the code %s of the other side for aborted', async (code) => {
    const { port, accepted } = await listenRaw()
    const dialled = connect({ port, security: 'none' })
    const peer = await accepted
    peer.send(HELLO_BACK)
    const link = await dialled
    onTestFinished(() => link.close({ deadlineMs: 0 }))
    const failed = Echo.peer.handle(link, { start: (turn) => turn.send.ask(item) })
    peer.send(frame(8, 1, Buffer.from(`${String.fromCharCode(code.length)}${code}text`)))
    await expect(failed).rejects.toMatchObject({ code: 'aborted' })
  })
})

describe('security', () => {
  it('has to be named', async () => {
    await expect(listen({ port: 0 } as never)).rejects.toMatchObject({ code: 'misuse' })
    await expect(connect({ port: 1, security: 'tls' } as never)).rejects.toMatchObject({ code: 'misuse' })
    const { PassThrough } = await import('node:stream')
    await expect(attach(new PassThrough(), { initiator: true } as never)).rejects.toMatchObject({ code: 'misuse' })
  })

  it('none is refused off loopback unless it is allowed by name', async () => {
    await expect(listen({ host: '0.0.0.0', port: 0, security: 'none' })).rejects.toMatchObject({
      code: 'misuse',
      rawMessage: expect.stringContaining('allowInsecure'),
    })
    await expect(connect({ host: 'example.org', port: 1, security: 'none' })).rejects.toMatchObject({ code: 'misuse' })
    const server = await listen({ host: '0.0.0.0', port: 0, security: 'none', allowInsecure: true })
    await server.close()
  })
})
