/** Shapes that need no function of their own: one call of the kernel writes them, one reads them. */

import type { BigIntegerFormat, IntegerFormat, Shape } from '../../../src/ir/shape.ts'
import { literalText, quote } from '../type-text.ts'
import { takeCall } from './constant-run.ts'
import { encodedText, type Discriminant, type LiteralShape } from './shape-query.ts'
import type { Constants, KernelNames } from './source-parts.ts'

/** What emitted calls are written in terms of. */
export interface Vocabulary {
  readonly kernel: KernelNames
  readonly constants: Constants
}

const INTEGER_RANGES: Readonly<Record<IntegerFormat, readonly [min: string, max: string]>> = {
  int: ['-9007199254740991', '9007199254740991'],
  u8: ['0', '255'],
  u16: ['0', '65535'],
  u32: ['0', '4294967295'],
  i8: ['-128', '127'],
  i16: ['-32768', '32767'],
  i32: ['-2147483648', '2147483647'],
}

const BIGINT_RANGES: Readonly<Record<BigIntegerFormat, readonly [min: string, max: string]>> = {
  u64: ['0n', '18446744073709551615n'],
  i64: ['-9223372036854775808n', '9223372036854775807n'],
}

/** The call that writes `value`; undefined for a shape with a function of its own. */
export function scalarWrite(shape: Shape, value: string, { kernel, constants }: Vocabulary): string | undefined {
  const call = (name: string, ...more: readonly (string | number)[]): string =>
    `${kernel.use(name)}(${['output', value, ...more].join(', ')})`
  switch (shape.kind) {
    case 'boolean':
      return call('writeBoolean')
    case 'null':
      return call('writeNull')
    case 'number':
      return shape.format === undefined ? call('writeFinite') : call('writeInteger', ...INTEGER_RANGES[shape.format])
    case 'bigint':
      return call('writeBigint', ...bigintRange(shape.format, kernel))
    case 'string':
      if (shape.pattern !== undefined) {
        return call('writeMatchingText', patternName(shape.pattern, kernel, constants), shape.maxLength ?? 'Infinity')
      }
      return shape.maxLength === undefined ? call('writeText') : call('writeBoundedText', shape.maxLength)
    case 'bytes':
      return call('writeBytes', shape.maxBytes ?? 'Infinity')
    case 'date':
      return call('writeDate')
    case 'open':
      return call('writeOpen')
    default:
      return undefined
  }
}

/** The expression that reads a value; undefined for a shape with a function of its own. */
export function scalarRead(shape: Shape, { kernel, constants }: Vocabulary): string | undefined {
  const call = (name: string, ...more: readonly (string | number)[]): string =>
    `${kernel.use(name)}(${['input', ...more].join(', ')})`
  switch (shape.kind) {
    case 'boolean':
      return call('readBoolean')
    case 'null':
      return call('readNull')
    case 'number':
      return shape.format === undefined ? call('readFinite') : call('readInteger', ...INTEGER_RANGES[shape.format])
    case 'bigint':
      return call('readBigint', ...bigintRange(shape.format, kernel))
    case 'string':
      if (shape.pattern !== undefined) {
        return call('readMatchingText', patternName(shape.pattern, kernel, constants), shape.maxLength ?? 'Infinity')
      }
      return shape.maxLength === undefined ? call('readText') : call('readBoundedText', shape.maxLength)
    case 'bytes':
      return call('readBytes', shape.maxBytes ?? 'Infinity')
    case 'date':
      return call('readDate')
    case 'open':
      return call('readOpen')
    case 'literal':
      return literalRead(shape, { kernel, constants })
    default:
      return undefined
  }
}

/** A constant that holds declared values, for the kernel's checks and messages. */
export function valueSet(values: readonly Discriminant[], constants: Constants): string {
  return constants.name('VALUES', `new Set([${values.map(literalText).join(', ')}] as const)`)
}

/** The condition that recognises an encoded text, and moves behind it. */
export function takeText(text: string, { kernel, constants }: Vocabulary): string {
  const bytes = encodedText(text)
  if (bytes.length <= 16) return takeCall(bytes, kernel)
  const name = constants.name('TEXT', `${kernel.use('textBytes')}(${quote(text)})`)
  return `${kernel.use('takeBytes')}(input, ${name})`
}

function literalRead(shape: LiteralShape, vocabulary: Vocabulary): string {
  const { kernel, constants } = vocabulary
  const { value } = shape
  if (typeof value === 'boolean') return `${kernel.use('readOneBoolean')}(input, ${value})`
  if (typeof value === 'bigint') return `${kernel.use('readBigint')}(input, ${value}n, ${value}n) as ${value}n`
  if (typeof value === 'number') return `${kernel.use('readOneNumber')}(input, ${valueSet([value], constants)})`
  const slow = `${kernel.use('readOneText')}(input, ${valueSet([value], constants)})`
  return `${takeText(value, vocabulary)} ? ${quote(value)} : ${slow}`
}

function patternName(pattern: string, kernel: KernelNames, constants: Constants): string {
  return constants.name('PATTERN', `${kernel.use('compilePattern')}(${quote(pattern)})`)
}

function bigintRange(format: BigIntegerFormat | undefined, kernel: KernelNames): readonly [string, string] {
  return format === undefined ? [kernel.use('BIGINT_MIN'), kernel.use('BIGINT_MAX')] : BIGINT_RANGES[format]
}
