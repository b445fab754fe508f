import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'

import { SteerError } from '../../src/base/errors.ts'
import { createHandshake } from '../../src/secure/handshake.ts'
import { generateIdentity, importIdentity, type Identity } from '../../src/secure/identity.ts'
import { keyFromPassphrase, type PassphraseOptions } from '../../src/secure/passphrase.ts'
import { prepareSecurity, type Security } from '../../src/secure/security.ts'
import { statelessCipher } from '../../src/secure/stateless-cipher.ts'
import {
  codeOf,
  createEnds,
  IDENTITIES,
  KEY,
  openPair,
  OTHER_KEY,
  plainCipher,
  seal,
  SETUPS,
  shake,
  type Setup,
} from './pairs.ts'

const { dialler, listener } = IDENTITIES
const remoteIdentity = listener.publicKey

function prepare(security: unknown, role: 'initiator' | 'responder' = 'initiator'): string | undefined {
  return codeOf(() => prepareSecurity(security as Security, role))
}

describe('security', () => {
  it.each([
    ['31 bytes', new Uint8Array(31).fill(1)],
    ['33 bytes', new Uint8Array(33).fill(1)],
    ['no bytes', new Uint8Array(0)],
    ['zeros', new Uint8Array(32)],
    ['text', 'a'.repeat(32)],
    ['an array', Array.from({ length: 32 }, () => 1)],
    ['null', null],
    ['words of 32 bits', new Uint32Array(8).fill(1)],
  ])('refuses a key of %s before any connection', (_, key) => {
    expect(prepare({ key })).toBe('misuse')
    expect(prepare({ keys: [KEY, key] })).toBe('misuse')
  })

  it.each<[string, unknown]>([
    ['nothing', {}],
    ['no object', 'none'],
    ['null', null],
    ['a misspelt name', { identity: dialler, key: KEY, autorize: () => false }],
    ['a key and keys', { key: KEY, keys: [KEY] }],
    ['no keys', { keys: [] }],
    ['five keys', { keys: [KEY, KEY, KEY, KEY, KEY] }],
    ['authorize without identity', { key: KEY, authorize: () => true }],
    ['remoteIdentity without identity', { key: KEY, remoteIdentity }],
    ['an identity that lets everyone in', { identity: dialler }],
    ['an authorize that is no function', { identity: dialler, authorize: true }],
    ['a remote identity of 31 bytes', { identity: dialler, remoteIdentity: remoteIdentity.subarray(1) }],
    ['an identity of another making', { identity: { id: 'x' }, key: KEY }],
    ['IK that does not know whom it dials', { identity: dialler, pattern: 'IK', authorize: () => true }],
    ['KK that knows nobody', { identity: dialler, pattern: 'KK', authorize: () => true }],
    ['KK with a key', { identity: dialler, pattern: 'KK', key: KEY, remoteIdentity }],
    ['an unknown pattern', { identity: dialler, pattern: 'NN', remoteIdentity }],
    ['an unknown aead', { key: KEY, aead: 'ROT13' }],
    ['a suite with an aead', { key: KEY, aead: 'AESGCM', suite: statelessCipher(plainCipher) }],
    ['a suite without its key', { suite: statelessCipher(plainCipher) }],
    ['a suite without a name', { key: KEY, suite: { id: '', begin: () => undefined } }],
    ['a suite of nothing', { key: KEY, suite: null }],
    ['a pattern of nothing', { identity: listener, authorize: () => true, pattern: null }],
    ['a key left out of its list', { keys: [KEY, , KEY] }],
    ['blocks of nothing', { key: KEY, padding: { blockBytes: 0 } }],
  ])('refuses %s', (_, security) => {
    expect(prepare(security)).toBe('misuse')
  })

  it('refuses IK that would let everyone in, on the side that listens', () => {
    expect(prepare({ identity: listener, pattern: 'IK' }, 'responder')).toBe('misuse')
    expect(prepare({ identity: listener, pattern: 'IK', authorize: () => true }, 'responder')).toBeUndefined()
  })

  it('keeps its own copy of keys, also of a Buffer that the program wipes', () => {
    for (const key of [KEY.slice(), Buffer.from(KEY)]) {
      const prepared = prepareSecurity({ key }, 'initiator')
      key.fill(0)
      const end = createHandshake({ role: 'initiator', security: prepared, payload: new Uint8Array(1) })
      expect(shake({ initiator: end, responder: createEnds(SETUPS[0]!).responder }).responder).toBeDefined()
    }
  })

  it('refuses what was prepared for the other role, and a payload that is too long', () => {
    const security = prepareSecurity({ key: KEY }, 'initiator')
    expect(codeOf(() => createHandshake({ role: 'responder', security, payload: new Uint8Array(1) }))).toBe('misuse')
    expect(codeOf(() => createHandshake({ role: 'initiator', security, payload: new Uint8Array(129) }))).toBe('misuse')
  })
})

describe('an identity', () => {
  it('is the same after its secret key went out and came back', () => {
    const identity = generateIdentity()
    expect(importIdentity(identity.exportSecretKey()).id).toBe(identity.id)
    expect(identity.publicKey).toHaveLength(32)
    expect(generateIdentity().id).not.toBe(identity.id)
  })

  it('does not change when what it gave out is changed', () => {
    const identity = generateIdentity()
    const { id } = identity
    identity.publicKey.fill(0)
    identity.exportSecretKey().fill(0)
    expect(importIdentity(identity.exportSecretKey()).id).toBe(id)
    expect(Buffer.from(identity.publicKey).toString('hex')).toBe(id)
  })

  it('refuses a secret key of another length, and zeros', () => {
    for (const key of [new Uint8Array(31).fill(1), new Uint8Array(32)])
      expect(codeOf(() => importIdentity(key))).toBe('misuse')
  })
})

describe('secrets', () => {
  /** Every way in which a value is shown, without the spaces and breaks that depend on how wide it is. */
  function show(value: unknown): string {
    const deep = inspect(value, { depth: 20, showHidden: true, getters: true, maxArrayLength: null })
    return `${deep} ${JSON.stringify(value)} ${String(value)}`.replaceAll(/\s/g, '')
  }

  function expectHidden(value: unknown, ...secrets: readonly Uint8Array[]): void {
    const shown = show(value)
    for (const secret of secrets) {
      const bytes = Buffer.from(secret)
      const forms = [bytes.toString('hex'), bytes.toString('base64'), [...secret].join(',')]
      const numbered = JSON.stringify(new Uint8Array(secret)).slice(1, -1)
      for (const form of [...forms, numbered]) expect(shown.includes(form)).toBe(false)
    }
  }

  it('are found by this test where they are shown', () => {
    for (const shown of [{ key: KEY }, Buffer.from(KEY), { toJSON: () => KEY }, Buffer.from(KEY).toString('hex')]) {
      expect(() => {
        expectHidden(shown, KEY)
      }).toThrow()
    }
  })

  it.each(SETUPS)('are in nothing that $name leaves about', (setup: Setup) => {
    const secrets = [KEY, OTHER_KEY, dialler.exportSecretKey(), listener.exportSecretKey()]
    for (const role of ['initiator', 'responder'] as const) expectHidden(prepareSecurity(setup[role], role), ...secrets)
    const ends = createEnds(setup)
    expectHidden(ends, ...secrets)
    const opened = shake(ends)
    expectHidden(ends, ...secrets)
    expectHidden(opened.initiator?.channel, ...secrets)
    expectHidden(setup.initiator.identity, ...secrets)
  })

  it('are in no error', () => {
    const errors: unknown[] = []
    const gather = (run: () => unknown): void => {
      try {
        run()
      } catch (error) {
        errors.push(error)
      }
    }
    const other: Setup = { ...SETUPS[0]!, responder: { key: OTHER_KEY } }
    gather(() => openPair(other))
    gather(() => prepareSecurity({ key: Buffer.concat([KEY, Buffer.of(1)]) }, 'initiator'))
    gather(() => prepareSecurity({ key: KEY.subarray(1) }, 'initiator'))
    gather(() => importIdentity(KEY.subarray(1)))
    const { initiator } = openPair(SETUPS[0]!)
    gather(() => {
      initiator.channel.push(seal(initiator.channel, KEY), { data: () => undefined, closed: () => undefined })
    })
    expect(errors).toHaveLength(5)
    for (const error of errors) {
      expect(SteerError.is(error)).toBe(true)
      expectHidden(error, KEY, OTHER_KEY, KEY.subarray(1))
    }
  })

  it('stay out of an identity that is logged', () => {
    const identity: Identity = generateIdentity()
    expect(inspect({ identity })).toContain(identity.id)
    expectHidden({ identity }, identity.exportSecretKey())
  })
})

describe('a key from a passphrase', () => {
  const salt = Buffer.from('a salt of this use alone')
  const quick = { salt, costLog2: 14 }

  it('is the same for the same words and salt, and another for others', async () => {
    const key = await keyFromPassphrase('nine words that nobody has said before in this order', quick)
    const same = await keyFromPassphrase('nine words that nobody has said before in this order', quick)
    const otherSalt = await keyFromPassphrase('nine words that nobody has said before in this order', {
      ...quick,
      salt: Buffer.from('a salt of another use'),
    })
    expect(key).toHaveLength(32)
    expect(same).toEqual(key)
    expect(otherSalt).not.toEqual(key)
    expect(prepare({ key })).toBeUndefined()
  })

  it('does not depend on how the words were typed', async () => {
    expect(await keyFromPassphrase('caf\u00e9 \ufb01n', quick)).toEqual(
      await keyFromPassphrase('cafe\u0301 fin', quick),
    )
  })

  it('takes 128 MiB by default, which node would not give unasked', async () => {
    expect(await keyFromPassphrase('words', { salt })).toHaveLength(32)
  })

  it.each<[string, unknown, unknown]>([
    ['no words', '', quick],
    ['words that are no text', 7, quick],
    ['no salt', 'words', {}],
    ['nothing beside the words', 'words', undefined],
    ['a short salt', 'words', { salt: salt.subarray(0, 15) }],
    ['a salt that is text', 'words', { salt: 'a salt of this use alone' }],
    ['a cost that is none', 'words', { salt, costLog2: 4 }],
  ])('is refused for %s', async (_, words, options) => {
    await expect(keyFromPassphrase(words as string, options as PassphraseOptions)).rejects.toMatchObject({
      code: 'misuse',
    })
  })
})
