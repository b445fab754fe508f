import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { CHACHA_POLY } from '../../src/secure/aead.ts'
import { RECORD_MAX_BYTES, SecureChannel } from '../../src/secure/channel.ts'
import { CipherState } from '../../src/secure/noise/cipher-state.ts'
import { NoiseChannel, REKEY_RECORDS } from '../../src/secure/noise-suite.ts'
import { nodeProvider } from '../../src/secure/node-provider.ts'
import { NONCE_END } from '../../src/secure/provider.ts'
import { resolvePadding, type Padding } from '../../src/secure/padding.ts'
import { codeOf, collect, flipBit, KEY, openChannels, OTHER_KEY, seal, sealClose, SETUPS } from './pairs.ts'

const NOTHING = { data: () => undefined, closed: () => undefined }
const HELLO = Buffer.from('hello, this is not to be read by anyone on the way')

/** Two ends with known keys, and counters where the test wants them. */
function createCounted(counter: number, padding?: Padding): readonly [SecureChannel, SecureChannel] {
  const cipher = (key: Uint8Array): CipherState => {
    const state = new CipherState(nodeProvider.chaChaPoly, key.slice())
    state.setCounter(counter)
    return state
  }
  const end = (send: Uint8Array, receive: Uint8Array): SecureChannel =>
    new SecureChannel({
      keys: new NoiseChannel(new Uint8Array(0), KEY, cipher(send), cipher(receive)),
      pad: resolvePadding(padding),
      remoteIdentity: undefined,
    })
  return [end(KEY, OTHER_KEY), end(OTHER_KEY, KEY)]
}

describe.each(SETUPS)('a channel with $name', (setup) => {
  it('carries any bytes both ways, however they are cut', () => {
    const [first, second] = openChannels(setup)
    const messages = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(messages, fc.integer({ min: 1, max: 90 }), fc.boolean(), (plains, size, forth) => {
        const [from, to] = forth ? [first, second] : [second, first]
        const stream = Buffer.concat(plains.map((plain) => seal(from, plain)))
        const chunks: Uint8Array[] = []
        for (let offset = 0; offset < stream.length; offset += size) chunks.push(stream.subarray(offset, offset + size))
        expect(collect(to, chunks).data).toEqual(Buffer.concat(plains))
        expect(to.heldBytes).toBe(0)
      }),
      { numRuns: 40 },
    )
  })

  it('cuts what is longer than a record, and fills what it announced at most', () => {
    const [first, second] = openChannels(setup)
    const plain = Buffer.alloc(200_000, 'abcdefg')
    const sealed = seal(first, plain)
    expect(sealed.length).toBeLessThanOrEqual(first.sealedMaxBytes(plain.length))
    expect(collect(second, [sealed]).data.equals(plain)).toBe(true)
  })

  it('refuses each single bit of a record that is another', { timeout: 60_000 }, () => {
    const length = seal(openChannels(setup)[0], HELLO).length
    // All bits where that is quick, every ninth where each takes a handshake with identities.
    const pace = setup.initiator.identity === undefined ? 1 : 9
    for (let bit = 0; bit < length * 8; bit += pace) {
      const [from, to] = openChannels(setup)
      let seen = 0
      const sink = { data: () => seen++, closed: () => seen++ }
      const code = codeOf(() => {
        to.push(flipBit(seal(from, HELLO), bit), sink)
      })
      // A greater length is a wait for bytes that never come.
      const waits = code === undefined && bit < 16
      expect([seen, waits || code === 'channel_corrupt'], `bit ${bit}`).toEqual([0, true])
    }
  })

  it.each([
    ['replayed', (one: Uint8Array, two: Uint8Array) => [one, one, two], 1],
    ['swapped', (one: Uint8Array, two: Uint8Array) => [two, one], 0],
    ['dropped', (_one: Uint8Array, two: Uint8Array) => [two], 0],
    ['shortened', (one: Uint8Array, two: Uint8Array) => [one.subarray(0, -1), two], 0],
    ['lengthened', (one: Uint8Array, two: Uint8Array) => [one, Buffer.of(0), two], 1],
  ])('refuses records that are %s, and nothing comes out afterwards', (_, arrange, before) => {
    const [from, to] = openChannels(setup)
    const [one, two] = [seal(from, HELLO), seal(from, HELLO)]
    let seen = 0
    const sink = { data: () => seen++, closed: () => undefined }
    expect(
      codeOf(() => {
        for (const chunk of arrange(one, two)) to.push(chunk, sink)
      }),
    ).toBe('channel_corrupt')
    expect(seen).toBe(before)
    expect(codeOf(() => to.push(two, sink))).toBe('channel_corrupt')
    expect(codeOf(() => seal(to, HELLO))).toBe('channel_corrupt')
    expect(seen).toBe(before)
  })

  it('refuses its own records sent back', () => {
    const [from] = openChannels(setup)
    expect(codeOf(() => collect(from, [seal(from, HELLO)]))).toBe('channel_corrupt')
  })

  it('refuses the records of another connection with the same security', () => {
    const [from] = openChannels(setup)
    const [, to] = openChannels(setup)
    expect(codeOf(() => collect(to, [seal(from, HELLO)]))).toBe('channel_corrupt')
  })

  it('tells a clean end from a cut, at every byte', () => {
    const [from, to] = openChannels(setup)
    const stream = Buffer.concat([seal(from, HELLO), sealClose(from)])
    for (const byte of stream) {
      expect(codeOf(() => to.end())).toBe('truncated')
      to.push(Buffer.of(byte), NOTHING)
    }
    expect(to.closeReceived).toBe(true)
    expect(codeOf(() => to.end())).toBeUndefined()
    expect(codeOf(() => seal(from, HELLO))).toBe('misuse')
    expect(codeOf(() => to.push(Buffer.of(0), NOTHING))).toBe('channel_corrupt')
  })

  it('ends only in listed errors for random bytes, with bounded memory', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (noise) => {
        const [, to] = createCounted(0)
        expect([undefined, 'channel_corrupt']).toContain(codeOf(() => collect(to, [noise])))
        expect(to.heldBytes).toBeLessThanOrEqual(RECORD_MAX_BYTES)
      }),
    )
  })
})

describe('a channel', () => {
  it('holds at most one record that is not authenticated', () => {
    const [, to] = createCounted(0)
    to.push(Buffer.of(0xff, 0xff), NOTHING)
    let most = 0
    expect(
      codeOf(() => {
        for (let count = 0; count < 200; count++) {
          to.push(new Uint8Array(1000), NOTHING)
          most = Math.max(most, to.heldBytes)
        }
      }),
    ).toBe('channel_corrupt')
    expect(most).toBe(65_000)
    expect(to.heldBytes).toBe(0)
  })

  it('refuses a length that no record has before its bytes come', () => {
    for (const length of [0, 1, 2]) {
      const [, to] = createCounted(0)
      expect(codeOf(() => to.push(Buffer.of(0, length), NOTHING))).toBe('channel_corrupt')
    }
  })

  it('replaces its keys after a fixed count of records, on both ends', () => {
    const [from, to] = createCounted(REKEY_RECORDS - 2)
    const records = Array.from({ length: 4 }, () => seal(from, HELLO))
    expect(collect(to, records).data.length).toBe(4 * HELLO.length)
    // Without the new key the records after it do not open: the first key and the right counter are not enough.
    const old = new CipherState(nodeProvider.chaChaPoly, KEY.slice())
    const opens = (index: number): boolean => {
      old.setCounter(REKEY_RECORDS - 2 + index)
      const sealed = records[index]!.subarray(2)
      return old.open(new Uint8Array(0), sealed, new Uint8Array(sealed.length - 16))
    }
    expect([opens(0), opens(1), opens(2), opens(3)]).toEqual([true, true, false, false])
  })

  it('ends before its counter does, on both ends', () => {
    const [from, to] = createCounted(NONCE_END - 1)
    const last = seal(from, HELLO)
    expect(codeOf(() => seal(from, HELLO))).toBe('resource_exhausted')
    expect(collect(to, [last]).data).toEqual(HELLO)
    expect(codeOf(() => collect(to, [last]))).toBe('resource_exhausted')
  })

  it('writes nothing where there is no room, and can still be used', () => {
    const [from, to] = createCounted(0)
    expect(codeOf(() => from.seal(HELLO, new Uint8Array(HELLO.length)))).toBe('misuse')
    expect(collect(to, [seal(from, HELLO)]).data).toEqual(HELLO)
  })

  it('stops at once when the sink destroys it', () => {
    const [from, to] = createCounted(0)
    const stream = Buffer.concat([seal(from, HELLO), seal(from, HELLO)])
    let seen = 0
    const stop = (): void => {
      seen++
      to.destroy()
    }
    to.push(stream, { data: stop, closed: stop })
    expect(seen).toBe(1)
  })

  it('gives a call inside a call of the sink a buffer of its own', () => {
    const [from, to] = createCounted(0)
    const [from2, to2] = createCounted(0)
    const inner = seal(from2, Buffer.from('inner'))
    let text = ''
    const outer = (plain: Uint8Array): void => {
      text += collect(to2, [inner]).data.toString()
      text += Buffer.from(plain).toString()
    }
    to.push(seal(from, Buffer.from(' and outer')), { data: outer, closed: () => undefined })
    expect(text).toBe('inner and outer')
  })

  it('refuses records of unknown type, empty ones, and padding that is too long or not zero', () => {
    const bad = [
      Buffer.of(2, 0, 0, 1),
      Buffer.of(0, 0, 0),
      Buffer.of(0, 0, 1),
      Buffer.of(0, 0, 1, 5, 5),
      Buffer.of(1, 0, 0, 5),
      Buffer.of(0, 0),
    ]
    for (const plain of bad) {
      const cipher = new CipherState(nodeProvider.chaChaPoly, KEY.slice())
      const record = new Uint8Array(2 + plain.length + 16)
      cipher.seal(new Uint8Array(0), plain, record.subarray(2))
      record[1] = plain.length + 16
      const [, to] = createCounted(0)
      expect(
        codeOf(() => collect(to, [record])),
        plain.toString('hex'),
      ).toBe('channel_corrupt')
    }
  })
})

describe('padding', () => {
  it.each(['padme', { blockBytes: 128 }, { blockBytes: 4096 }] as const)(
    '%j hides lengths and changes no byte',
    (padding) => {
      const [from, to] = createCounted(0, padding)
      const lengths = new Set<number>()
      for (let length = 1; length <= 120; length++) {
        const plain = Buffer.alloc(length, length)
        const record = seal(from, plain)
        lengths.add(record.length)
        expect(collect(to, [record]).data.equals(plain)).toBe(true)
      }
      expect(lengths.size).toBeLessThan(padding === 'padme' ? 45 : 2)
      const large = Buffer.alloc(150_000, 1)
      expect(collect(to, [seal(from, large), sealClose(from)])).toEqual({ data: large, closed: true })
    },
  )

  it('costs 12 % at most with padme', () => {
    const pad = resolvePadding('padme')
    fc.assert(
      fc.property(fc.integer({ min: 1, max: RECORD_MAX_BYTES }), (length) => {
        expect(pad(length)).toBeGreaterThanOrEqual(length)
        expect(pad(length) - length).toBeLessThanOrEqual(length * 0.12)
        expect(pad(pad(length))).toBe(pad(length))
      }),
    )
  })

  it.each([1, 0, -3, 1.5, 4097, Number.NaN])('refuses blocks of %s bytes', (blockBytes) => {
    expect(codeOf(() => resolvePadding({ blockBytes }))).toBe('misuse')
  })
})

describe('a key', () => {
  it('is in no memory that a cipher was lent, once the cipher has come back or thrown', () => {
    let isBroken = false
    let lent: Uint8Array = KEY
    const borrow = (key: Uint8Array): boolean => {
      expect([...key]).toEqual([...KEY])
      lent = key
      if (isBroken) throw new Error('out of order')
      return true
    }
    const state = new CipherState({ ...CHACHA_POLY, seal: borrow, open: borrow }, KEY.slice())
    const record = new Uint8Array(32)
    const uses = [
      () => state.seal(new Uint8Array(0), record.subarray(16), record),
      () => state.open(new Uint8Array(0), record, record.subarray(16)),
    ]
    for (isBroken of [false, true]) {
      for (const use of uses) {
        if (isBroken) expect(use).toThrow('out of order')
        else use()
        expect([...lent]).toEqual(Array.from({ length: KEY.length }, () => 0))
      }
    }
  })
})
