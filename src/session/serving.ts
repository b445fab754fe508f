/** Serving: from the open frame of the other side to a session that runs. */

import { publish, strayError } from '../base/channels.ts'
import { callUser } from '../base/deferred.ts'
import { SteerError } from '../base/errors.ts'
import type { Link } from '../kernel/link.ts'
import type { SessionEnd } from '../kernel/options.ts'
import type { Program } from '../kernel/program.ts'
import { HandlersDriver, RefusingDriver, type HandlersEnd } from './forms/handlers.ts'
import type { Serving } from './registry.ts'
import type { SessionCore } from './session.ts'

/**
 * Gives the session its handlers and begins it, or fails it, on both sides, where the fingerprints differ or the handlers
 * cannot be made.
 *
 * @param fingerprint of the other side, from its open frame.
 */
export function serveSession(session: SessionCore, serving: Serving, fingerprint: string, link: Link): void {
  const { program, hooks, metadata } = serving
  const onEnd = (end: HandlersEnd): void => {
    tellEnd(serving, { session: session.handle, link, ...end })
  }
  session.bind(new RefusingDriver(onEnd))
  if (fingerprint !== program.definition.fingerprint) {
    session.fail(createMismatch(program, fingerprint))
    return
  }
  try {
    const driver = new HandlersDriver(session, serving.handlersFor(session), { hooks, metadata, onEnd })
    session.bind(driver, serving.ciphers)
  } catch (error) {
    session.abort(error)
    return
  }
  // The function that makes the handlers is shown the session, and may have cancelled it.
  if (!session.over) session.begin()
}

/** The fault of two ends that were generated from different declarations. */
export function createMismatch(program: Program, theirs: string): SteerError {
  const { name, fingerprint } = program.definition
  const text = `protocol "${name}" has fingerprint ${fingerprint.slice(0, 16)}… here and ${theirs.slice(0, 16)}… on the other side`
  return new SteerError('protocol_mismatch', text)
}

function tellEnd(serving: Serving, end: SessionEnd<unknown>): void {
  callUser(
    () => serving.onSessionEnd?.(end),
    (error) => {
      const where = `onSessionEnd of ${serving.program.definition.name}`
      publish(strayError, () => ({ link: end.link.id, where, error }))
    },
  )
}
