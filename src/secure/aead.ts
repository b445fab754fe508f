/** The primitive that seals: the smallest part of the channel that can be swapped. */

/**
 * Authenticated encryption with associated data. The channel keeps keys, nonces, order and rekeying; this only seals and opens.
 * Everything is synchronous. Buffers are good during the call alone: keep none of them.
 */
export interface Aead {
  /** Letters, digits and `/`, at most 32. It becomes part of the Noise protocol name, so both ends must use the same. */
  readonly id: string
  readonly keyBytes: 32
  /** 12 or 24. The nonce is a counter of 64 bits behind zeros: it never repeats for one key. */
  readonly nonceBytes: 12 | 24
  /** How much longer the sealed bytes are: 16 to 64. */
  readonly tagBytes: number
  /** How the counter stands in the nonce. Default `little-endian`; Noise writes it `big-endian` for AES-GCM. */
  readonly counterOrder?: 'little-endian' | 'big-endian' | undefined
  /** Fills `out`, which is `plain.length + tagBytes` long. */
  seal(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array, out: Uint8Array): void
  /** Fills `out`, which is `sealed.length - tagBytes` long, and returns true; false where the tag is wrong. */
  open(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, sealed: Uint8Array, out: Uint8Array): boolean
}

/**
 * One of our own, which can make a key ready once for the many uses of it. As all of ours it seals also where `plain` stands in
 * `out`.
 */
export interface PreparingAead extends Aead {
  prepareKey(key: Uint8Array): PreparedKey
}

/** Seals and opens as the `Aead` does that made it. What it holds of the key goes when nobody holds it any more. */
export interface PreparedKey {
  seal(nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array, out: Uint8Array): void
  open(nonce: Uint8Array, associated: Uint8Array, sealed: Uint8Array, out: Uint8Array): boolean
}

export function canPrepareKeys(aead: Aead): aead is PreparingAead {
  return 'prepareKey' in aead
}

export const CHACHA_POLY = { id: 'ChaChaPoly', keyBytes: 32, nonceBytes: 12, tagBytes: 16 } as const
export const XCHACHA_POLY = { id: 'XChaChaPoly', keyBytes: 32, nonceBytes: 24, tagBytes: 16 } as const
export const AES_GCM = {
  id: 'AESGCM',
  keyBytes: 32,
  nonceBytes: 12,
  tagBytes: 16,
  counterOrder: 'big-endian',
} as const
