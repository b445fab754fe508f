/**
 * `Open`: anything that plain data can be. What arrives passes the admission scan and then cbor-x, which is loaded with the
 * first such payload and never in programs without one, in its build without `eval` and native code. What is sent is checked
 * and written here, in the same deterministic encoding as everything else.
 *
 * A CBOR integer arrives as a `number` if it is a safe integer and as a `bigint` otherwise; a bignum is always a `bigint`.
 */

import { admitOpen } from './admission.ts'
import { BIGINT_MAX, BIGINT_MIN, writeBigint } from './bigint.ts'
import { OPEN_DATE_MAX_SECONDS } from './bounds.ts'
import { isBytes, writeBytes } from './bytes.ts'
import { isDate, writeDate } from './date.ts'
import { enterValue, leaveValue } from './depth.ts'
import { offsetOf, sortedKeys, sortEntries } from './entries.ts'
import { writeArrayHead, writeMapHead } from './head.ts'
import type { Input } from './input.ts'
import { writeAnyNumber } from './number.ts'
import type { Output } from './output.ts'
import { kindOfValue, refuseItem, refuseValue } from './refusal.ts'
import { writeBoolean, writeNull } from './simple.ts'
import { writeText } from './text.ts'

const EXPECTED = 'plain data'

interface OpenDecoder {
  decode(bytes: Uint8Array): unknown
}

let decoder: OpenDecoder | undefined

/** Reads any admitted item. */
export function readOpen(input: Input): unknown {
  const start = input.position
  const { longIntegers } = admitOpen(input)
  const { bytes, position } = input
  decoder ??= createDecoder()
  let item = new Uint8Array(bytes.buffer, bytes.byteOffset + start, position - start)
  if (longIntegers.length > 0) {
    item = item.slice()
    for (const at of longIntegers) widenToFloat(item, at - start)
  }
  try {
    return decoder.decode(item)
  } catch {
    // The two disagree about an item: that is a defect here, but nothing of the item is known to be sound then.
    return refuseItem(input, start, EXPECTED, 'an item that cannot be decoded')
  }
}

// cbor-x reads every 64-bit argument as a bigint. A double of the same size says the same number.
function widenToFloat(item: Uint8Array, at: number): void {
  const view = new DataView(item.buffer, item.byteOffset, item.byteLength)
  const argument = Number(view.getBigUint64(at + 1))
  view.setFloat64(at + 1, item[at] === 0x3b ? -1 - argument : argument)
  item[at] = 0xfb
}

function createDecoder(): OpenDecoder {
  const library = process.getBuiltinModule('node:module').createRequire(import.meta.url)('cbor-x/decode-no-eval') as {
    Decoder: new (options: Readonly<Record<string, boolean>>) => OpenDecoder
  }
  return new library.Decoder({ useRecords: false, mapsAsObjects: true, copyBuffers: true })
}

/** Writes any plain data: what is neither is refused. */
export function writeOpen(output: Output, value: unknown): void {
  switch (typeof value) {
    case 'string':
      writeText(output, value)
      return
    case 'number':
      writeAnyNumber(output, value)
      return
    case 'boolean':
      writeBoolean(output, value)
      return
    case 'bigint':
      writeBigint(output, value, BIGINT_MIN, BIGINT_MAX)
      return
    case 'undefined':
      output.ensure(1)
      output.bytes[output.position++] = 0xf7
      return
    case 'object':
      writeObject(output, value)
      return
    default:
      refuseValue(output, value, EXPECTED)
  }
}

function writeObject(output: Output, value: object | null): void {
  if (value === null) {
    writeNull(output, value)
  } else if (Array.isArray(value)) {
    writeElements(output, value)
  } else {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) writeMembers(output, value as Record<string, unknown>)
    else if (isBytes(value)) writeBytes(output, value, Infinity)
    else if (isDate(value)) writeDate(output, value, OPEN_DATE_MAX_SECONDS)
    else if (isForeignPlain(prototype)) writeMembers(output, value as Record<string, unknown>)
    else refuseValue(output, value, EXPECTED, describeInstance(value))
  }
}

// An ordinary object of another realm: its prototype is the end of the chain.
function isForeignPlain(prototype: unknown): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf')
}

function describeInstance(value: object): string {
  const kind = kindOfValue(value)
  return kind === 'an object' ? 'an instance of a class' : `${kind} (declare its type to send one)`
}

function writeElements(output: Output, value: readonly unknown[]): void {
  enterValue(output)
  const count = value.length
  writeArrayHead(output, count)
  for (let index = 0; index < count; index++) writeOpen(output, value[index])
  leaveValue(output)
}

function writeMembers(output: Output, value: Readonly<Record<string, unknown>>): void {
  enterValue(output)
  const keys = sortedKeys(value)
  const offsets: number[] = []
  if (Object.getOwnPropertySymbols(value).length > 0) refuseValue(output, value, EXPECTED, 'an object with symbol keys')
  writeMapHead(output, keys.length)
  for (const key of keys) {
    if (key === '__proto__') refuseValue(output, value, 'a key', 'one that an object cannot hold')
    offsets.push(offsetOf(output))
    writeText(output, key)
    offsets.push(offsetOf(output))
    writeOpen(output, value[key])
  }
  sortEntries(output, offsets)
  leaveValue(output)
}
