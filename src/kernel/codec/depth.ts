/** Depth of nesting, counted only inside types that are recursive: all others are as deep as they are declared. */

import { DEPTH_MAX } from './bounds.ts'
import type { Input } from './input.ts'
import type { Output } from './output.ts'
import { refuseItem, refuseValue } from './refusal.ts'

const EXPECTED = `at most ${DEPTH_MAX} arrays and objects inside each other`

/** Enters an array or object that is about to be written. */
export function enterValue(output: Output): void {
  if (output.depth >= DEPTH_MAX) refuseValue(output, undefined, EXPECTED, 'more, or a value that contains itself')
  output.depth++
}

/** Leaves it again. */
export function leaveValue(output: Output): void {
  output.depth--
}

/** Enters an array or map that is about to be read. */
export function enterItem(input: Input): void {
  if (input.depth >= DEPTH_MAX) refuseItem(input, input.position, EXPECTED, 'more')
  input.depth++
}

/** Leaves it again. */
export function leaveItem(input: Input): void {
  input.depth--
}
