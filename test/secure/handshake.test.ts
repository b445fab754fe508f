import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { HANDSHAKE_MAX_BYTES, PREAMBLE_BYTES } from '../../src/secure/handshake.ts'
import { generateIdentity } from '../../src/secure/identity.ts'
import type { Security } from '../../src/secure/security.ts'
import {
  codeOf,
  createEnds,
  flipBit,
  IDENTITIES,
  KEY,
  openPair,
  OTHER_KEY,
  PAYLOADS,
  settle,
  SETUPS,
  shake,
  type Ends,
  type Setup,
} from './pairs.ts'
import { PROVIDERS } from './suites.ts'

const [SHARED] = SETUPS as [Setup]
const byName = (name: string): Setup => SETUPS.find((setup) => setup.name === name)!

/** The flights of a whole handshake, recorded. */
function record(setup: Setup): Uint8Array[] {
  const flights: Uint8Array[] = []
  shake(createEnds(setup), (bytes) => {
    flights.push(bytes.slice())
    return bytes
  })
  return flights
}

/** What happens when one flight is changed: neither side may open because of it, and nobody may answer a bad byte. */
function judgeTampering(setup: Setup, at: number, change: (bytes: Uint8Array) => Uint8Array): string | undefined {
  const ends = createEnds(setup)
  let opened: ReturnType<typeof shake> | undefined
  const code = codeOf(() => {
    opened = shake(ends, (bytes, flight) => (flight === at ? change(bytes) : bytes))
  })
  expect(opened?.initiator === undefined || opened.responder === undefined).toBe(true)
  return code
}

describe.each(SETUPS)('a handshake with $name', (setup) => {
  it('opens both ends, hands over the payloads, and gives both the same binding', () => {
    const { initiator, responder } = openPair(setup)
    expect(initiator.remotePayload).toEqual(PAYLOADS.responder)
    expect(responder.remotePayload).toEqual(PAYLOADS.initiator)
    expect(initiator.channel.binding).toEqual(responder.channel.binding)
    expect(openPair(setup).initiator.channel.binding).not.toEqual(initiator.channel.binding)
  })

  it('tells each side who the other is where it knows identities', () => {
    const { initiator, responder } = openPair(setup)
    const known = setup.initiator.identity !== undefined
    expect(initiator.peer?.id).toBe(known ? IDENTITIES.listener.id : undefined)
    expect(responder.peer?.id).toBe(known ? IDENTITIES.dialler.id : undefined)
    expect(responder.channel.remoteIdentity).toEqual(known ? IDENTITIES.dialler.publicKey : undefined)
  })

  it('opens however the bytes are cut, and hands on what came behind', () => {
    const ends = createEnds(setup)
    ends.responder.start()
    const queue: { to: keyof Ends; bytes: Uint8Array }[] = [{ to: 'responder', bytes: ends.initiator.start()! }]
    const open: string[] = []
    let flightsLeft = record(setup).length
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      const { to, bytes } = item
      flightsLeft--
      for (let index = 0; index < bytes.length; index++) {
        const last = index === bytes.length - 1
        const chunk = last ? Buffer.from([bytes[index]!, 0xaa, 0xbb]) : bytes.subarray(index, index + 1)
        // What comes behind belongs to the channel, so that it may be there only with the last byte of the handshake.
        const ending = last && flightsLeft === 0
        const step = settle(ends[to], ends[to].read(ending ? chunk : bytes.subarray(index, index + 1)))
        if (step.send !== undefined)
          queue.push({ to: to === 'initiator' ? 'responder' : 'initiator', bytes: step.send })
        if (step.opened === undefined) continue
        open.push(to)
        if (ending) expect([...step.opened.rest]).toEqual([0xaa, 0xbb])
      }
    }
    expect(open.sort()).toEqual(['initiator', 'responder'])
  })

  it('holds no more than its cap, whatever lengths are claimed', () => {
    const { responder } = createEnds(setup)
    responder.start()
    const preamble = record(setup)[0]!.subarray(0, PREAMBLE_BYTES)
    expect(codeOf(() => responder.read(Buffer.concat([preamble, Buffer.of(0x02, 0x00)])))).toBe('handshake_failed')
    const { initiator } = createEnds(setup)
    initiator.start()
    expect(codeOf(() => initiator.read(Buffer.of(0x48, 0x54)))).toBe('handshake_failed')
    const patient = createEnds(setup).responder
    patient.start()
    patient.read(Buffer.concat([preamble, Buffer.of(0x01, 0xf0)]))
    let held = 0
    for (let count = 0; count < 400; count++) {
      patient.read(Buffer.of(0))
      held = Math.max(held, patient.heldBytes)
    }
    expect(held).toBeLessThanOrEqual(HANDSHAKE_MAX_BYTES)
  })

  it('refuses every flight that is cut, and stays silent', () => {
    for (const [at, flight] of record(setup).entries()) {
      for (let length = 0; length < flight.length; length++) {
        expect(judgeTampering(setup, at, (bytes) => bytes.subarray(0, length))).toBeUndefined()
        length += 6
      }
    }
  })

  it('refuses its own flights sent back', () => {
    for (const at of record(setup).keys()) {
      const seen: Uint8Array[] = []
      const ends = createEnds(setup)
      const code = codeOf(() =>
        shake(ends, (bytes, flight) => {
          seen.push(bytes.slice())
          return flight === at && at > 0 ? seen[at - 1]! : bytes
        }),
      )
      if (at > 0) expect(code, `flight ${at}`).toBe('handshake_failed')
    }
  })

  it('opens nothing for a whole connection that was recorded and is played again', () => {
    const flights = record(setup)
    const { responder } = createEnds(setup)
    responder.start()
    let opened = false
    const code = codeOf(() => {
      for (const [index, flight] of flights.entries()) {
        if (index % 2 === 0) opened ||= settle(responder, responder.read(flight)).opened !== undefined
      }
    })
    expect([code, opened]).toEqual(['handshake_failed', false])
  })

  it('throws the same error at every call after the first failure', () => {
    const { responder } = createEnds(setup)
    responder.start()
    expect(codeOf(() => responder.read(Buffer.from('GET / HTTP/1.1\r\n')))).toBe('handshake_failed')
    expect(codeOf(() => responder.read(record(setup)[0]!))).toBe('handshake_failed')
    expect(codeOf(() => responder.decide(true))).toBe('handshake_failed')
    expect(responder.phase).toBe('failed')
  })

  it('refuses another prologue', () => {
    const [ours, theirs] = [
      createEnds(setup, { prologue: Buffer.of(1) }),
      createEnds(setup, { prologue: Buffer.of(2) }),
    ]
    expect(codeOf(() => shake({ initiator: ours.initiator, responder: theirs.responder }))).toBe('handshake_failed')
  })
})

describe.each(SETUPS.filter(({ name }) => ['a key', 'XX', 'IK', 'two functions'].includes(name)))(
  'every single bit of a handshake with $name',
  (setup) => {
    it('counts', { timeout: 120_000 }, () => {
      for (const [at, flight] of record(setup).entries()) {
        const lengths = lengthPlaces(flight, at)
        for (let bit = 0; bit < flight.length * 8; bit++) {
          const code = judgeTampering(setup, at, (bytes) => flipBit(bytes, bit))
          // A greater length is a wait for bytes that never come; everything else is refused.
          expect([undefined, 'handshake_failed'], `flight ${at}, bit ${bit}`).toContain(code)
          if (code === undefined) expect(lengths, `flight ${at}, bit ${bit}`).toContain(bit >> 3)
        }
      }
    })
  },
)

/** Where the bytes of each `u16 length` stand. */
function lengthPlaces(flight: Uint8Array, at: number): number[] {
  const places: number[] = []
  for (let offset = at === 0 ? PREAMBLE_BYTES : 0; offset < flight.length;) {
    places.push(offset, offset + 1)
    offset += 2 + ((flight[offset]! << 8) | flight[offset + 1]!)
  }
  return places
}

describe('a handshake', () => {
  it('refuses the wrong key, cipher, suite and identity without a byte', () => {
    const cases: [string, Security, Security][] = [
      ['key', { key: KEY }, { key: OTHER_KEY }],
      ['cipher', { key: KEY }, { key: KEY, aead: 'AESGCM' }],
      ['suite', { key: KEY }, byName('two functions').responder],
      ['pattern', byName('XX').initiator, byName('KK').responder],
      ['missing key', byName('XX').initiator, byName('XXpsk3').responder],
      [
        'dialled identity',
        { ...byName('IK').initiator, remoteIdentity: generateIdentity().publicKey },
        byName('IK').responder,
      ],
      ['dialling identity', { ...byName('XX').initiator, identity: generateIdentity() }, byName('XX').responder],
      ['answering identity', byName('XX').initiator, { ...byName('XX').responder, identity: generateIdentity() }],
      ['KK identity', { ...byName('KK').initiator, identity: generateIdentity() }, byName('KK').responder],
      ['XXpsk3 key', { ...byName('XXpsk3').initiator, key: OTHER_KEY.with(0, 1) }, byName('XXpsk3').responder],
    ]
    for (const [name, initiator, responder] of cases) {
      let open: unknown
      const code = codeOf(() => {
        open = shake(createEnds({ name, initiator, responder })).responder
      })
      expect([code, open], name).toEqual(['handshake_failed', undefined])
    }
  })

  it('takes each key of a rotation, and dials with the first', () => {
    for (const keys of [
      [KEY, OTHER_KEY],
      [OTHER_KEY, KEY],
      [OTHER_KEY.with(3, 0), OTHER_KEY.with(4, 0), OTHER_KEY, KEY],
    ]) {
      for (const setup of [SHARED, byName('two functions'), byName('XXpsk3')]) {
        const responder = { ...setup.responder, key: undefined, keys }
        expect(openPair({ ...setup, responder }).responder.remotePayload).toEqual(PAYLOADS.initiator)
      }
    }
    const retired: Setup = { ...SHARED, initiator: { keys: [OTHER_KEY, KEY] } }
    expect(codeOf(() => openPair(retired))).toBe('handshake_failed')
  })

  it('asks authorize before anything of that step leaves, and holds what comes meanwhile', () => {
    const setup: Setup = {
      name: 'XX with hooks',
      initiator: { identity: IDENTITIES.dialler, authorize: () => true },
      responder: { identity: IDENTITIES.listener, authorize: () => true },
    }
    const { initiator, responder } = createEnds(setup)
    responder.start()
    const second = responder.read(initiator.start()!).send!
    const asked = initiator.read(second)
    expect(asked.send).toBeUndefined()
    expect(asked.authorize?.id).toBe(IDENTITIES.listener.id)
    expect(initiator.phase).toBe('deciding')
    const third = initiator.decide(true).send!
    // The message of the identity alone; the first record comes while the verdict is out.
    const messageBytes = 2 + ((third[0]! << 8) | third[1]!)
    expect(responder.read(third.subarray(0, messageBytes)).authorize?.id).toBe(IDENTITIES.dialler.id)
    expect(responder.read(third.subarray(messageBytes))).toEqual({})
    const verdict = responder.decide(true)
    expect(verdict.opened).toBeDefined()
    expect(initiator.read(verdict.send!).opened).toBeDefined()
  })

  it('ends where authorize refuses, and where a flood comes while it is asked', () => {
    const setup = byName('IK')
    const ask = (): Ends['responder'] => {
      const { initiator, responder } = createEnds(setup)
      responder.start()
      expect(responder.read(initiator.start()!).authorize).toBeDefined()
      return responder
    }
    const refusing = ask()
    expect(codeOf(() => refusing.decide(false))).toBe('handshake_failed')
    const unsure = ask()
    expect(codeOf(() => unsure.decide('yes' as unknown as boolean))).toBe('handshake_failed')
    const flooded = ask()
    expect(codeOf(() => flooded.read(new Uint8Array(HANDSHAKE_MAX_BYTES)))).toBe('handshake_failed')
    expect(flooded.heldBytes).toBe(0)
  })

  it('says that a stranger speaks something else, not that it has sent too much', () => {
    const { initiator } = createEnds(SHARED)
    initiator.start()
    expect(() => initiator.read(Buffer.from('HTTP/1.1 400 Bad Request'))).toThrow(/speaks something else/)
  })

  it('takes a call out of order for the mistake that it is, and goes on', () => {
    const { initiator, responder } = createEnds(SHARED)
    expect(codeOf(() => initiator.read(new Uint8Array(1)))).toBe('misuse')
    responder.start()
    expect(codeOf(() => responder.start())).toBe('misuse')
    expect(codeOf(() => responder.decide(true))).toBe('misuse')
    expect(shakeStarted(initiator, responder)).toBe(true)
    expect(codeOf(() => responder.read(new Uint8Array(1)))).toBe('misuse')
    expect(codeOf(() => createEnds(SHARED, { prologue: new Uint8Array(9) }))).toBeUndefined()
  })

  it('ends only in listed errors for random bytes, at every point of it', () => {
    const flights = new Map(SETUPS.map((setup) => [setup.name, record(setup)]))
    fc.assert(
      fc.property(fc.constantFrom(...SETUPS), fc.uint8Array({ maxLength: 700 }), fc.nat(), (setup, noise, at) => {
        const first = flights.get(setup.name)![0]!
        const { initiator, responder } = createEnds(setup)
        initiator.start()
        responder.start()
        const prefix = first.subarray(0, at % first.length)
        for (const [end, bytes] of [
          [initiator, noise] as const,
          [responder, Buffer.concat([prefix, noise])] as const,
        ]) {
          const code = codeOf(() => settle(end, end.read(bytes)))
          expect([undefined, 'handshake_failed']).toContain(code)
          expect(end.heldBytes).toBeLessThanOrEqual(HANDSHAKE_MAX_BYTES)
          expect(end.phase).not.toBe('open')
        }
      }),
    )
  })

  it('opens between the two providers, either way', () => {
    const [node, noble] = PROVIDERS
    for (const setup of SETUPS) {
      const ends = {
        initiator: createEnds(setup, { provider: node }).initiator,
        responder: createEnds(setup, { provider: noble }).responder,
      }
      const { initiator, responder } = shake(ends)
      expect(initiator?.channel.binding, setup.name).toEqual(responder?.channel.binding)
      expect(responder).toBeDefined()
    }
  })

  it('is the same bytes from both providers', () => {
    const flights = PROVIDERS.map((provider) => {
      let next = 1
      const generateKeyPair = (): ReturnType<typeof provider.importKeyPair> =>
        provider.importKeyPair(new Uint8Array(32).fill(next++))
      const seen: string[] = []
      for (const setup of SETUPS.filter(({ name }) => name !== 'two functions')) {
        shake(createEnds(setup, { provider: { ...provider, generateKeyPair } }), (bytes) => {
          seen.push(Buffer.from(bytes).toString('hex'))
          return bytes
        })
      }
      return seen
    })
    expect(flights[0]!.length).toBeGreaterThan(15)
    expect(flights[0]).toEqual(flights[1])
  })
})

function shakeStarted(initiator: Ends['initiator'], responder: Ends['responder']): boolean {
  const back = responder.read(initiator.start()!).send!
  const step = initiator.read(back)
  return step.opened !== undefined && responder.read(step.send!).opened !== undefined
}
