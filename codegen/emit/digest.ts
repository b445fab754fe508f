/** The digest in the header of a generated file: it changes whenever what the file was made from does. */

import { createHash } from 'node:crypto'

import type { DeclarationFile } from '../../src/ir/declaration.ts'
import type { FileContext } from './file-context.ts'

/** SHA-256 over the input as data, cut to 128 bits. Paths count as seen from the file, so that it is the same on any machine. */
export function inputDigest(file: DeclarationFile, context: FileContext): string {
  return createHash('sha256').update(textOf(file, context), 'utf8').digest('hex').slice(0, 32)
}

/**
 * As JSON, but for what that cannot tell: whole numbers of any size, and a zero with a sign. Keys, of which none is a number,
 * are in order; arrays have no holes.
 */
function textOf(value: unknown, context: FileContext): string {
  if (typeof value === 'bigint') return `{"bigint":"${value}"}`
  if (Object.is(value, -0)) return '{"number":"-0"}'
  if (Array.isArray(value)) return `[${value.map((entry) => textOf(entry, context)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = value as Readonly<Record<string, unknown>>
  let text = '{'
  for (const name of Object.keys(entries).sort()) {
    const entry = entries[name]
    if (entry === undefined) continue
    const part = name === 'file' && typeof entry === 'string' ? context.relativePath(entry) : entry
    text += `${text === '{' ? '' : ','}${JSON.stringify(name)}:${textOf(part, context)}`
  }
  return `${text}}`
}
