import { describe, expect, it, onTestFinished } from 'vitest'

import { connect, listen, type Limits, type Link, type ServeEntry } from 'coxswain'

import { protocol, type AcceptedEntry, type ProtocolInfo } from '../../src/kernel/index.ts'
import { Echo, type EchoMasterResult, type Item } from '../protocols/session.gen.ts'
import { Drop } from '../protocols/stream.gen.ts'
import type { AnyProtocol } from '../simulation/proved-protocol.ts'
import { settle } from './pairs.ts'
import { bytes, faultOf, frame, HELLO, HELLO_BACK, listenRaw, openFrame, RawPeer, type RawFrame } from './raw-peer.ts'

/** The version of whoever is made of bytes. */
const THEIRS = '11'.repeat(32)
const OURS = '22'.repeat(32)
const ACCEPT = 2
const MESSAGE = 3
const ITEM = 4
const STREAM_END = 5
const CANCEL = 6
const RESET = 8
const STREAM_CREDIT = 9
const CONFIRM = 0x0a
const GO_AWAY = 0x12
const CLOSE = 0x13

// { n: 1, text: "a" }, as Echo has it.
const ECHOED = 'a2 616e 01 64 74657874 6161'
const item: Item = { n: 1, text: 'a' }

interface Served {
  readonly peer: RawPeer
  readonly link: Link
  /** What the session came to, by its number. */
  readonly ends: Map<number, unknown>
}

/** Serves what `entry` makes of the options, to a peer made of bytes that has said hello. */
async function serve(
  entry: (options: { onSessionEnd(end: SessionEndLike): void }) => ServeEntry,
  limits?: Partial<Limits>,
): Promise<Served> {
  const ends = new Map<number, unknown>()
  let gotLink!: (link: Link) => void
  const link = new Promise<Link>((resolve) => {
    gotLink = resolve
  })
  const onSessionEnd = ({ session, result, error }: SessionEndLike): void => {
    ends.set(session.id, error ?? result)
  }
  const server = await listen({
    port: 0,
    security: 'none',
    limits,
    serve: [entry({ onSessionEnd })],
    onLink: (opened) => {
      gotLink(opened)
    },
  })
  onTestFinished(() => server.close({ deadlineMs: 0 }))
  const peer = await RawPeer.dial(server.port!)
  peer.send(HELLO)
  await peer.take(28)
  return { peer, link: await link, ends }
}

interface SessionEndLike {
  readonly session: { readonly id: number }
  readonly result?: unknown
  readonly error?: unknown
}

/** Echo, and what its handler was asked. */
async function serveEcho(limits?: Partial<Limits>): Promise<Served & { readonly asked: Item[] }> {
  const asked: Item[] = []
  const served = await serve(
    (options) =>
      Echo.master.with(
        {
          ask: (turn) => {
            asked.push(turn.message)
            return turn.send.reply(turn.message)
          },
        },
        options as { onSessionEnd(end: { readonly result?: EchoMasterResult }): void } & typeof options,
      ),
    limits,
  )
  return { ...served, asked }
}

const open = (session: number, name = 'echo'): Buffer => openFrame(session, 'peer', name, THEIRS)
const undecided = (session: number, { fingerprint }: { readonly fingerprint: string }): RawFrame => ({
  kind: ACCEPT,
  session,
  body: bytes(`${fingerprint} 00`),
})
const fault = (code: string, text = ''): Buffer => Buffer.from(`${String.fromCharCode(code.length)}${code}${text}`)

/** The fault that a reset says, where that is the next frame. */
async function resetOf(peer: RawPeer): Promise<{ readonly code: string; readonly text: string }> {
  const next = await peer.frame()
  expect(next?.kind).toBe(RESET)
  return faultOf(next!.body)
}

/** Waits until everything that was sent has been read: a session behind it has been answered. */
async function passed(peer: RawPeer, session: number): Promise<void> {
  peer.send(openFrame(session, 'master', 'nothing', THEIRS))
  expect(await peer.frame()).toMatchObject({ kind: RESET, session })
}

describe('a session that waits for the verdict of its opener', () => {
  it('holds what is sent, and takes it in under the numbers of the opener once that confirms', async () => {
    const { peer, asked, ends } = await serveEcho()
    // The opener has another label in front: its numbers are one higher.
    peer.send(open(1), frame(MESSAGE, 1, `01 ${ECHOED}`))
    expect(await peer.frame()).toEqual(undecided(1, Echo))
    await passed(peer, 3)
    expect(asked).toEqual([])
    peer.send(frame(CONFIRM, 1, '02 03'))
    expect(await peer.frame()).toEqual({ kind: MESSAGE, session: 1, body: bytes(`02 ${ECHOED}`) })
    expect(asked).toEqual([item])
    await settle()
    expect(ends.get(1)).toMatchObject({ outcome: 'reply' })
  })

  it('takes in behind the verdict what comes behind it', async () => {
    const { peer } = await serveEcho()
    peer.send(open(1), frame(CONFIRM, 1, '02 03'), frame(MESSAGE, 1, `01 ${ECHOED}`))
    expect(await peer.frame()).toEqual(undecided(1, Echo))
    expect(await peer.frame()).toEqual({ kind: MESSAGE, session: 1, body: bytes(`02 ${ECHOED}`) })
  })

  it('looks at nothing before the verdict', async () => {
    const { peer } = await serveEcho()
    peer.send(open(1), frame(MESSAGE, 1, '00 ff'))
    expect(await peer.frame()).toEqual(undecided(1, Echo))
    await passed(peer, 3)
    peer.send(frame(CONFIRM, 1, '01 02'))
    expect((await resetOf(peer)).code).toBe('invalid_payload')
  })

  it('holds the first item of a stream, its end and its credit, and loses none of them', async () => {
    const numbers: number[] = []
    const { peer, ends } = await serve((options) =>
      Drop.master.with(
        {
          numbers: async (turn) => {
            for await (const number of turn.stream) numbers.push(number)
          },
        },
        options,
      ),
    )
    peer.send(open(1, 'drop'), frame(MESSAGE, 1, '00'), frame(ITEM, 1, '07'), frame(STREAM_END, 1))
    expect(await peer.frame()).toEqual(undecided(1, Drop))
    await passed(peer, 3)
    peer.send(frame(CONFIRM, 1, '01'))
    const frames = [await peer.frame(), await peer.frame()]
    expect(frames.map((one) => one?.kind)).toEqual([STREAM_CREDIT, STREAM_END])
    expect(numbers).toEqual([7])
    await settle()
    expect(ends.get(1)).toMatchObject({ outcome: 'numbers' })
  })

  it('ends with the fault that the opener found', async () => {
    const { peer, asked, ends } = await serveEcho()
    peer.send(open(1), frame(MESSAGE, 1, `00 ${ECHOED}`), frame(RESET, 1, fault('protocol_mismatch', 'they part')))
    expect(await peer.frame()).toEqual(undecided(1, Echo))
    await passed(peer, 3)
    expect(ends.get(1)).toMatchObject({ code: 'protocol_mismatch', rawMessage: 'the other side reports: they part' })
    expect(asked).toEqual([])
  })

  it('ends with a cancel of the opener, which is a value', async () => {
    const { peer, asked, ends } = await serveEcho()
    peer.send(open(1), frame(MESSAGE, 1, `00 ${ECHOED}`), frame(CANCEL, 1, Buffer.from('enough')))
    expect(await peer.frame()).toEqual(undecided(1, Echo))
    await passed(peer, 3)
    expect(ends.get(1)).toEqual({ outcome: 'cancelled', by: 'peer', reason: 'enough' })
    expect(asked).toEqual([])
  })

  it.each([
    ['more messages than its window', { windowMessages: 2 }, [0, 1, 2].map(() => frame(MESSAGE, 1, '00'))],
    ['more bytes than its window', { windowBytes: 1024 }, [0, 1].map(() => frame(MESSAGE, 1, Buffer.alloc(1026)))],
    ['a second item', {}, [frame(ITEM, 1, '00'), frame(ITEM, 1, '00')]],
    ['a second end of a stream', {}, [frame(STREAM_END, 1), frame(STREAM_END, 1)]],
    ['a second credit for a stream', {}, [frame(STREAM_CREDIT, 1, '01'), frame(STREAM_CREDIT, 1, '01')]],
  ])('holds no more than an opener may send before it hears anything: not %s', async (_, limits, frames) => {
    const { peer, asked, ends } = await serveEcho(limits)
    // All but the last are held.
    peer.send(open(1), ...frames.slice(0, -1))
    expect(await peer.frame()).toEqual(undecided(1, Echo))
    await passed(peer, 3)
    peer.send(...frames.slice(-1), frame(CONFIRM, 1, '01 02'))
    expect((await resetOf(peer)).code).toBe('resource_exhausted')
    await passed(peer, 5)
    expect(ends.get(1)).toMatchObject({ code: 'resource_exhausted' })
    expect(asked).toEqual([])
  })

  it.each([
    ['credit for what was never sent', frame(7, 1, '01 01')],
    ['an accept of its own session', frame(ACCEPT, 1, bytes(`${THEIRS} 00`))],
  ])('ends with unexpected_message for %s', async (_, sent) => {
    const { peer, ends } = await serveEcho()
    peer.send(open(1), sent)
    expect(await peer.frame()).toEqual(undecided(1, Echo))
    expect((await resetOf(peer)).code).toBe('unexpected_message')
    expect(ends.get(1)).toMatchObject({ code: 'unexpected_message' })
  })

  it('does not wait for ever', async () => {
    const { peer, ends } = await serveEcho({ turnMaxMs: 40 })
    peer.send(open(1), frame(MESSAGE, 1, `00 ${ECHOED}`))
    expect(await peer.frame()).toEqual(undecided(1, Echo))
    expect((await resetOf(peer)).code).toBe('deadline_exceeded')
    // The opener is late; nobody holds it against it.
    peer.send(frame(CONFIRM, 1, '01 02'))
    await passed(peer, 3)
    expect(ends.get(1)).toMatchObject({ code: 'deadline_exceeded' })
  })

  it('counts among the sessions that may be open at once, until it is over', async () => {
    const { peer } = await serveEcho({ sessionsMax: 1 })
    peer.send(open(1), open(3), frame(RESET, 1, fault('protocol_mismatch')), open(5))
    expect(await peer.frame()).toEqual(undecided(1, Echo))
    expect((await resetOf(peer)).code).toBe('resource_exhausted')
    expect(await peer.frame()).toEqual(undecided(5, Echo))
  })

  it('fails with its connection', async () => {
    const { peer, link, ends } = await serveEcho()
    peer.send(open(1))
    await peer.frame()
    peer.socket.end()
    await link.closed
    expect(ends.get(1)).toMatchObject({ code: 'truncated' })
  })

  it('is waited for by a link that closes, and cut off by one that closes at once', async () => {
    const { peer, link, ends } = await serveEcho()
    peer.send(open(1), frame(MESSAGE, 1, `00 ${ECHOED}`))
    await peer.frame()
    const closing = link.close()
    expect(await peer.frame()).toMatchObject({ kind: GO_AWAY })
    peer.send(frame(CONFIRM, 1, '01 02'))
    expect(await peer.frame()).toMatchObject({ kind: MESSAGE, session: 1 })
    expect(await peer.frame()).toMatchObject({ kind: CLOSE })
    await closing
    expect(ends.get(1)).toMatchObject({ outcome: 'reply' })

    const second = await serveEcho()
    second.peer.send(open(1))
    await second.peer.frame()
    await second.link.close({ deadlineMs: 0 })
    expect(second.ends.get(1)).toMatchObject({ code: 'unavailable' })
  })

  it('is over for a link that closes once its opener has refused it', async () => {
    const { peer, link } = await serveEcho()
    peer.send(open(1))
    await peer.frame()
    const closing = link.close()
    expect(await peer.frame()).toMatchObject({ kind: GO_AWAY })
    peer.send(frame(RESET, 1, fault('protocol_mismatch')))
    expect(await peer.frame()).toMatchObject({ kind: CLOSE })
    await closing
  })
})

describe('a confirm frame', () => {
  it('for a session that does not wait for it ends that session', async () => {
    const { peer, ends } = await serveEcho()
    peer.send(openFrame(1, 'peer', 'echo', Echo.fingerprint), frame(CONFIRM, 1, '01 02'))
    peer.send(open(3), frame(CONFIRM, 3, '01 02'), frame(CONFIRM, 3, '01 02'))
    const frames = [await peer.frame(), await peer.frame(), await peer.frame(), await peer.frame()]
    expect(frames.map((one) => [one?.kind, one?.session])).toEqual([
      [ACCEPT, 1],
      [RESET, 1],
      [ACCEPT, 3],
      [RESET, 3],
    ])
    for (const id of [1, 3]) expect(ends.get(id)).toMatchObject({ code: 'unexpected_message' })
  })

  it.each([
    ['is too short', '01'],
    ['is too long', '01 02 03'],
    ['is empty', ''],
    ['gives two labels one number', '01 01'],
    ['has a number not in its shortest form', '8100 02'],
  ])('that %s ends the link', async (_, body) => {
    const { peer, link, ends } = await serveEcho()
    peer.send(open(1), frame(CONFIRM, 1, body))
    const last = (await peer.frames()).at(-1)
    expect(last?.kind).toBe(CLOSE)
    expect(faultOf(last!.body).code).toBe('channel_corrupt')
    expect((await link.closed).error).toMatchObject({ code: 'channel_corrupt' })
    expect(ends.get(1)).toMatchObject({ code: 'channel_corrupt' })
  })

  it.each([
    ['was never opened', frame(CONFIRM, 1, '01 02')],
    ['is the link', frame(CONFIRM, 0)],
  ])('for what %s ends the link', async (_, sent) => {
    const { peer } = await serveEcho()
    peer.send(sent)
    expect(faultOf((await peer.frames()).at(-1)!.body).code).toBe('channel_corrupt')
  })

  it('may say that the opener lacks a label: sending it fails the session on both sides', async () => {
    const { peer, ends } = await serveEcho()
    peer.send(open(1), frame(MESSAGE, 1, `00 ${ECHOED}`), frame(CONFIRM, 1, '01 00'))
    await peer.frame()
    expect(await resetOf(peer)).toEqual({
      code: 'protocol_mismatch',
      text: 'the other side\'s version of protocol "echo" has no message "reply"',
    })
    await settle()
    expect(ends.get(1)).toMatchObject({ code: 'protocol_mismatch' })
  })

  it.each(['02', '09'])('leaves out a label of the opener, and number %s ends the session', async (number) => {
    const { peer } = await serveEcho()
    peer.send(open(1), frame(CONFIRM, 1, '01 02'), frame(MESSAGE, 1, number))
    await peer.frame()
    expect((await resetOf(peer)).code).toBe('unexpected_message')
  })
})

/** The peer pings and the master answers; in the version that is known, `ahem` is sorted in front. */
function pingWith(accepts?: Readonly<Record<string, AcceptedEntry>>): AnyProtocol {
  return protocol<AnyProtocol & ProtocolInfo>({
    name: 'ping',
    fingerprint: OURS,
    memoryBound: 0,
    ...(accepts === undefined ? {} : { accepts }),
    points: [
      { from: 'peer', moves: { ping: { next: 1, at: 'ping' } } },
      { from: 'master', moves: { pong: { next: 2, at: 'pong', outcome: 'pong' } } },
      { end: true },
    ],
  })
}

/** The peer says something, and that is all. */
function logWith(accepts?: Readonly<Record<string, AcceptedEntry>>): AnyProtocol {
  return protocol<AnyProtocol & ProtocolInfo>({
    name: 'log',
    fingerprint: OURS,
    memoryBound: 0,
    ...(accepts === undefined ? {} : { accepts }),
    points: [{ from: 'peer', moves: { line: { next: 1, at: 'line', outcome: 'line' } } }, { end: true }],
  })
}

const FITS = { [THEIRS]: { labels: ['ahem', 'ping', 'pong'] } }
const PARTS = { [THEIRS]: { labels: ['ping'], master: 'they part as master', peer: 'they part as peer' } }

describe('an acceptor that lists its opener', () => {
  const handlers = { ping: (turn: { send: { pong(): unknown } }) => turn.send.pong() }

  it('takes it at once, and uses its numbers', async () => {
    const { peer, ends } = await serve((options) => pingWith(FITS).master.with(handlers, options))
    peer.send(open(1, 'ping'), frame(MESSAGE, 1, '01'))
    expect(await peer.frame()).toEqual({ kind: ACCEPT, session: 1, body: bytes(`${OURS} 01`) })
    expect(await peer.frame()).toEqual({ kind: MESSAGE, session: 1, body: bytes('02') })
    expect(ends.get(1)).toMatchObject({ outcome: 'pong' })
    peer.send(open(3, 'ping'), frame(MESSAGE, 3, '00'))
    await peer.frame()
    expect((await resetOf(peer)).code).toBe('unexpected_message')
  })

  it('refuses it at once where the two part in these roles', async () => {
    const { peer, ends } = await serve((options) => pingWith(PARTS).master.with(handlers, options))
    peer.send(open(1, 'ping'), frame(MESSAGE, 1, '01'))
    const { code, text } = await resetOf(peer)
    expect(code).toBe('protocol_mismatch')
    expect(text).toBe('protocol "ping" of master 2222222222222222… and of peer 1111111111111111…: they part as master')
    expect(ends.get(1)).toMatchObject({ code: 'protocol_mismatch', rawMessage: text })
  })
})

/** Dials somebody made of bytes, who has said hello. */
async function dial(limits?: Partial<Limits>): Promise<{ readonly link: Link; readonly peer: RawPeer }> {
  const { port, accepted } = await listenRaw()
  const dialled = connect({ port, security: 'none', limits })
  const peer = await accepted
  peer.send(HELLO_BACK)
  const link = await dialled
  onTestFinished(() => link.close({ deadlineMs: 0 }))
  await peer.take(28)
  return { link, peer }
}

const accept = (session: number, verdict: string): Buffer => frame(ACCEPT, session, bytes(`${THEIRS} ${verdict}`))
const ping = { start: (turn: { send: { ping(): unknown } }) => turn.send.ping() }
const line = { start: (turn: { send: { line(): unknown } }) => turn.send.line() }

describe('an opener', () => {
  it('confirms a version that it lists, with its number of each label of the acceptor', async () => {
    const { link, peer } = await dial()
    const handled = pingWith(FITS).peer.handle(link, ping)
    expect(await peer.frame()).toEqual({
      kind: 1,
      session: 1,
      body: openFrame(1, 'peer', 'ping', OURS).subarray(6),
    })
    expect(await peer.frame()).toEqual({ kind: MESSAGE, session: 1, body: bytes('00') })
    peer.send(accept(1, '00'))
    // It has no `ahem`; its `ping` is number 0 and its `pong` number 1.
    expect(await peer.frame()).toEqual({ kind: CONFIRM, session: 1, body: bytes('00 01 02') })
    peer.send(frame(MESSAGE, 1, '01'))
    expect(await handled).toMatchObject({ outcome: 'pong' })
  })

  it('runs on its own numbers where the acceptor has taken it', async () => {
    const { link, peer } = await dial()
    const handled = pingWith().peer.handle(link, ping)
    peer.send(accept(1, '01'), frame(MESSAGE, 1, '01'))
    expect(await handled).toMatchObject({ outcome: 'pong' })
  })

  it.each([
    ['does not list', pingWith(), 'neither side lists the version of the other as one that it fits'],
    ['knows not to fit', pingWith(PARTS), 'they part as peer'],
  ])('refuses a version that it %s, and both sides learn why', async (_, protocolUnder, why) => {
    const { link, peer } = await dial()
    const handled = protocolUnder.peer.handle(link, ping)
    const text = `protocol "ping" of peer 2222222222222222… and of master 1111111111111111…: ${why}`
    const rejected = expect(handled).rejects.toMatchObject({ code: 'protocol_mismatch', rawMessage: text })
    peer.send(accept(1, '00'))
    await rejected
    await peer.frame()
    await peer.frame()
    expect(await resetOf(peer)).toEqual({ code: 'protocol_mismatch', text })
  })

  it('believes its own list over an acceptor that takes what parts', async () => {
    const { link, peer } = await dial()
    const rejected = expect(pingWith(PARTS).peer.handle(link, ping)).rejects.toMatchObject({
      code: 'protocol_mismatch',
    })
    peer.send(accept(1, '01'))
    await rejected
  })

  it.each(['02', '00 00'])('ends the link for the verdict %s, which does not exist', async (verdict) => {
    const { link, peer } = await dial()
    const rejected = expect(pingWith().peer.handle(link, ping)).rejects.toMatchObject({ code: 'channel_corrupt' })
    peer.send(accept(1, verdict))
    await rejected
  })

  it('is not moved by a confirm of its own session', async () => {
    const { link, peer } = await dial()
    const rejected = expect(pingWith().peer.handle(link, ping)).rejects.toMatchObject({ code: 'unexpected_message' })
    peer.send(accept(1, '01'), frame(CONFIRM, 1, '01 02'))
    await rejected
  })
})

describe('an opener whose session is over before it is accepted', () => {
  it('still confirms what it has sent, and a link that closes waits for that', async () => {
    const { link, peer } = await dial()
    expect(await logWith({ [THEIRS]: { labels: ['line', 'more'] } }).peer.handle(link, line)).toMatchObject({
      outcome: 'line',
    })
    const closing = link.close()
    await peer.frame()
    await peer.frame()
    expect(await peer.frame()).toMatchObject({ kind: GO_AWAY })
    peer.send(accept(1, '00'))
    expect(await peer.frame()).toEqual({ kind: CONFIRM, session: 1, body: bytes('01 00') })
    expect(await peer.frame()).toMatchObject({ kind: CLOSE })
    peer.send(frame(CLOSE, 0))
    peer.socket.end()
    await closing
  })

  it('refuses a version that it does not list, and no link waits for that', async () => {
    const { link, peer } = await dial()
    await logWith().peer.handle(link, line)
    await logWith().peer.handle(link, line)
    for (let count = 0; count < 4; count++) await peer.frame()
    peer.send(accept(1, '00'))
    expect((await resetOf(peer)).code).toBe('protocol_mismatch')
    void link.close()
    expect(await peer.frame()).toMatchObject({ kind: GO_AWAY })
    expect(await peer.frame()).toMatchObject({ kind: CLOSE })
  })

  it('says nothing more of a session that it has cancelled', async () => {
    const { link, peer } = await dial()
    const state = await pingWith(FITS).peer.open(link)
    state.session.cancel()
    expect(await peer.frame()).toMatchObject({ kind: 1 })
    expect(await peer.frame()).toMatchObject({ kind: CANCEL })
    peer.send(accept(1, '00'))
    await passed(peer, 2)
  })

  it.each([
    ['an answer', accept(1, '01')],
    ['a refusal', frame(RESET, 1, fault('protocol_mismatch'))],
  ])('keeps its place among the sessions of the other side until there is %s', async (_, answer) => {
    const { port, accepted } = await listenRaw()
    const dialled = connect({ port, security: 'none' })
    const peer = await accepted
    // One session at a time.
    peer.send(HELLO_BACK.replace('000186a0', '00000001'))
    const link = await dialled
    onTestFinished(() => link.close({ deadlineMs: 0 }))
    const log = logWith(FITS)
    await log.peer.handle(link, line)
    await expect(log.peer.handle(link, line)).rejects.toMatchObject({ code: 'resource_exhausted' })
    peer.send(answer)
    await peer.take(28)
    await peer.frame()
    await peer.frame()
    peer.send(frame(0x10, 0))
    expect(await peer.frame()).toMatchObject({ kind: 0x11 })
    expect(await log.peer.handle(link, line)).toMatchObject({ outcome: 'line' })
  })

  it('forgets it where no answer ever comes', async () => {
    const { link, peer } = await dial({ turnMaxMs: 40 })
    await logWith(FITS).peer.handle(link, line)
    const closing = link.close()
    expect((await peer.frames()).map(({ kind }) => kind)).toEqual([1, MESSAGE, GO_AWAY, CLOSE])
    await closing
  })

  it('does not hold the answers against the other side', async () => {
    const { link, peer } = await dial({ discardsBurst: 1, discardsPerSecond: 1 })
    const log = logWith()
    for (let count = 0; count < 20; count++) await log.peer.handle(link, line)
    for (let count = 0; count < 20; count++) peer.send(accept(2 * count + 1, '01'))
    peer.send(frame(0x10, 0))
    for (let count = 0; count < 40; count++) await peer.frame()
    expect(await peer.frame()).toMatchObject({ kind: 0x11 })
  })
})
