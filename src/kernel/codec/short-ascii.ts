/** Decodes a handful of bytes to a string without leaving JavaScript: up to 16, a native call costs more than the text. */

const { fromCharCode } = String

/** The ASCII string in `bytes[at, at + length)`, `length` at most 16; undefined where a byte is not ASCII. */
export function shortAscii(bytes: Uint8Array, at: number, length: number): string | undefined {
  if (length < 8) return upTo7(bytes, at, length)
  const a = bytes[at]!
  const b = bytes[at + 1]!
  const c = bytes[at + 2]!
  const d = bytes[at + 3]!
  const e = bytes[at + 4]!
  const f = bytes[at + 5]!
  const g = bytes[at + 6]!
  const h = bytes[at + 7]!
  if ((a | b | c | d | e | f | g | h) > 0x7f) return undefined
  if (length === 8) return fromCharCode(a, b, c, d, e, f, g, h)
  const i = bytes[at + 8]!
  if (i > 0x7f) return undefined
  if (length === 9) return fromCharCode(a, b, c, d, e, f, g, h, i)
  const j = bytes[at + 9]!
  if (j > 0x7f) return undefined
  if (length === 10) return fromCharCode(a, b, c, d, e, f, g, h, i, j)
  const k = bytes[at + 10]!
  if (k > 0x7f) return undefined
  if (length === 11) return fromCharCode(a, b, c, d, e, f, g, h, i, j, k)
  const l = bytes[at + 11]!
  if (l > 0x7f) return undefined
  if (length === 12) return fromCharCode(a, b, c, d, e, f, g, h, i, j, k, l)
  const m = bytes[at + 12]!
  if (m > 0x7f) return undefined
  if (length === 13) return fromCharCode(a, b, c, d, e, f, g, h, i, j, k, l, m)
  const n = bytes[at + 13]!
  if (n > 0x7f) return undefined
  if (length === 14) return fromCharCode(a, b, c, d, e, f, g, h, i, j, k, l, m, n)
  const o = bytes[at + 14]!
  if (o > 0x7f) return undefined
  if (length === 15) return fromCharCode(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o)
  const p = bytes[at + 15]!
  if (p > 0x7f) return undefined
  return fromCharCode(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)
}

function upTo7(bytes: Uint8Array, at: number, length: number): string | undefined {
  if (length === 0) return ''
  const a = bytes[at]!
  if (a > 0x7f) return undefined
  if (length === 1) return fromCharCode(a)
  const b = bytes[at + 1]!
  if (b > 0x7f) return undefined
  if (length === 2) return fromCharCode(a, b)
  const c = bytes[at + 2]!
  if (c > 0x7f) return undefined
  if (length === 3) return fromCharCode(a, b, c)
  const d = bytes[at + 3]!
  if (d > 0x7f) return undefined
  if (length === 4) return fromCharCode(a, b, c, d)
  const e = bytes[at + 4]!
  if (e > 0x7f) return undefined
  if (length === 5) return fromCharCode(a, b, c, d, e)
  const f = bytes[at + 5]!
  if (f > 0x7f) return undefined
  if (length === 6) return fromCharCode(a, b, c, d, e, f)
  const g = bytes[at + 6]!
  if (g > 0x7f) return undefined
  return fromCharCode(a, b, c, d, e, f, g)
}
