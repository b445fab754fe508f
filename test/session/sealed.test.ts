import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'

import type { PayloadCipher } from 'coxswain'

import { Vault, type VaultCiphers } from '../protocols/stream.gen.ts'
import { createPair } from './pairs.ts'

const KEY = randomBytes(32)

/** AES-256-GCM with a random nonce in front: what an application would write. */
const CIPHER: PayloadCipher = {
  encrypt: (plaintext) => {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', KEY, nonce)
    return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  },
  decrypt: (sealed) => {
    const decipher = createDecipheriv('aes-256-gcm', KEY, sealed.subarray(0, 12))
    decipher.setAuthTag(sealed.subarray(-16))
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
  },
}
const ciphers: VaultCiphers = { put: CIPHER, shown: CIPHER, parts: CIPHER }

function serve(given: VaultCiphers = ciphers): ReturnType<typeof Vault.master.with> {
  return Vault.master.with(
    {
      put: (turn) => turn.send.shown(turn.message),
      'sent.shown': (turn) => turn.send.parts([1, 2]),
      'sent.hidden': (turn) => turn.send.parts([]),
    },
    { ciphers: given },
  )
}

async function talk(masters: VaultCiphers, peers: VaultCiphers): Promise<unknown[]> {
  const { near } = await createPair([serve(masters)])
  const got: unknown[] = []
  await Vault.peer.handle(
    near,
    {
      start: (turn) => turn.send.put({ text: 'the plan' }),
      shown: (turn) => void got.push(turn.message),
      parts: async (turn) => {
        for await (const part of turn.stream) got.push(part)
      },
    },
    { ciphers: peers },
  )
  return got
}

describe('a sealed payload', () => {
  it('crosses through the cipher of its label, in a message, a branch and a stream', async () => {
    const plaintexts: string[] = []
    const spy = (label: string): PayloadCipher => ({
      encrypt: (plaintext) => {
        plaintexts.push(label)
        return CIPHER.encrypt(plaintext)
      },
      decrypt: CIPHER.decrypt,
    })
    const spies = { put: spy('put'), shown: spy('shown'), parts: spy('parts') }
    expect(await talk(spies, spies)).toEqual([{ text: 'the plan' }, 1, 2])
    expect(plaintexts).toEqual(['put', 'shown', 'parts', 'parts'])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no such key: 0xSECRET')
      },
      'invalid_payload',
    ],
    ['gives other bytes', () => new Uint8Array([0xff]), 'invalid_payload'],
    ['returns a promise', () => Promise.reject(new Error('late')) as never, 'misuse'],
    ['returns its input', (bytes: Uint8Array) => bytes, 'misuse'],
    ['returns nothing', () => undefined as never, 'misuse'],
  ] as const)(
    'fails the session when decrypt %s, and the other side learns no more than that',
    async (_how, decrypt, code) => {
      const ends: unknown[] = []
      const broken = { encrypt: CIPHER.encrypt, decrypt }
      const { near } = await createPair([
        Vault.master.with(
          {
            put: (turn) => turn.send.hidden(),
            'sent.shown': (turn) => turn.send.parts([]),
            'sent.hidden': (turn) => turn.send.parts([]),
          },
          { ciphers: { ...ciphers, put: broken }, onSessionEnd: ({ error }) => ends.push(error) },
        ),
      ])
      const first = await Vault.peer.open(near, { ciphers })
      const failed = await first.send.put({ text: 'x' }).catch((error: unknown) => error)
      expect(ends).toMatchObject([{ code }])
      expect(failed).toMatchObject({ code: code === 'misuse' ? 'aborted' : code })
      expect(String(failed)).not.toContain('SECRET')
    },
  )

  it.each([
    [
      'throws',
      () => {
        throw new Error('no key')
      },
      'no key',
    ],
    ['returns a promise', () => Promise.resolve(new Uint8Array(1)) as never, 'at once'],
    ['returns its input', (bytes: Uint8Array) => bytes, 'returned its input'],
  ] as const)('fails the session when encrypt %s, before anything is sent', async (_how, encrypt, message) => {
    const { near } = await createPair([serve()])
    const first = await Vault.peer.open(near, { ciphers: { ...ciphers, put: { encrypt, decrypt: CIPHER.decrypt } } })
    await expect(first.send.put({ text: 'x' })).rejects.toThrow(message)
  })

  it('takes no harm from a cipher that keeps and changes the bytes that it was given and gave', async () => {
    const kept: Uint8Array[] = []
    const keeping: PayloadCipher = {
      encrypt: (plaintext) => {
        kept.forEach((bytes) => bytes.fill(0))
        const sealed = CIPHER.encrypt(plaintext)
        kept.push(plaintext, sealed)
        return sealed
      },
      decrypt: (sealed) => {
        kept.forEach((bytes) => bytes.fill(0))
        const opened = CIPHER.decrypt(sealed)
        kept.push(sealed, opened)
        return opened
      },
    }
    const keepers = { put: keeping, shown: keeping, parts: keeping }
    expect(await talk(keepers, ciphers)).toEqual([{ text: 'the plan' }, 1, 2])
    expect(await talk(ciphers, keepers)).toEqual([{ text: 'the plan' }, 1, 2])
  })

  it('is refused as misuse without its cipher, and with one that nothing needs', async () => {
    const { near } = await createPair([serve()])
    const { parts: _, ...missing } = ciphers
    await expect(Vault.peer.open(near, { ciphers: missing as never })).rejects.toMatchObject({ code: 'misuse' })
    await expect(Vault.peer.open(near, undefined as never)).rejects.toMatchObject({ code: 'misuse' })
    const surplus = { ...ciphers, hidden: CIPHER }
    await expect(Vault.peer.open(near, { ciphers: surplus })).rejects.toMatchObject({ code: 'misuse' })
  })
})
