/** Constant bytes as calls of the kernel: how they are written, and how they are recognised. */

import type { KernelNames } from './source-parts.ts'

/** The calls that write `bytes`, at most 16 at a time. */
export function putCalls(bytes: Uint8Array, kernel: KernelNames): string[] {
  const calls: string[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const part = bytes.subarray(at, at + 16)
    const words = Math.ceil(part.length / 4)
    const name = (['put4', 'put8', 'put12', 'put16'] as const)[words - 1]!
    const padded = Buffer.alloc(16)
    padded.set(part)
    const numbers = Array.from({ length: words }, (_, index) => wordText(padded.readInt32BE(index * 4)))
    calls.push(`${kernel.use(name)}(output, ${numbers.join(', ')}, ${part.length})`)
  }
  return calls
}

/** The condition that holds, and moves on, if `bytes` (at most 16 of them) stand next. */
export function takeCall(bytes: Buffer, kernel: KernelNames): string {
  const count = bytes.length
  const word = (at: number): string => wordText(bytes.readInt32BE(at))
  if (count === 1) return `${kernel.use('take1')}(input, ${byteText(bytes[0]!)})`
  if (count === 2) return `${kernel.use('take2')}(input, ${pairText(bytes)})`
  if (count === 3) return `${kernel.use('take3')}(input, ${pairText(bytes)}, ${byteText(bytes[2]!)})`
  if (count === 4) return `${kernel.use('take4')}(input, ${word(0)})`
  if (count <= 8) return `${kernel.use('take8')}(input, ${word(0)}, ${word(count - 4)}, ${count})`
  if (count <= 12) return `${kernel.use('take12')}(input, ${word(0)}, ${word(4)}, ${word(count - 4)}, ${count})`
  return `${kernel.use('take16')}(input, ${word(0)}, ${word(4)}, ${word(8)}, ${word(count - 4)}, ${count})`
}

// Signed, as DataView gives and takes them without a detour through doubles.
function wordText(word: number): string {
  const digits = Math.abs(word).toString(16).padStart(8, '0')
  return word < 0 ? `-0x${digits}` : `0x${digits}`
}

function pairText(bytes: Buffer): string {
  return `0x${bytes.readUInt16BE(0).toString(16).padStart(4, '0')}`
}

function byteText(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`
}
