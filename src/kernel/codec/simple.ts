/** Booleans and `null`. */

import type { Input } from './input.ts'
import type { Output } from './output.ts'
import { refuseItem, refuseValue } from './refusal.ts'

/** Writes `true` or `false`. */
export function writeBoolean(output: Output, value: boolean): void {
  if (value !== true && value !== false) refuseValue(output, value, 'a boolean')
  output.ensure(1)
  output.bytes[output.position++] = value ? 0xf5 : 0xf4
}

/** Reads `true` or `false`. */
export function readBoolean(input: Input): boolean {
  const at = input.position
  const head = at < input.end ? input.bytes[at]! : 0
  if (head !== 0xf5 && head !== 0xf4) refuseItem(input, at, 'a boolean')
  input.position = at + 1
  return head === 0xf5
}

/** Writes `null`. */
export function writeNull(output: Output, value: null): void {
  if (value !== null) refuseValue(output, value, 'null')
  output.ensure(1)
  output.bytes[output.position++] = 0xf6
}

/** Reads `null`. */
export function readNull(input: Input): null {
  const at = input.position
  if (at >= input.end || input.bytes[at] !== 0xf6) refuseItem(input, at, 'null')
  input.position = at + 1
  return null
}
