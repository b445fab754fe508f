/** Makes new inputs of old ones. */

import type { Random } from '../../src/base/random.ts'

const INPUT_MAX_BYTES = 8192

/** Heads of CBOR items that have a meaning of their own, lengths at their edges, and what a bare cbor-x stumbles over. */
const TOKENS = [
  '00 17 18 19 1a 1b 20 40 58 60 78 80 98 9f a0 b8 bf c0 c1 c2 c3 d833 d81b d81c d81d d840 d9dfff d90102 d90103 f4 f6 f7',
  'f97e00 fa7f800000 fb3ff0000000000000 ff 7fffffff ffffffff 00000000 0000ffff 1bffffffffffffffff 5f 7f',
  '01 02 03 04 05 06 07 08 09 0a 10 11 12 13 80 81 ff01 8000 43 4358534e01',
].flatMap((line) => line.split(' ').map((hex) => Buffer.from(hex, 'hex')))

/** A change of one kind, somewhere. */
type Change = (bytes: Buffer, random: Random, other: Uint8Array) => Buffer

const at = (bytes: Buffer, random: Random): number => random.integer(0, bytes.length)

const CHANGES: readonly Change[] = [
  (bytes, random) => {
    const changed = Buffer.from(bytes)
    if (changed.length > 0) changed[random.integer(0, changed.length - 1)]! ^= 1 << random.integer(0, 7)
    return changed
  },
  (bytes, random) => {
    const changed = Buffer.from(bytes)
    if (changed.length > 0) changed[random.integer(0, changed.length - 1)] = random.integer(0, 255)
    return changed
  },
  (bytes, random) => insert(bytes, at(bytes, random), random.pick(TOKENS)),
  (bytes, random) => {
    const token = random.pick(TOKENS)
    const place = at(bytes, random)
    return Buffer.concat([bytes.subarray(0, place), token, bytes.subarray(place + token.length)])
  },
  (bytes, random) => bytes.subarray(0, at(bytes, random)),
  (bytes, random) => {
    const [start, end] = range(bytes, random)
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
  },
  (bytes, random) => {
    const [start, end] = range(bytes, random)
    const times = random.chance(0.1) ? random.integer(2, 200) : 1
    return insert(bytes, end, Buffer.concat(Array.from({ length: times }, () => bytes.subarray(start, end))))
  },
  (bytes, random, other) => Buffer.concat([bytes.subarray(0, at(bytes, random)), other]),
  (bytes, random, other) => {
    const [start, end] = range(Buffer.from(other), random)
    return insert(bytes, at(bytes, random), other.subarray(start, end))
  },
]

/** One to eight changes of `input`; `other` is spliced in by some of them. */
export function mutate(input: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let bytes: Buffer = Buffer.from(input)
  for (let count = 2 ** random.integer(0, 3); count > 0; count--) bytes = random.pick(CHANGES)(bytes, random, other)
  return new Uint8Array(bytes.subarray(0, INPUT_MAX_BYTES))
}

function insert(bytes: Buffer, place: number, what: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, place), what, bytes.subarray(place)])
}

function range(bytes: Buffer, random: Random): readonly [number, number] {
  const start = at(bytes, random)
  return [start, random.integer(start, Math.min(bytes.length, start + 64))]
}
