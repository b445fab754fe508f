/**
 * Text strings. Short ASCII, which is most of what is sent, never leaves JavaScript; everything else goes through the
 * native UTF-8 of Node, checked in both directions: no lone surrogate goes out, no malformed UTF-8 comes in.
 */

import { isAscii, isUtf8 } from 'node:buffer'
import { readArgument, writeHead } from './head.ts'
import type { Input } from './input.ts'
import type { Output } from './output.ts'
import { refuseItem, refuseValue } from './refusal.ts'
import { shortAscii } from './short-ascii.ts'

/** Up to this length a loop over characters is faster than a native call. */
const LOOP_MAX_LENGTH = 48
const SHORT_MAX_BYTES = 16
/** As `LOOP_MAX_LENGTH` for what is read, where the native call needs a view of its own. */
const READ_LOOP_MAX_BYTES = 100

/** Writes a well-formed string. */
export function writeText(output: Output, value: string): void {
  if (typeof value !== 'string') refuseValue(output, value, 'a string')
  const length = value.length
  if (length > LOOP_MAX_LENGTH) {
    writeLongText(output, value)
    return
  }
  output.ensure(length + 2)
  const bytes = output.bytes
  let at = output.position
  if (length < 24) {
    bytes[at++] = 0x60 | length
  } else {
    bytes[at++] = 0x78
    bytes[at++] = length
  }
  for (let index = 0; index < length; index++) {
    const code = value.charCodeAt(index)
    if (code > 0x7f) {
      writeLongText(output, value)
      return
    }
    bytes[at++] = code
  }
  output.position = at
}

/** Writes a well-formed string of at most `maxLength` UTF-16 units. */
export function writeBoundedText(output: Output, value: string, maxLength: number): void {
  if (typeof value === 'string' && value.length > maxLength) {
    refuseValue(output, value, boundText(maxLength), 'a longer one')
  }
  writeText(output, value)
}

/** Writes a well-formed string that `pattern` matches, of at most `maxLength` UTF-16 units. */
export function writeMatchingText(output: Output, value: string, pattern: RegExp, maxLength: number): void {
  if (typeof value !== 'string') refuseValue(output, value, 'a string')
  if (value.length > maxLength) refuseValue(output, value, boundText(maxLength), 'a longer one')
  if (!pattern.test(value)) refuseValue(output, value, 'text that matches the declared pattern', 'text that does not')
  writeText(output, value)
}

// A string of n UTF-16 units takes n to 3n bytes. The head is written for n bytes and the text moved if it takes more room.
function writeLongText(output: Output, value: string): void {
  if (!isWellFormed(value)) refuseValue(output, value, 'well-formed text', 'text with a lone surrogate')
  const length = value.length
  if (output.position + 5 + 3 * length > output.limit) {
    const byteCount = Buffer.byteLength(value, 'utf8')
    writeHead(output, 0x60, byteCount)
    output.ensureExact(byteCount)
    ;(output.bytes as Buffer).write(value, output.position, byteCount, 'utf8')
    output.position += byteCount
    return
  }
  const at = output.position
  const guess = headBytes(length)
  const byteCount = (output.bytes as Buffer).write(value, at + guess, 3 * length, 'utf8')
  const actual = headBytes(byteCount)
  if (actual !== guess) output.bytes.copyWithin(at + actual, at + guess, at + guess + byteCount)
  writeHead(output, 0x60, byteCount)
  output.position += byteCount
}

function headBytes(argument: number): number {
  return argument < 24 ? 1 : argument < 0x100 ? 2 : argument < 0x10000 ? 3 : 5
}

// In every Node that is supported; the type library only has it from ES2024 on.
function isWellFormed(value: string): boolean {
  return (value as unknown as { isWellFormed(): boolean }).isWellFormed()
}

/** Reads a string. */
export function readText(input: Input): string {
  return readTextAt(input, Infinity)
}

/** Reads a string of at most `maxLength` UTF-16 units. */
export function readBoundedText(input: Input, maxLength: number): string {
  const at = input.position
  const text = readTextAt(input, maxLength)
  if (text.length > maxLength) refuseItem(input, at, boundText(maxLength), 'a longer one')
  return text
}

/** Reads a string that `pattern` matches, of at most `maxLength` UTF-16 units. */
export function readMatchingText(input: Input, pattern: RegExp, maxLength: number): string {
  const at = input.position
  const text = readBoundedText(input, maxLength)
  if (!pattern.test(text)) refuseItem(input, at, 'text that matches the declared pattern', 'text that does not')
  return text
}

/** The compiled form of `Match<'pattern'>`: it must match the whole string. */
export function compilePattern(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u')
}

function readTextAt(input: Input, maxLength: number): string {
  const at = input.position
  const head = at < input.end ? input.bytes[at]! : 0
  if (head >> 5 !== 3) refuseItem(input, at, 'a string')
  let length = head & 31
  if (length < 24) input.position = at + 1
  else length = readArgument(input, at, 'a string of definite length')
  const start = input.position
  const next = start + length
  if (next > input.end) refuseItem(input, at, 'a string', 'one that is longer than the payload')
  input.position = next
  if (length <= SHORT_MAX_BYTES) {
    const text = shortAscii(input.bytes, start, length)
    if (text !== undefined) return text
  }
  return readLongText(input, at, start, next, maxLength)
}

// Three bytes hold at most one UTF-16 unit less than it takes to be too long, so that a text that is far too long is
// refused before it is decoded.
function readLongText(input: Input, at: number, start: number, next: number, maxLength: number): string {
  if (next - start > maxLength * 3) refuseItem(input, at, boundText(maxLength), 'a longer one')
  const buffer = input.bytes as Buffer
  if (next - start <= READ_LOOP_MAX_BYTES) {
    let bits = 0
    for (let index = start; index < next; index++) bits |= buffer[index]!
    if (bits <= 0x7f) return buffer.toString('latin1', start, next)
  }
  const content = buffer.subarray(start, next)
  if (isAscii(content)) return content.toString('latin1')
  if (!isUtf8(content)) refuseItem(input, at, 'well-formed UTF-8', 'a text string that is not')
  return content.toString('utf8')
}

function boundText(maxLength: number): string {
  return `text of at most ${maxLength} UTF-16 units`
}
