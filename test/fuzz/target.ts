/** What is fuzzed: a function of bytes that may end well, or in one of the errors that are listed for it, and in nothing else. */

import { SteerError, type ErrorCode } from 'coxswain'

export interface Target {
  readonly name: string
  /** Good inputs, from which the others are made. */
  readonly seeds: readonly Uint8Array[]
  readonly allowed: readonly ErrorCode[]
  /** Throws a SteerError of a listed code, or nothing. What else it finds wrong it throws too. */
  run(input: Uint8Array): void | Promise<void>
}

/** Longest that an input may take, in ms: what is quadratic takes longer, and a busy machine does not. */
const SLOW_MS = 2000

/** What is wrong with how the target takes the input; undefined where nothing is. */
export async function probe(target: Target, input: Uint8Array): Promise<string | undefined> {
  const began = performance.now()
  try {
    await target.run(input)
  } catch (error) {
    if (!SteerError.is(error)) return `not listed: ${error instanceof Error ? error.stack : String(error)}`
    if (!target.allowed.includes(error.code)) return `${error.message}, which is not allowed here`
  }
  const elapsedMs = performance.now() - began
  return elapsedMs > SLOW_MS ? `it took ${Math.round(elapsedMs)} ms` : undefined
}
