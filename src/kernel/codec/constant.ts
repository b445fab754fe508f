/**
 * Bytes that are known when the code is generated: heads, keys and literals. They are written and compared as big-endian
 * words, which costs a few instructions where a loop over bytes would cost dozens.
 *
 * The `put` functions do not check for room: emitted code keeps a run of them within the slack of the `Output`, or calls
 * `ensure` first. They may write zeros behind the run, never past the slack.
 */

import type { Input } from './input.ts'
import type { Output } from './output.ts'

/** Writes the first `byteCount` (1 to 4) bytes of a word. */
export function put4(output: Output, word: number, byteCount: number): void {
  const at = output.position
  output.view.setInt32(at, word)
  output.position = at + byteCount
}

/** Writes the first `byteCount` (5 to 8) bytes of two words. */
export function put8(output: Output, first: number, second: number, byteCount: number): void {
  const at = output.position
  const view = output.view
  view.setInt32(at, first)
  view.setInt32(at + 4, second)
  output.position = at + byteCount
}

/** Writes the first `byteCount` (9 to 12) bytes of three words. */
export function put12(output: Output, first: number, second: number, third: number, byteCount: number): void {
  const at = output.position
  const view = output.view
  view.setInt32(at, first)
  view.setInt32(at + 4, second)
  view.setInt32(at + 8, third)
  output.position = at + byteCount
}

/** Writes the first `byteCount` (13 to 16) bytes of four words. */
export function put16(
  output: Output,
  first: number,
  second: number,
  third: number,
  fourth: number,
  byteCount: number,
): void {
  const at = output.position
  const view = output.view
  view.setInt32(at, first)
  view.setInt32(at + 4, second)
  view.setInt32(at + 8, third)
  view.setInt32(at + 12, fourth)
  output.position = at + byteCount
}

/** Moves behind one byte if it is the next one. */
export function take1(input: Input, byte: number): boolean {
  const at = input.position
  if (at >= input.end || input.bytes[at] !== byte) return false
  input.position = at + 1
  return true
}

/** Moves behind two bytes, given as one number, if they are the next ones. */
export function take2(input: Input, pair: number): boolean {
  const at = input.position
  if (at + 2 > input.end || input.view.getUint16(at) !== pair) return false
  input.position = at + 2
  return true
}

/** Moves behind three bytes, given as a pair and one, if they are the next ones. */
export function take3(input: Input, pair: number, byte: number): boolean {
  const at = input.position
  if (at + 3 > input.end || input.view.getUint16(at) !== pair || input.bytes[at + 2] !== byte) return false
  input.position = at + 3
  return true
}

/** Moves behind four bytes if they are the next ones. */
export function take4(input: Input, word: number): boolean {
  const at = input.position
  if (at + 4 > input.end || input.view.getInt32(at) !== word) return false
  input.position = at + 4
  return true
}

/** Moves behind `byteCount` (5 to 8) bytes if they are the next ones. `last` holds the last four, overlapping the first. */
export function take8(input: Input, first: number, last: number, byteCount: number): boolean {
  const at = input.position
  const next = at + byteCount
  const view = input.view
  if (next > input.end || view.getInt32(at) !== first || view.getInt32(next - 4) !== last) return false
  input.position = next
  return true
}

/** Moves behind `byteCount` (9 to 12) bytes if they are the next ones. `last` holds the last four. */
export function take12(input: Input, first: number, second: number, last: number, byteCount: number): boolean {
  const at = input.position
  const next = at + byteCount
  const view = input.view
  if (next > input.end || view.getInt32(at) !== first || view.getInt32(at + 4) !== second) return false
  if (view.getInt32(next - 4) !== last) return false
  input.position = next
  return true
}

/** Moves behind `byteCount` (13 to 16) bytes if they are the next ones. `last` holds the last four. */
export function take16(
  input: Input,
  first: number,
  second: number,
  third: number,
  last: number,
  byteCount: number,
): boolean {
  const at = input.position
  const next = at + byteCount
  const view = input.view
  if (next > input.end || view.getInt32(at) !== first || view.getInt32(at + 4) !== second) return false
  if (view.getInt32(at + 8) !== third || view.getInt32(next - 4) !== last) return false
  input.position = next
  return true
}

/** Moves behind any number of bytes if they are the next ones. */
export function takeBytes(input: Input, expected: Uint8Array): boolean {
  const at = input.position
  const byteCount = expected.length
  if (at + byteCount > input.end) return false
  const bytes = input.bytes
  for (let index = 0; index < byteCount; index++) if (bytes[at + index] !== expected[index]) return false
  input.position = at + byteCount
  return true
}

/** The encoding of a text, as a constant for `takeBytes`. */
export function textBytes(text: string): Uint8Array {
  const content = Buffer.from(text, 'utf8')
  const length = content.length
  const head = length < 24 ? [0x60 | length] : length < 0x100 ? [0x78, length] : [0x79, length >> 8, length & 0xff]
  return new Uint8Array([...head, ...content])
}
