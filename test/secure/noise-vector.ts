/**
 * A Noise vector, read from the JSON that cacophony began and others vary: names in one field, in four, or in none but the
 * title; keys in the singular or plural, null or left out; a first message that fails and is fallen back from.
 */

import { findPattern } from './noise-patterns.ts'
import type { Pattern } from '../../src/secure/noise/pattern.ts'

export interface Side {
  readonly prologue: Uint8Array
  readonly psks: readonly Uint8Array[]
  readonly staticKey: Uint8Array | undefined
  readonly ephemeralKey: Uint8Array | undefined
  readonly remoteStatic: Uint8Array | undefined
}

export interface NoiseVector {
  readonly name: string
  readonly pattern: Pattern
  readonly cipher: string
  readonly hash: string
  readonly initiator: Side
  readonly responder: Side
  readonly messages: readonly { readonly payload: Uint8Array; readonly ciphertext: Uint8Array }[]
  readonly handshakeHash: Uint8Array | undefined
  /** One of the messages is meant to be refused. */
  readonly fails: boolean
  /** The first message is meant to be refused, and the handshake goes on with this pattern. */
  readonly fallback: Pattern | undefined
}

/** A vector of something that is not in revision 34 with X25519. */
export interface ForeignVector {
  readonly name: string
  readonly foreign: string
}

type Fields = Readonly<Record<string, unknown>>

/** @throws Error where the text holds no list of vectors. */
export function parseVectorFile(text: string): readonly Fields[] {
  const clean = text.replace(/^\uFEFF/, '')
  let parsed: unknown
  try {
    parsed = JSON.parse(clean)
  } catch {
    // Some files are written by hand, with a comma behind the last element.
    parsed = JSON.parse(clean.replaceAll(/,(\s*[\]}])/g, '$1'))
  }
  const list = Array.isArray(parsed) ? parsed : (parsed as Fields | null)?.['vectors']
  if (!Array.isArray(list) || list.length === 0) throw new Error('the file has no list of vectors')
  return list as readonly Fields[]
}

/** @throws Error for a vector that cannot be read. */
export function readVector(fields: Fields): NoiseVector | ForeignVector {
  const name = nameOf(fields)
  const [prefix, patternName = '', curve = '', cipher = '', hash = ''] = name.split('_')
  const foreign = foreignPart(fields, prefix, curve, cipher, hash)
  if (foreign !== undefined) return { name, foreign }
  const pattern = findPattern(patternName)
  if (pattern === undefined) {
    if (/hfs|noauth/.test(patternName)) return { name, foreign: 'patterns of extensions' }
    throw new Error(`there is no pattern ${patternName}`)
  }
  const psks = pattern.messages.flat().filter((token) => token === 'psk').length
  if (psks === 0 && text(fields, 'init_psk') !== undefined)
    return { name, foreign: 'shared keys of revision 31 and older' }
  const fallback = fields['fallback'] === true ? (text(fields, 'fallback_pattern') ?? 'XXfallback') : undefined
  const fallbackPattern = fallback === undefined ? undefined : findPattern(fallback)
  if (fallback !== undefined && fallbackPattern === undefined) return { name, foreign: 'patterns of extensions' }
  const messages = fields['messages']
  if (!Array.isArray(messages) || messages.length === 0) throw new Error('there are no messages')
  return {
    name,
    pattern,
    cipher,
    hash,
    initiator: readSide(fields, 'init'),
    responder: readSide(fields, 'resp'),
    messages: (messages as readonly Fields[]).map((message) => ({
      payload: bytes(message, 'payload') ?? new Uint8Array(0),
      ciphertext: needed(bytes(message, 'ciphertext'), 'ciphertext'),
    })),
    handshakeHash: bytes(fields, 'handshake_hash'),
    fails: fields['fail'] === true,
    fallback: fallbackPattern,
  }
}

function nameOf(fields: Fields): string {
  const parts = ['pattern', 'dh', 'cipher', 'hash'].map((field) => text(fields, field))
  const whole = text(fields, 'protocol_name') ?? text(fields, 'protocol')
  if (whole !== undefined) return whole
  const title = text(fields, 'name')
  const prefix = title?.startsWith('NoisePSK_') === true ? 'NoisePSK' : 'Noise'
  if (parts.every((part) => part !== undefined)) return [prefix, ...parts].join('_')
  return needed(title, 'protocol_name')
}

const CIPHERS: readonly string[] = ['ChaChaPoly', 'AESGCM', 'XChaChaPoly']
const HASHES: readonly string[] = ['SHA256', 'SHA512', 'BLAKE2s', 'BLAKE2b']

function foreignPart(
  fields: Fields,
  prefix: string | undefined,
  curve: string,
  cipher: string,
  hash: string,
): string | undefined {
  if (prefix === 'NoisePSK') return 'shared keys of revision 31 and older'
  if (prefix !== 'Noise' || hash === '') throw new Error('the protocol name has not five parts')
  if (curve !== '25519') return `curve ${curve}`
  const hybrid = text(fields, 'hybrid')
  if (hybrid !== undefined) return 'hybrid handshakes'
  if (text(fields, 'init_ssk') !== undefined || text(fields, 'resp_ssk') !== undefined) return 'keys added at the split'
  if (!CIPHERS.includes(cipher)) return `cipher ${cipher}`
  return HASHES.includes(hash) ? undefined : `hash ${hash}`
}

function readSide(fields: Fields, side: 'init' | 'resp'): Side {
  const many = fields[`${side}_psks`]
  const one = bytes(fields, `${side}_psk`)
  const psks = Array.isArray(many) ? many.map((_, index) => needed(bytes(many as never, index), 'psk')) : []
  return {
    prologue: bytes(fields, `${side}_prologue`) ?? new Uint8Array(0),
    psks: psks.length === 0 && one !== undefined ? [one] : psks,
    staticKey: bytes(fields, `${side}_static`),
    ephemeralKey: bytes(fields, `${side}_ephemeral`),
    remoteStatic: bytes(fields, `${side}_remote_static`),
  }
}

/** Null and the empty text stand for what is left out. */
function text(fields: Fields, name: string | number): string | undefined {
  const value = fields[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function bytes(fields: Fields, name: string | number): Uint8Array | undefined {
  const hex = text(fields, name)?.replaceAll(/\s/g, '')
  if (hex === undefined) return undefined
  if (hex.length % 2 !== 0 || /[^0-9a-f]/i.test(hex)) throw new Error(`${name} is no hex`)
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

function needed<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`${what} is missing`)
  return value
}
