/** HKDF of RFC 5869, and the form of it that Noise uses. */

import { SteerError } from '../base/errors.ts'
import { concat, EMPTY, wipe } from './bytes.ts'
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

/** Noise rev 34 § 4.3: two outputs of the hash's length. */
export function noiseHkdf(hash: Hash, chainingKey: Uint8Array, input: Uint8Array): [Uint8Array, Uint8Array] {
  const temporary = hash.hmac(chainingKey, input)
  const pair = expandTwice(hash, temporary)
  wipe(temporary)
  return pair
}

/** The same with a third. */
export function noiseHkdf3(
  hash: Hash,
  chainingKey: Uint8Array,
  input: Uint8Array,
): [Uint8Array, Uint8Array, Uint8Array] {
  const temporary = hash.hmac(chainingKey, input)
  const [first, second] = expandTwice(hash, temporary)
  const third = hash.hmac(temporary, second, THREE)
  wipe(temporary)
  return [first, second, third]
}

function expandTwice(hash: Hash, temporary: Uint8Array): [Uint8Array, Uint8Array] {
  const first = hash.hmac(temporary, ONE)
  return [first, hash.hmac(temporary, first, TWO)]
}

const ONE = Uint8Array.of(1)
const TWO = Uint8Array.of(2)
const THREE = Uint8Array.of(3)
