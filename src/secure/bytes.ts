/** Bytes as values: joining, comparing, and wiping what was secret. */

export const EMPTY: Uint8Array = new Uint8Array(0)

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** What `slice` is only for a plain Uint8Array: that of a Buffer is a view. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}

/** The characters as the bytes of their numbers, which for ASCII is what it says. */
export function encodeLatin1(text: string): Uint8Array {
  return copyOf(Buffer.from(text, 'latin1'))
}

export function decodeLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

/** Takes the same time wherever the bytes differ. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  let difference = 0
  for (let index = 0; index < left.length; index++) difference |= left[index]! ^ right[index]!
  return difference === 0
}

export function isAllZero(bytes: Uint8Array): boolean {
  let seen = 0
  for (let index = 0; index < bytes.length; index++) seen |= bytes[index]!
  return seen === 0
}

/** Best effort: the engine may have moved or copied the bytes before. */
export function wipe(...secrets: readonly (Uint8Array | undefined)[]): void {
  for (const secret of secrets) secret?.fill(0)
}
