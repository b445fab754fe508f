/** The digest in the header of a generated file: it changes whenever what the file was made from does. */

import { createHash } from 'node:crypto'

import type { DeclarationFile } from '../../src/ir/declaration.ts'
import type { FileContext } from './file-context.ts'

/** SHA-256 over the input as data, cut to 128 bits. Paths count as seen from the file, so that it is the same on any machine. */
export function inputDigest(file: DeclarationFile, context: FileContext): string {
  const text = JSON.stringify(file, (name, value: unknown) => {
    if (name === 'file' && typeof value === 'string') return context.relativePath(value)
    if (typeof value === 'bigint') return { bigint: String(value) }
    if (Object.is(value, -0)) return { number: '-0' }
    if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).sort(compareEntries))
    return value
  })
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 32)
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function compareEntries([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1
}
