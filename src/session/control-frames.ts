/** The bodies of all frames that carry no payload: how they are written and read. Pure. */

import { ERROR_CODES, SteerError, type ErrorCode } from '../base/errors.ts'
import type { Role } from '../ir/source.ts'
import type { Output } from '../kernel/codec/index.ts'
import type { StreamEnd } from '../kernel/state.ts'
import { encodeVarint, VarintReader } from '../wire/varint.ts'

const FINGERPRINT_BYTES = 32
/** Texts for people are cut to this many bytes. */
const TEXT_MAX_BYTES = 512
/** The reason of a cancel. */
export const REASON_MAX_BYTES = 120
const ROLES: readonly Role[] = ['master', 'peer']

/** What an open frame says of the session. */
export interface OpenFrame {
  /** The side that the sender plays. */
  readonly role: Role
  readonly protocol: string
  /** 64 hex digits. */
  readonly fingerprint: string
}

/** `u8 role (1 master, 2 peer) ‖ u8 length ‖ name ‖ 32 bytes fingerprint` */
export function writeOpen(output: Output, open: OpenFrame): void {
  output.ensureExact(2 + open.protocol.length + FINGERPRINT_BYTES)
  output.bytes[output.position++] = ROLES.indexOf(open.role) + 1
  output.bytes[output.position++] = open.protocol.length
  for (let index = 0; index < open.protocol.length; index++) {
    output.bytes[output.position++] = open.protocol.charCodeAt(index)
  }
  writeFingerprint(output, open.fingerprint)
}

export function readOpen(bytes: Uint8Array, start: number, end: number): OpenFrame {
  const role = ROLES[(bytes[start] ?? 0) - 1]
  const nameEnd = start + 2 + (bytes[start + 1] ?? 0)
  if (role === undefined || start + 2 > end || nameEnd + FINGERPRINT_BYTES !== end) throw malformed('open')
  const protocol = asBuffer(bytes, start + 2, nameEnd).toString('latin1')
  if (!/^[a-z0-9][a-z0-9.-]{0,63}$/.test(protocol)) throw malformed('open')
  return { role, protocol, fingerprint: readFingerprint(bytes, nameEnd, end, 'open') }
}

/** `32 bytes fingerprint` */
function writeFingerprint(output: Output, fingerprint: string): void {
  output.ensureExact(FINGERPRINT_BYTES)
  output.position += (output.bytes as Buffer).write(fingerprint, output.position, FINGERPRINT_BYTES, 'hex')
}

/** Whether the acceptor takes a version of the opener that is not its own, or leaves that to the opener. */
type AcceptVerdict = 'taken' | 'undecided'

/** What an accept frame says. */
export interface AcceptFrame {
  readonly fingerprint: string
  /** Absent where both sides have one version. */
  readonly verdict: AcceptVerdict | undefined
}

const VERDICTS: readonly AcceptVerdict[] = ['undecided', 'taken']

/** `32 bytes fingerprint`, and where it is not that of the opener `u8 verdict (0 undecided, 1 taken)` */
export function writeAccept(output: Output, { fingerprint, verdict }: AcceptFrame): void {
  writeFingerprint(output, fingerprint)
  if (verdict === undefined) return
  output.ensureExact(1)
  output.bytes[output.position++] = VERDICTS.indexOf(verdict)
}

export function readAccept(bytes: Uint8Array, start: number, end: number): AcceptFrame {
  const fingerprint = readFingerprint(bytes, start, Math.min(end, start + FINGERPRINT_BYTES))
  if (end === start + FINGERPRINT_BYTES) return { fingerprint, verdict: undefined }
  const verdict = VERDICTS[bytes[start + FINGERPRINT_BYTES]!]
  if (verdict === undefined || end > start + FINGERPRINT_BYTES + 1) throw malformed('accept')
  return { fingerprint, verdict }
}

function readFingerprint(bytes: Uint8Array, start: number, end: number, frame = 'accept'): string {
  if (end - start !== FINGERPRINT_BYTES) throw malformed(frame)
  return asBuffer(bytes, start, end).toString('hex')
}

/** Frames of each session pass here: what Node does natively for a Buffer costs a tenth of a loop with strings. */
function asBuffer(bytes: Uint8Array, start: number, end: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
}

/** A code and a text for people. */
export interface FaultFrame {
  readonly code: ErrorCode
  readonly text: string
}

/** The error that a fault of the other side is for this one. */
export function toError(fault: FaultFrame): SteerError {
  return new SteerError(fault.code, `the other side reports: ${fault.text}`)
}

/** `u8 length ‖ code ‖ text`; of reset frames, and of close frames that tell a fault. */
export function writeFault(output: Output, fault: FaultFrame): void {
  output.ensureExact(1 + fault.code.length)
  output.bytes[output.position++] = fault.code.length
  for (let index = 0; index < fault.code.length; index++) output.bytes[output.position++] = fault.code.charCodeAt(index)
  writeText(output, fault.text, TEXT_MAX_BYTES)
}

export function readFault(bytes: Uint8Array, start: number, end: number): FaultFrame {
  const codeEnd = start + 1 + (bytes[start] ?? 0)
  if (start >= end || codeEnd > end || end - codeEnd > TEXT_MAX_BYTES) throw malformed('reset')
  const code = asBuffer(bytes, start + 1, codeEnd).toString('latin1')
  return { code: isRemoteCode(code) ? code : 'aborted', text: readText(bytes, codeEnd, end) }
}

/** The rest of the frame as UTF-8, cut at a character. `encodeInto` writes U+FFFD for a lone surrogate. */
export function writeText(output: Output, text: string, maxBytes: number): void {
  output.ensure(maxBytes)
  const { written } = TO_UTF8.encodeInto(text, output.bytes.subarray(output.position, output.position + maxBytes))
  output.position += written
}

/** Text of the other side, for people: what could move a cursor or end a line is taken out. */
export function readText(bytes: Uint8Array, start: number, end: number): string {
  return FROM_UTF8.decode(bytes.subarray(start, end)).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
}

/** The reason of a cancel; undefined where none was given. */
export function readReason(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > REASON_MAX_BYTES) throw malformed('cancel')
  return start === end ? undefined : readText(bytes, start, end)
}

/** `varint messages ‖ varint bytes` */
export function writeCredit(output: Output, credit: { readonly messages: number; readonly bytes: number }): void {
  output.ensure(16)
  output.position = encodeVarint(output.bytes, output.position, credit.messages)
  output.position = encodeVarint(output.bytes, output.position, credit.bytes)
}

export function readCredit(bytes: Uint8Array, start: number, end: number): { messages: number; bytes: number } {
  const reader = new VarintReader()
  reader.position = start
  const credit = { messages: reader.read(bytes, end), bytes: reader.read(bytes, end) }
  if (reader.position !== end) throw malformed('credit')
  return credit
}

const STREAM_ENDS: readonly StreamEnd[] = ['ended', 'cancelled']

/** Of the sender of a stream nothing; of its receiver `u8 how (0 ended, 1 cancelled)`. */
export function writeStreamEnd(output: Output, how: StreamEnd | undefined): void {
  output.ensure(1)
  if (how !== undefined) output.bytes[output.position++] = STREAM_ENDS.indexOf(how)
}

export function readStreamEnd(bytes: Uint8Array, start: number, end: number): StreamEnd | undefined {
  if (start === end) return undefined
  const how = STREAM_ENDS[bytes[start]!]
  if (how === undefined || end - start !== 1) throw malformed('stream end')
  return how
}

/** `varint items` */
export function writeStreamCredit(output: Output, items: number): void {
  output.ensure(8)
  output.position = encodeVarint(output.bytes, output.position, items)
}

export function readStreamCredit(bytes: Uint8Array, start: number, end: number): number {
  const reader = new VarintReader()
  reader.position = start
  const items = reader.read(bytes, end)
  if (reader.position !== end) throw malformed('stream credit')
  return items
}

export function malformed(frame: string): SteerError {
  return new SteerError('channel_corrupt', `the body of a frame of kind "${frame}" is not as the wire format says`)
}

const TO_UTF8 = new TextEncoder()
const FROM_UTF8 = new TextDecoder('utf-8')

/**
 * A code that this version does not know is still a fault, and what is a bug there is none here: a stranger must not make
 * this program believe that it is broken.
 */
function isRemoteCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code) && ERROR_CODES[code as ErrorCode].kind !== 'bug'
}
