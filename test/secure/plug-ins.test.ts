import { describe, expect, it } from 'vitest'

import type { Aead } from '../../src/secure/aead.ts'
import { nodeProvider } from '../../src/secure/node-provider.ts'
import { prepareSecurity, type Security } from '../../src/secure/security.ts'
import { statelessCipher, type StatelessCipherOptions } from '../../src/secure/stateless-cipher.ts'
import type { SecureSuite, SuiteChannel, SuiteOptions, SuiteStep } from '../../src/secure/suite.ts'
import { codeOf, collect, KEY, openPair, plainCipher, seal, sealClose, type Setup } from './pairs.ts'

const HELLO = Buffer.from('hello, this is long enough to be compared')

function both(security: Security): Setup {
  return { name: 'a plug-in', initiator: security, responder: security }
}

/** What a whole connection with the plug-in comes to: the code of its first failure, or what was carried over. */
function useOnce(security: Security): string {
  let carried = ''
  const code = codeOf(() => {
    const { initiator, responder } = openPair(both(security))
    const stream = [seal(initiator.channel, HELLO), seal(initiator.channel, HELLO), sealClose(initiator.channel)]
    carried = collect(responder.channel, stream).data.toString()
  })
  return code ?? carried
}

const TWICE = HELLO.toString().repeat(2)

/** What a plug-in would do with buffers that it kept. */
function scribble(kept: Uint8Array[], ...more: readonly Uint8Array[]): void {
  for (const buffer of kept) buffer.fill(0xee)
  kept.push(...more)
}

describe('an aead of the program', () => {
  const good: Aead = { ...nodeProvider.chaChaPoly, id: 'Mine/1' }
  const prepare = (aead: Partial<Record<keyof Aead, unknown>>): string | undefined =>
    codeOf(() => prepareSecurity({ key: KEY, aead: { ...good, ...aead } as Aead }, 'initiator'))

  it('carries a link, with nonces of either length', () => {
    expect(useOnce({ key: KEY, aead: good })).toBe(TWICE)
    expect(useOnce({ key: KEY, aead: { ...nodeProvider.xChaChaPoly, id: 'Mine/24' } })).toBe(TWICE)
  })

  it('has to be the same on both ends', () => {
    const setup: Setup = { ...both({ key: KEY, aead: good }), responder: { key: KEY } }
    expect(codeOf(() => openPair(setup))).toBe('handshake_failed')
  })

  it.each<[string, Partial<Record<keyof Aead, unknown>>]>([
    ['no name', { id: '' }],
    ['a name with an underscore', { id: 'a_b' }],
    ['keys of 16 bytes', { keyBytes: 16 }],
    ['nonces of 8 bytes', { nonceBytes: 8 }],
    ['tags of 8 bytes', { tagBytes: 8 }],
    ['an unknown order', { counterOrder: 'middle' }],
    ['no seal', { seal: undefined }],
    [
      'a seal that throws',
      {
        seal: () => {
          throw new Error('no')
        },
      },
    ],
    ['a seal that returns a promise', { seal: () => Promise.reject(new Error('later')) }],
    ['a seal that returns bytes', { seal: () => new Uint8Array(64) }],
    ['a seal that writes nothing', { seal: () => undefined }],
    [
      'a seal that writes too much',
      {
        seal: (...[, , , , out]: Parameters<Aead['seal']>) => {
          out.set(new Uint8Array(out.length + 1))
        },
      },
    ],
    [
      'a seal that writes its input',
      {
        seal: (...[, , , plain, out]: Parameters<Aead['seal']>) => {
          out.set(plain)
        },
      },
    ],
    ['an open that returns a promise', { open: () => Promise.resolve(true) }],
    ['an open that returns bytes', { open: () => new Uint8Array(1) }],
    [
      'an open that throws',
      {
        open: () => {
          throw new Error('no')
        },
      },
    ],
    ['an open that takes everything', { open: () => true }],
    ['an open that takes nothing', { open: () => false }],
    ['tags that it does not write', { tagBytes: 32 }],
  ])('is refused before any connection: %s', (_, aead) => {
    expect(prepare(aead)).toBe('misuse')
  })

  it.each<[string, (calls: number) => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['returns a promise', () => Promise.reject(new Error('later'))],
    ['returns bytes', () => new Uint8Array(3)],
  ])('ends the link with misuse when it %s later on', (_, misbehave) => {
    let calls = 0
    const seal: Aead['seal'] = (...given) => (++calls > 5 ? (misbehave(calls) as undefined) : good.seal(...given))
    expect(useOnce({ key: KEY, aead: { ...good, seal } })).toBe('misuse')
  })

  it('may keep its buffers, which are never those of the link', () => {
    const kept: Uint8Array[] = []
    const aead: Aead = {
      ...good,
      seal: (...given) => {
        good.seal(...given)
        scribble(kept, ...given)
      },
      open: (...given) => {
        const opened = good.open(...given)
        scribble(kept, ...given)
        return opened
      },
    }
    expect(useOnce({ key: KEY, aead })).toBe(TWICE)
  })
})

describe('a pair of functions', () => {
  const prepare = (change: Partial<Record<keyof StatelessCipherOptions, unknown>>): string | undefined =>
    codeOf(() => statelessCipher({ ...plainCipher, ...change } as StatelessCipherOptions))

  it('carries a link', () => {
    expect(useOnce({ key: KEY, suite: statelessCipher(plainCipher) })).toBe(TWICE)
  })

  it('never meets the key that was given, nor one key in two connections or directions', () => {
    const keys: string[] = []
    const encrypt = (bytes: Uint8Array, key: Uint8Array): Uint8Array => {
      keys.push(Buffer.from(key).toString('hex'))
      return plainCipher.encrypt(bytes, key)
    }
    const security = { key: KEY, suite: statelessCipher({ ...plainCipher, encrypt }) }
    keys.length = 0
    for (let connection = 0; connection < 2; connection++) openPair(both(security))
    // Two messages of the handshake and the first record of each direction.
    expect(keys).toHaveLength(8)
    expect(new Set(keys).size).toBe(8)
    expect(keys).not.toContain(Buffer.from(KEY).toString('hex'))
  })

  it.each<[string, Partial<Record<keyof StatelessCipherOptions, unknown>>]>([
    ['no function', { encrypt: 7 }],
    ['an encrypt that returns its input', { encrypt: (bytes: Uint8Array) => bytes }],
    ['an encrypt that returns text', { encrypt: () => 'text' }],
    ['an encrypt that returns a promise', { encrypt: () => Promise.reject(new Error('later')) }],
    [
      'an encrypt that throws',
      {
        encrypt: () => {
          throw new Error('no')
        },
      },
    ],
    ['an encrypt that returns too much', { encrypt: (bytes: Uint8Array) => new Uint8Array(bytes.length + 65) }],
    ['a decrypt that returns its input', { decrypt: (bytes: Uint8Array) => bytes }],
    ['a decrypt that returns a promise', { decrypt: () => Promise.resolve(new Uint8Array(48)) }],
    ['a decrypt that refuses everything', { decrypt: () => undefined }],
    ['a decrypt that does not check', { decrypt: (bytes: Uint8Array, key: Uint8Array) => decryptBlindly(bytes, key) }],
    ['an overhead that is none', { overheadMaxBytes: 0 }],
  ])('is refused before any connection: %s', (_, change) => {
    expect(prepare(change)).toBe('misuse')
  })

  it('ends the link with misuse when it misbehaves later on', () => {
    for (const wrong of [
      () => new Uint8Array(3),
      () => Promise.resolve(1),
      () => {
        throw new Error('no')
      },
    ]) {
      let calls = 0
      const encrypt = (bytes: Uint8Array, key: Uint8Array): Uint8Array =>
        ++calls > 3 ? (wrong() as Uint8Array) : plainCipher.encrypt(bytes, key)
      expect(useOnce({ key: KEY, suite: statelessCipher({ ...plainCipher, encrypt }) })).toBe('misuse')
    }
  })

  it('may keep its buffers', () => {
    const kept: Uint8Array[] = []
    const run =
      (name: 'encrypt' | 'decrypt') =>
      (bytes: Uint8Array, key: Uint8Array): Uint8Array => {
        const result = plainCipher[name](bytes, key)
        // What it returned last time is gone as well.
        scribble(kept, bytes, key, result)
        return result
      }
    expect(useOnce({ key: KEY, suite: statelessCipher({ encrypt: run('encrypt'), decrypt: run('decrypt') }) })).toBe(
      TWICE,
    )
  })
})

/** Gives out bytes whose tag it has not looked at. */
function decryptBlindly(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  try {
    return plainCipher.decrypt(bytes, key)
  } catch {
    return bytes.slice(12, -16)
  }
}

describe('a whole suite of the program', () => {
  /** Adds one to each byte, and a counter in front: a toy that is no cipher, but keeps the contract. */
  function createToy(change: Partial<Record<keyof SuiteChannel, unknown>> = {}, step?: () => unknown): SecureSuite {
    const createChannel = (remotePayload: Uint8Array): SuiteChannel => {
      let [sent, received] = [0, 0]
      return {
        ...{ overheadMaxBytes: 1, remotePayload, binding: new Uint8Array(16).fill(5) },
        seal: (plain: Uint8Array, out: Uint8Array) => {
          out.set([sent++, ...plain.map((byte) => byte + 1)])
          return plain.length + 1
        },
        open: (sealed: Uint8Array, out: Uint8Array) => {
          if (sealed[0] !== received++) return undefined
          out.set(sealed.subarray(1).map((byte) => byte - 1))
          return sealed.length - 1
        },
        destroy: () => undefined,
        ...change,
      } as SuiteChannel
    }
    return {
      id: 'toy',
      begin: ({ role, payload }: SuiteOptions) => ({
        step: (message): SuiteStep => {
          if (step !== undefined) return step() as SuiteStep
          if (message === undefined) return { send: payload }
          return { send: role === 'responder' ? payload : undefined, done: createChannel(message) }
        },
      }),
    }
  }

  it('carries a link', () => {
    expect(useOnce({ suite: createToy() })).toBe(TWICE)
  })

  it('is refused where it knows no identities and the program asks who is there', () => {
    expect(useOnce({ suite: createToy(), authorize: () => true })).toBe('handshake_failed')
    expect(useOnce({ suite: createToy(), remoteIdentity: KEY })).toBe('handshake_failed')
  })

  it.each<[string, Partial<Record<keyof SuiteChannel, unknown>>]>([
    ['no overhead', { overheadMaxBytes: undefined }],
    ['a huge overhead', { overheadMaxBytes: 5000 }],
    ['no binding', { binding: new Uint8Array(0) }],
    ['a payload that is none', { remotePayload: 'text' }],
    [
      'a seal that throws',
      {
        seal: () => {
          throw new Error('no')
        },
      },
    ],
    ['a seal that returns nothing', { seal: () => undefined }],
    ['a seal that returns a promise', { seal: () => Promise.reject(new Error('later')) }],
    ['a seal that claims more than there is room', { seal: () => 70_000 }],
    [
      'a seal that writes its input',
      {
        seal: (plain: Uint8Array, out: Uint8Array) => {
          out.set(plain)
          return plain.length
        },
      },
    ],
    ['an open that returns a promise', { open: () => Promise.resolve(1) }],
    ['an open that claims too much', { open: () => 70_000 }],
  ])('ends the link with misuse: %s', (_, change) => {
    expect(useOnce({ suite: createToy(change) })).toBe('misuse')
  })

  it.each<[string, () => unknown, string]>([
    ['nothing', () => undefined, 'misuse'],
    ['a promise', () => Promise.reject(new Error('later')), 'misuse'],
    ['a message that is text', () => ({ send: 'text' }), 'misuse'],
    ['a message that is too long', () => ({ send: new Uint8Array(501) }), 'misuse'],
    ['an empty message', () => ({ send: new Uint8Array(0) }), 'misuse'],
    [
      'a throw',
      () => {
        throw new Error('refused')
      },
      'handshake_failed',
    ],
  ])('ends the handshake when a step gives %s', (_, step, code) => {
    expect(useOnce({ suite: createToy({}, step) })).toBe(code)
  })

  it('refuses by throwing in open', () => {
    const open = (): never => {
      throw new Error('refused')
    }
    expect(useOnce({ suite: createToy({ open }) })).toBe('handshake_failed')
  })
})
