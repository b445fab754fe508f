/**
 * `Uint8Array`, as a byte string. What is read is a copy, since receive buffers are used again after the call; or a view, where
 * the buffer was given away with the payload and is little else than these bytes: then nothing else has that memory.
 */

import { OWN_MEMORY_MIN_BYTES, takeMemory } from '../../base/own-memory.ts'
import { readArgument, writeHead } from './head.ts'
import type { Input } from './input.ts'
import type { Output } from './output.ts'
import { refuseItem, refuseValue } from './refusal.ts'

/** Below this a loop over bytes is faster than a native call. */
const LOOP_MAX_BYTES = 32

// The getters of the prototype, so that neither a lookalike nor an own `length` can make head and content disagree.
const TYPED_ARRAY: object = Object.getPrototypeOf(Uint8Array.prototype) as object
const lengthOf = getterOf('length')
const nameOf = getterOf(Symbol.toStringTag)

/** True for a real `Uint8Array`, a `Buffer` and one of another realm included. */
export function isBytes(value: unknown): value is Uint8Array {
  return nameOf.call(value) === 'Uint8Array'
}

/** Writes bytes, at most `maxBytes` of them. */
export function writeBytes(output: Output, value: Uint8Array, maxBytes: number): void {
  if (!isBytes(value)) refuseValue(output, value, 'a Uint8Array')
  const byteCount = lengthOf.call(value) as number
  if (byteCount > maxBytes) refuseValue(output, value, `at most ${maxBytes} bytes`, 'more')
  writeHead(output, 0x40, byteCount)
  output.ensureExact(byteCount)
  output.bytes.set(value, output.position)
  output.position += byteCount
}

/** Reads bytes, at most `maxBytes` of them, whose memory is the caller's. */
export function readBytes(input: Input, maxBytes: number): Uint8Array<ArrayBuffer> {
  const at = input.position
  if (at >= input.end || input.bytes[at]! >> 5 !== 2) refuseItem(input, at, 'a byte string')
  const byteCount = readArgument(input, at, 'a byte string of definite length')
  const start = input.position
  if (byteCount > input.end - start) refuseItem(input, at, 'a byte string', 'one that is longer than the payload')
  if (byteCount > maxBytes) refuseItem(input, at, `at most ${maxBytes} bytes`, 'more')
  input.position = start + byteCount
  const { bytes } = input
  if (byteCount < LOOP_MAX_BYTES) {
    const copy = new Uint8Array(byteCount)
    for (let index = 0; index < byteCount; index++) copy[index] = bytes[start + index]!
    return copy
  }
  const view = new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset + start, byteCount)
  return takesMemory(input, byteCount) ? view : new Uint8Array(view)
}

/** Takes the buffer over where that is possible. A view keeps the whole of it alive, so that it has to be most of it. */
function takesMemory({ bytes, source }: Input, byteCount: number): boolean {
  return byteCount >= OWN_MEMORY_MIN_BYTES && byteCount * 2 >= bytes.buffer.byteLength && takeMemory(source)
}

function getterOf(name: string | symbol): (this: unknown) => unknown {
  const descriptor = Object.getOwnPropertyDescriptor(TYPED_ARRAY, name) as { readonly get: (this: unknown) => unknown }
  return descriptor.get
}
