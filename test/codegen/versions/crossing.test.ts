import { describe, expect, test } from 'vitest'

import { checkProtocol } from '../../../codegen/check/index.ts'
import {
  compareVersions,
  drawParting,
  partingLine,
  versionOf,
  type ProtocolVersion,
} from '../../../codegen/versions/index.ts'
import type { Step } from '../../../src/ir/declaration.ts'
import type { Shape } from '../../../src/ir/shape.ts'
import {
  call,
  choose,
  forever,
  handshake,
  hook,
  keepalive,
  loop,
  negotiate,
  NUMBER,
  offer,
  on,
  onWith,
  point,
  protocol,
  receive,
  send,
  smtp,
  TEXT,
} from '../../ir/declare.ts'

function version(...steps: Step[]): ProtocolVersion {
  return versionOf(modelOf(false, steps), [])
}

function openVersion(...steps: Step[]): ProtocolVersion {
  return versionOf(modelOf(true, steps), [])
}

function modelOf(open: boolean, steps: readonly Step[]): Parameters<typeof versionOf>[0] {
  const { model, diagnostics } = checkProtocol({ ...protocol(...steps), open }, [])
  if (model === undefined) throw new Error(JSON.stringify(diagnostics))
  return model
}

/** The verdict, and both partings in short. */
function compare(older: ProtocolVersion, newer: ProtocolVersion): (string | undefined)[] {
  const { verdict, newMasterOldPeer, oldMasterNewPeer } = compareVersions(older, newer)
  return [verdict, newMasterOldPeer && partingLine(newMasterOldPeer), oldMasterNewPeer && partingLine(oldMasterNewPeer)]
}

function object(members: Readonly<Record<string, Shape>>, ...optional: string[]): Shape {
  return {
    kind: 'object',
    members: Object.entries(members).map(([name, shape]) => ({ name, shape, optional: optional.includes(name) })),
  }
}

function stream(from: 'master' | 'peer', label: string, payload: Shape, window = 16): Step {
  return {
    kind: 'message',
    from,
    label,
    payload,
    stream: { window },
    source: { file: 'x', line: 1, column: 1, length: 1 },
  }
}

function sealed(step: Step): Step {
  return { ...step, sealed: true } as Step
}

/** The upload of the design, its parts to be changed. */
function upload({ last = on(), middle = [stream('peer', 'chunks', TEXT)] as Step[], more = {} } = {}): ProtocolVersion {
  return version(
    receive('meta', TEXT),
    choose({ refuse: on(), accept: on(...middle, choose({ stored: last, ...more })) }),
  )
}

describe('two versions of a protocol', () => {
  test('are identical where only names, hooks, points, times and windows differ', () => {
    const plain = version(call('ask', NUMBER, TEXT)[0]!, receive('reply', TEXT), stream('peer', 'data', TEXT, 4))
    const same = version(
      hook('before', 'master', 'peer'),
      ...call('ask', NUMBER, TEXT),
      point('here'),
      stream('peer', 'data', TEXT, 900),
    )
    expect(compare(plain, same)).toEqual(['identical', undefined, undefined])
    expect(compareVersions(version(...negotiate()), version(...negotiate())).verdict).toBe('identical')
    expect(compareVersions(version(...smtp()), version(...smtp(point('x')))).verdict).toBe('identical')
  })

  test('want peers first where masters may send what old peers do not know', () => {
    expect(compare(upload(), upload({ more: { corrupt: onWith(TEXT) } }))).toEqual([
      'deploy peers first',
      'the peer does not expect "corrupt" from the master here, after peer "meta", master "accept", peer "chunks"',
      undefined,
    ])
    expect(compareVersions(upload({ more: { corrupt: on() } }), upload()).verdict).toBe('deploy masters first')
  })

  test('want masters first where peers may send what old masters do not know', () => {
    const older = version(offer({ a: on(), b: on() }))
    const newer = version(offer({ a: on(), b: on(), c: on() }))
    expect(compare(older, newer)).toEqual([
      'deploy masters first',
      undefined,
      'the master does not expect "c" from the peer here, at the start',
    ])
  })

  test('break where a message has moved, in both directions or in a single one that both may take', () => {
    expect(compare(version(send('a'), receive('b')), version(receive('b'), send('a')))).toEqual([
      'breaking',
      'here both sides wait, at the start',
      'here both sides send, at the start',
    ])
    expect(compare(version(send('a')), version(send('a'), send('b')))).toEqual([
      'breaking',
      'here the peer is at its end, and the master goes on sending, after master "a"',
      'here the master is at its end, and the peer waits, after master "a"',
    ])
  })

  test('break where each of them sends something of its own', () => {
    const older = version(choose({ a: on(), b: on() }))
    expect(compareVersions(older, version(choose({ a: on(), c: on() }))).verdict).toBe('breaking')
    // What only one of the two sides sends less of, and the other takes less of, needs an order and does not break.
    expect(compareVersions(older, version(choose({ a: on() }))).verdict).toBe('deploy masters first')
  })

  test('break where automatic frames come or go', () => {
    expect(compare(version(send('a')), version(send('a'), keepalive('peer')))).toEqual([
      'breaking',
      'here the peer is at its end, and the master waits, after master "a"',
      'here the master is at its end, and the peer goes on sending, after master "a"',
    ])
    expect(compare(version(handshake('peer'), send('a')), version(send('a')))[0]).toBe('breaking')
  })

  test('part on the shortest way', () => {
    const older = version(
      loop((again, leave) => [
        choose({ long: on(send('way'), send('round'), choose({ x: on(leave) })), y: on(again) }),
      ]),
    )
    const newer = version(
      loop((again, leave) => [
        choose({ long: on(send('way'), send('round'), choose({ x: on(leave), z: on(leave) })), y: on(again) }),
      ]),
    )
    const { newMasterOldPeer } = compareVersions(older, newer)
    expect(newMasterOldPeer!.trace.map(({ label }) => label)).toEqual(['long', 'way', 'round', 'z'])
    expect(drawParting(newMasterOldPeer!)).toEqual([
      'master ── long ─▶ peer',
      'master ── way ──▶ peer',
      'master ─ round ─▶ peer',
      'master ─── z ───▶ peer ✗',
      '✗ the peer does not expect "z" from the master here',
    ])
  })

  test('break where together they never end, and do not where that is meant', () => {
    const older = version(loop((again, leave) => [choose({ ping: on(offer({ pong: on(again) })), stop: on(leave) })]))
    const newer = version(loop((again, leave) => [choose({ ping: on(offer({ pong: on(again), quit: on(leave) })) })]))
    expect(compare(older, newer)).toEqual([
      'breaking',
      'from here on neither side ever takes a way to the end, at the start',
      'the peer does not expect "stop" from the master here, at the start',
    ])
    const endless = version(forever((again) => [choose({ ping: on(receive('pong'), again) })]))
    const wider = version(forever((again) => [choose({ ping: on(receive('pong'), again), beep: on(again) })]))
    expect(compareVersions(endless, wider).verdict).toBe('deploy peers first')
  })
})

describe('payloads of two versions', () => {
  const before = object({ name: TEXT })
  const withOptional = object({ name: TEXT, note: TEXT }, 'note')
  const withRequired = object({ name: TEXT, note: TEXT })

  test('may have another optional member once all receivers know it', () => {
    expect(compare(version(receive('it', before)), version(receive('it', withOptional)))).toEqual([
      'deploy masters first',
      undefined,
      'the master does not take what comes with "it" from the peer: at .note, sent may be any text, and the receiver knows no such member, at the start',
    ])
    expect(compareVersions(version(send('it', before)), version(send('it', withOptional))).verdict).toBe(
      'deploy peers first',
    )
  })

  test('may lose an optional member once all senders have stopped', () => {
    expect(compareVersions(version(receive('it', withOptional)), version(receive('it', before))).verdict).toBe(
      'deploy peers first',
    )
    expect(compareVersions(version(send('it', withOptional)), version(send('it', before))).verdict).toBe(
      'deploy masters first',
    )
  })

  test('may not have another required member', () => {
    expect(compareVersions(version(receive('it', before)), version(receive('it', withRequired))).verdict).toBe(
      'breaking',
    )
  })

  test('may have other members in any order in an open protocol', () => {
    const changed = openVersion(receive('it', withOptional))
    expect(compareVersions(openVersion(receive('it', before)), changed).verdict).toBe('compatible, any order')
    expect(compareVersions(openVersion(receive('it', before)), openVersion(receive('it', withRequired))).verdict).toBe(
      'deploy peers first',
    )
    // Only a new master skips what it does not know.
    expect(compareVersions(version(receive('it', before)), openVersion(receive('it', withOptional))).verdict).toBe(
      'deploy masters first',
    )
    expect(compareVersions(version(receive('it', before)), openVersion(receive('it', before))).verdict).toBe(
      'compatible, any order',
    )
  })

  test('may come or go nowhere', () => {
    expect(compareVersions(version(send('it')), version(send('it', TEXT))).verdict).toBe('breaking')
  })

  test('of streams are compared item by item, and a stream is no message', () => {
    const narrow: Shape = { kind: 'number', format: 'u8' }
    const older = version(stream('peer', 'data', narrow))
    expect(compare(older, version(stream('peer', 'data', NUMBER)))).toEqual([
      'deploy masters first',
      undefined,
      'the master does not take the items of stream "data" from the peer: sent is any number, taken is an integer (u8), at the start',
    ])
    expect(compare(older, version(receive('data', narrow)))).toEqual([
      'breaking',
      '"data" from the peer is a stream, and a single message to the master, at the start',
      '"data" from the peer is a single message, and a stream to the master, at the start',
    ])
  })

  test('are sealed at both ends or at neither', () => {
    expect(compare(version(send('key', TEXT)), version(sealed(send('key', TEXT))))).toEqual([
      'breaking',
      'the peer does not take what comes with "key" from the master: sent is sealed, taken is open, at the start',
      'the peer does not take what comes with "key" from the master: sent is open, taken is sealed, at the start',
    ])
    expect(
      compareVersions(
        version(sealed(send('key', TEXT))),
        version(sealed(send('key', { kind: 'string', maxLength: 9 }))),
      ).verdict,
    ).toBe('deploy masters first')
  })
})
