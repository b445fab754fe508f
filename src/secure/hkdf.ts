/** HKDF of RFC 5869, and the form of it that Noise uses. */

import { SteerError } from '../base/errors.ts'
import { concat, EMPTY } from './bytes.ts'
import type { Hash } from './provider.ts'

/** @throws SteerError `misuse` for more than 255 blocks, § 2.3. */
export function hkdf(hash: Hash, inputKey: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  if (length > 255 * hash.hashBytes) throw new SteerError('misuse', `HKDF gives no ${length} bytes at once`)
  const pseudorandomKey = hash.hmac(salt, inputKey)
  const output = new Uint8Array(length)
  let block = EMPTY
  for (let offset = 0, counter = 1; offset < length; offset += block.length, counter++) {
    block = hash.hmac(pseudorandomKey, concat(block, info, Uint8Array.of(counter)))
    output.set(block.subarray(0, length - offset), offset)
  }
  return output
}

/** Noise rev 34 § 4.3: two or three outputs of the hash's length. */
export function noiseHkdf(
  hash: Hash,
  chainingKey: Uint8Array,
  input: Uint8Array,
): [Uint8Array, Uint8Array, Uint8Array] {
  const temporary = hash.hmac(chainingKey, input)
  const first = hash.hmac(temporary, Uint8Array.of(1))
  const second = hash.hmac(temporary, first, Uint8Array.of(2))
  return [first, second, hash.hmac(temporary, second, Uint8Array.of(3))]
}
