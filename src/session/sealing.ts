/** `Sealed<T>`: payloads that cross as byte strings, through the cipher that the program gives for their label. */

import { isThenable } from '../base/deferred.ts'
import { SteerError } from '../base/errors.ts'
import {
  decodePayload,
  encodePayload,
  isBytes,
  Output,
  readBytes,
  writeBytes,
  type Codec,
} from '../kernel/codec/index.ts'
import type { PayloadCipher } from '../kernel/options.ts'
import type { Edge, Program } from '../kernel/program.ts'

/** The ciphers of one protocol by label, checked. */
export type Ciphers = ReadonlyMap<string, PayloadCipher>

/** What sealed payloads are on the wire. */
export const SEALED_BYTES: Codec<unknown> = {
  encode: (output, value) => {
    writeBytes(output, value as Uint8Array, Infinity)
  },
  decode: (input) => readBytes(input, Infinity),
  maxBytes: Infinity,
  members: [],
}

const NO_CIPHERS: Ciphers = new Map()

/**
 * Checks the ciphers against the sealed labels of a program.
 *
 * @throws SteerError `misuse` for a missing one, one for a label that is not sealed, and one that is no pair of functions.
 */
export function createCiphers(program: Program, given: unknown): Ciphers {
  if (program.sealed.size === 0 && given === undefined) return NO_CIPHERS
  const { name } = program.definition
  const source = (given ?? {}) as Record<string, Partial<PayloadCipher> | undefined>
  if (typeof source !== 'object') throw new SteerError('misuse', `the ciphers of ${name} must be an object by label`)
  for (const key of Object.keys(source)) {
    if (!program.sealed.has(key)) throw new SteerError('misuse', `${name} has no sealed payload "${key}"`)
  }
  const ciphers = new Map<string, PayloadCipher>()
  for (const label of program.sealed) {
    const cipher = Object.hasOwn(source, label) ? source[label] : undefined
    if (typeof cipher?.encrypt !== 'function' || typeof cipher.decrypt !== 'function') {
      const text = `the cipher of the sealed payload "${label}" of ${name} is missing: give it under ciphers: { ${label}: { encrypt, decrypt } }`
      throw new SteerError('misuse', text)
    }
    ciphers.set(label, cipher as PayloadCipher)
  }
  return ciphers
}

/**
 * The bytes of a payload that crosses sealed.
 *
 * @throws SteerError `invalid_payload` for a value that is not of the declared type, `misuse` for a cipher that gives no bytes.
 */
export function seal(ciphers: Ciphers, edge: Edge, payload: unknown): Uint8Array {
  const output = new Output()
  encodePayload(edge.codec!, output, payload)
  const plaintext = output.bytes.slice(0, output.position)
  return callCipher(edge, 'encrypt', plaintext, (input) => ciphers.get(edge.label)!.encrypt(input))
}

/**
 * Opens and decodes a sealed payload.
 *
 * @throws SteerError `invalid_payload`: the bytes do not open, or do not hold a value of the declared type.
 */
export function unseal(ciphers: Ciphers, edge: Edge, sealed: Uint8Array): unknown {
  const opened = callCipher(edge, 'decrypt', sealed, (input) => {
    try {
      return ciphers.get(edge.label)!.decrypt(input)
    } catch (error) {
      throw new SteerError('invalid_payload', 'the sealed bytes do not open with the cipher given here', {
        cause: error,
      })
    }
  })
  return decodePayload(edge.codec!, opened, 0, opened.length)
}

function callCipher(
  edge: Edge,
  what: 'encrypt' | 'decrypt',
  input: Uint8Array,
  call: (input: Uint8Array) => unknown,
): Uint8Array {
  const bytes = call(input)
  const of = `${what} of the cipher "${edge.label}"`
  // A cipher that hands back what it was given has not done anything, and would share its memory with whoever else holds it.
  if (bytes === input) throw new SteerError('misuse', `${of} returned its input; it must return a new Uint8Array`)
  if (isBytes(bytes)) return bytes
  if (isThenable(bytes)) bytes.then(undefined, () => undefined)
  throw new SteerError('misuse', `${of} must return a Uint8Array at once`)
}
