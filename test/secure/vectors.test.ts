import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'

import { HandshakeState } from '../../src/secure/noise/handshake-state.ts'
import { IK, KK, NNpsk0, XX, XXpsk3 } from '../../src/secure/noise/pattern.ts'
import { nodeProvider } from '../../src/secure/node-provider.ts'
import { hasVectors, readVectors } from '../data.ts'
import { findPattern } from './noise-patterns.ts'
import { runVectors } from './vector-runner.ts'
import { run } from './vectors-main.ts'

type Json = Record<string, unknown>

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

const KEYS = {
  init_static: '11'.repeat(32),
  init_ephemeral: '22'.repeat(32),
  resp_static: '33'.repeat(32),
  resp_ephemeral: '44'.repeat(32),
}

function pair(key: string): ReturnType<typeof nodeProvider.importKeyPair> {
  return nodeProvider.importKeyPair(Buffer.from(key, 'hex'))
}

/** A vector of our own, in the fields that cacophony uses: what is tested with it is the reading, not the bytes. */
function createVector(patternName: string, psks: readonly string[] = []): Json {
  const pattern = findPattern(patternName)!
  const side = (initiator: boolean): HandshakeState =>
    new HandshakeState({
      ...{ pattern, initiator, aead: nodeProvider.chaChaPoly, hash: nodeProvider.sha256 },
      prologue: Buffer.from('prologue'),
      generateKeyPair: () => pair(initiator ? KEYS.init_ephemeral : KEYS.resp_ephemeral),
      staticKey: pair(initiator ? KEYS.init_static : KEYS.resp_static),
      remoteStatic: pair(initiator ? KEYS.resp_static : KEYS.init_static).publicKey,
      psks: psks.map((psk) => Buffer.from(psk, 'hex')),
    })
  const ends = [side(true), side(false)] as const
  const messages = pattern.messages.map((_, index) => {
    const payload = Buffer.from(`payload ${index}`)
    const ciphertext = ends[index % 2]!.writeMessage(payload)
    ends[1 - (index % 2)]!.readMessage(ciphertext)
    return { payload: hex(payload), ciphertext: hex(ciphertext) }
  })
  return {
    ...KEYS,
    protocol_name: `Noise_${patternName}_25519_ChaChaPoly_SHA256`,
    init_prologue: hex(Buffer.from('prologue')),
    resp_prologue: hex(Buffer.from('prologue')),
    init_remote_static: hex(pair(KEYS.resp_static).publicKey),
    resp_remote_static: hex(pair(KEYS.init_static).publicKey),
    messages,
    handshake_hash: hex(ends[0].handshakeHash),
    ...(psks.length === 0 ? {} : { init_psks: psks, resp_psks: psks }),
  }
}

/** An IK for a stale key, XXfallback after it, and one message of the transport: the responder's key comes first there. */
function createFallback(): Json {
  const [alice, bob] = [pair(KEYS.init_ephemeral), pair(KEYS.resp_ephemeral)]
  const stale = pair('99'.repeat(32)).publicKey
  const open = (name: string, initiator: boolean): HandshakeState =>
    new HandshakeState({
      ...{ pattern: findPattern(name)!, initiator, aead: nodeProvider.chaChaPoly, hash: nodeProvider.sha256 },
      prologue: new Uint8Array(0),
      generateKeyPair: () => (initiator ? alice : bob),
      staticKey: pair(initiator ? KEYS.init_static : KEYS.resp_static),
      remoteStatic: name === 'IK' ? stale : undefined,
      ephemeralKey: initiator && name !== 'IK' ? alice : undefined,
      remoteEphemeral: initiator ? undefined : alice.publicKey,
    })
  const payload = new Uint8Array(3)
  const first = open('IK', true).writeMessage(payload)
  const [initiator, responder] = [open('XXfallback', true), open('XXfallback', false)]
  const second = responder.writeMessage(payload)
  initiator.readMessage(second)
  const third = initiator.writeMessage(payload)
  responder.readMessage(third)
  const handshakeHash = hex(responder.handshakeHash)
  const fourth = new Uint8Array(payload.length + 16)
  responder.split().send.seal(new Uint8Array(0), payload, fourth)
  return {
    ...KEYS,
    ...{ protocol_name: 'Noise_IK_25519_ChaChaPoly_SHA256', fallback: true, init_remote_static: hex(stale) },
    messages: [first, second, third, fourth].map((bytes) => ({ payload: hex(payload), ciphertext: hex(bytes) })),
    handshake_hash: handshakeHash,
  }
}

function without(vector: Json, ...names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(vector).filter(([name]) => !names.includes(name)))
}

function judge(...vectors: readonly Json[]): [passed: number, failed: number, foreign: number] {
  const report = runVectors(JSON.stringify({ vectors }))
  return [report.passed, report.failures.length, [...report.foreign.values()].reduce((sum, count) => sum + count, 0)]
}

/** Another last digit: whatever it was, it is not right any more. */
function spoil(text: unknown): string {
  const digits = String(text)
  return digits.slice(0, -1) + (digits.endsWith('0') ? '1' : '0')
}

describe.runIf(hasVectors('noise', 472))('the vectors of cacophony', () => {
  it('all pass, under both providers', { timeout: 60_000 }, () => {
    const report = runVectors(readVectors('noise/cacophony-25519.json').toString('utf8'))
    expect(report.failures).toEqual([])
    expect(report.passed).toBe(472)
    expect(report.foreign.size).toBe(0)
  })
})

describe('the runner of vectors', () => {
  const vector = createVector('IK')

  it('takes protocol names from one field, from four, and from the title', () => {
    const unnamed = without(vector, 'protocol_name')
    const parts = { pattern: 'IK', dh: '25519', cipher: 'ChaChaPoly', hash: 'SHA256' }
    expect(judge(vector, { ...unnamed, ...parts }, { ...unnamed, name: vector['protocol_name'] })).toEqual([3, 0, 0])
  })

  it('takes null, nothing, and other cases for what they mean', () => {
    const shouting = {
      ...vector,
      init_static: KEYS.init_static.toUpperCase(),
      init_psk: null,
      hybrid: null,
      fail: false,
    }
    const derived = without(vector, 'init_remote_static', 'handshake_hash')
    expect(judge(shouting, derived, { ...vector, init_psks: [], resp_psks: [] })).toEqual([3, 0, 0])
    const list = `\uFEFF[${JSON.stringify(vector)},\n]`
    expect(runVectors(list).passed).toBe(1)
  })

  it('takes several shared keys, and one in the singular', () => {
    const [first, second] = ['55'.repeat(32), '66'.repeat(32)]
    const single = createVector('XXpsk3', [first])
    const singular = { ...without(single, 'init_psks', 'resp_psks'), init_psk: first, resp_psk: first }
    expect(judge(createVector('NNpsk0+psk2', [first, second]), singular)).toEqual([2, 0, 0])
  })

  it.each(['protocol_name', 'init_static', 'resp_ephemeral', 'init_prologue', 'handshake_hash'])(
    'fails a vector whose %s is another',
    (field) => {
      const other = field === 'protocol_name' ? 'Noise_IK_25519_AESGCM_SHA256' : spoil(vector[field])
      const changed = field === 'init_static' ? `${other.slice(0, 2)}77${other.slice(4)}` : other
      const spoilt = field === 'resp_ephemeral' ? '77'.repeat(32) : changed
      expect(judge({ ...vector, [field]: spoilt })).toEqual([0, 1, 0])
    },
  )

  it('fails a vector with a message too few, a wrong ciphertext or payload, and one that cannot be read', () => {
    const messages = vector['messages'] as Json[]
    const [first, second] = messages as [Json, Json]
    expect(judge({ ...vector, messages: [first] }, { ...vector, messages: [] })).toEqual([0, 2, 0])
    expect(judge({ ...vector, messages: [first, { ...second, ciphertext: spoil(second['ciphertext']) }] })).toEqual([
      0, 1, 0,
    ])
    expect(judge({ ...vector, messages: [{ ...first, payload: 'ff' }, second] })).toEqual([0, 1, 0])
    expect(
      judge({ ...vector, init_static: 'xyz' }, {}, { ...vector, protocol_name: 'Noise_QQ_25519_AESGCM_SHA256' }),
    ).toEqual([0, 3, 0])
  })

  it('passes a vector that says it fails only where a message is refused', () => {
    const [first, second] = vector['messages'] as [Json, Json]
    const refused = { ...second, ciphertext: spoil(second['ciphertext']) }
    expect(judge({ ...vector, fail: true, messages: [first, refused] }, { ...vector, fail: true })).toEqual([1, 1, 0])
  })

  it('falls back after a first message for a key that the responder no longer has', () => {
    const vector = createFallback()
    expect(judge(vector, { ...vector, fallback_pattern: 'XXfallback' })).toEqual([2, 0, 0])
    expect(judge({ ...vector, fallback: false }, { ...vector, handshake_hash: KEYS.init_static })).toEqual([0, 2, 0])
  })

  it('counts what is not for it, by reason, and drops nothing', () => {
    const foreign = [
      'Noise_NN_448_ChaChaPoly_SHA256',
      'Noise_N_P256_XChaChaPoly_BLAKE2s',
      'NoisePSK_NN_25519_AESGCM_SHA256',
    ]
    const vectors: Json[] = foreign.map((name) => ({ protocol_name: name, messages: [] }))
    vectors.push({ ...vector, hybrid: 'NewHope' }, { ...vector, init_ssk: 'ff' }, { ...vector, init_psk: 'ff' })
    const report = runVectors(JSON.stringify({ vectors }))
    expect([...report.foreign]).toEqual([
      ['curve 448', 1],
      ['curve P256', 1],
      ['shared keys of revision 31 and older', 2],
      ['hybrid handshakes', 1],
      ['keys added at the split', 1],
    ])
    expect([report.passed, report.failures.length]).toEqual([0, 0])
  })

  it('closes with the counts, and with a code that tells whether anything failed', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'coxswain-vectors-'))
    onTestFinished(() => {
      rmSync(folder, { recursive: true })
    })
    const play = (text: string): [number, string[]] => {
      const file = path.join(folder, 'vectors.json')
      writeFileSync(file, text)
      const lines: string[] = []
      return [run([file], (line) => lines.push(line)), lines]
    }
    const foreign = { protocol_name: 'Noise_NN_448_ChaChaPoly_SHA256' }
    expect(play(JSON.stringify({ vectors: [vector, foreign] }))).toEqual([
      0,
      ['1 not for this implementation (curve 448: 1)', '1 passed, 0 failed'],
    ])
    const [exit, lines] = play(JSON.stringify({ vectors: [vector, { ...vector, handshake_hash: '00' }] }))
    expect([exit, lines.at(-1)]).toEqual([1, '1 passed, 1 failed'])
    expect(play('{}')[0]).toBe(1)
    expect(play('no json')[1].at(-1)).toBe('0 passed, 1 failed')
  })
})

describe('the patterns of the library', () => {
  it.each([NNpsk0, XX, XXpsk3, KK, IK])('$name is the one of the framework', (pattern) => {
    expect(pattern).toEqual(findPattern(pattern.name))
  })
})
