/** What serving and dialling have in common: checks before anything runs, and the time to stop in. */

import { SteerError } from '../base/errors.ts'
import type { ServiceDefaults } from '../reactor/index.ts'
import {
  checkAddress,
  checkSecurity,
  type Address,
  type InsecureSettings,
  type LinkSettings,
} from '../session/index.ts'

/** Below the default time that a reactor gives a service to stop in. */
const DRAIN_MS = 4000
const DRAIN_MAX_MS = 2 ** 30

/**
 * Mistakes that no further attempt can mend are told to whoever makes the service. Returns the time to drain in.
 *
 * @throws SteerError `misuse`
 */
export function checkDial(
  options: Address & Omit<LinkSettings, 'serve'> & InsecureSettings,
  drainMs: number | undefined,
): number {
  checkSecurity(options, checkAddress(options))
  return checkDrain(drainMs)
}

/** @throws SteerError `misuse` */
export function checkDrain(drainMs: number = DRAIN_MS): number {
  if (Number.isInteger(drainMs) && drainMs >= 0 && drainMs <= DRAIN_MAX_MS) return drainMs
  throw new SteerError('misuse', `drainMs must be an integer from 0 to ${DRAIN_MAX_MS}, not ${String(drainMs)}`)
}

/** A service that drains needs a little longer than its sessions. */
export function drainingDefaults(drainMs: number): ServiceDefaults {
  return { readyBy: 'call', stopTimeoutMs: drainMs + 1000, graceMs: drainMs + 1000 }
}
