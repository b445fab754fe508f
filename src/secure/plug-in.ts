/** Calls into code that a program brought along: what breaks the contract becomes `misuse`, and no buffer is shared with it. */

import { SteerError } from '../base/errors.ts'
import { copyOf } from './bytes.ts'

/**
 * Calls the plug-in and refuses a promise, since records must keep their order.
 *
 * @throws SteerError `misuse`; what the plug-in threw is its cause.
 */
export function callPlugIn(what: string, call: () => unknown): unknown {
  let returned: unknown
  try {
    returned = call()
  } catch (error) {
    throw new SteerError('misuse', `${what} threw`, { cause: error })
  }
  refusePromise(what, returned)
  return returned
}

/** As `callPlugIn`, but a throw is the plug-in's way of refusing bytes: it comes out as `refused`, with its cause. */
export function callRefusingPlugIn(what: string, refused: () => SteerError, call: () => unknown): unknown {
  let returned: unknown
  try {
    returned = call()
  } catch (error) {
    if (SteerError.is(error)) throw error
    throw new SteerError(refused().code, refused().rawMessage, { cause: error })
  }
  refusePromise(what, returned)
  return returned
}

/** A copy, so that the plug-in may keep what it returned. @throws SteerError `misuse` */
export function copyBytes(what: string, value: unknown, minBytes: number, maxBytes: number): Uint8Array {
  if (!(value instanceof Uint8Array))
    throw new SteerError('misuse', `${what} must be a Uint8Array, not ${kindOf(value)}`)
  if (value.length < minBytes || value.length > maxBytes) {
    throw new SteerError('misuse', `${what} must have ${minBytes} to ${maxBytes} bytes, not ${value.length}`)
  }
  return copyOf(value)
}

/** @throws SteerError `misuse` */
export function checkInteger(what: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  const got = typeof value === 'number' ? String(value) : kindOf(value)
  throw new SteerError('misuse', `${what} must be an integer from ${min} to ${max}, not ${got}`)
}

/** What a value is, never what is in it: it may be a secret. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function refusePromise(what: string, returned: unknown): void {
  if (typeof returned !== 'object' || returned === null || !('then' in returned)) return
  if (typeof returned.then !== 'function') return
  // Nobody waits for it: without this its rejection would end the process.
  Promise.resolve(returned).catch(() => undefined)
  throw new SteerError('misuse', `${what} returned a promise; ciphers are synchronous`)
}
