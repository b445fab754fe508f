/** Serving: from the open frame of the other side to a session that runs. */

import { publish, strayError } from '../base/channels.ts'
import { callUser } from '../base/deferred.ts'
import type { Link } from '../kernel/link.ts'
import { HandlersDriver, RefusingDriver, type HandlersEnd } from './forms/handlers.ts'
import type { Serving } from './registry.ts'
import type { SessionCore } from './session.ts'

/** Lets the session end before it has begun: whoever serves it learns how. */
export function prepareSession(session: SessionCore, serving: Serving, link: Link): void {
  session.bind(new RefusingDriver(endTeller(session, serving, link)))
}

/** Gives a prepared session its handlers and begins it, or fails it on both sides where they cannot be made. */
export function serveSession(session: SessionCore, serving: Serving, link: Link): void {
  const { hooks, metadata } = serving
  const onEnd = endTeller(session, serving, link)
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

/** Undefined where the program does not want to know. */
function endTeller(
  session: SessionCore,
  { onSessionEnd, program }: Serving,
  link: Link,
): ((end: HandlersEnd) => void) | undefined {
  if (onSessionEnd === undefined) return undefined
  return (end) => {
    callUser(
      () => onSessionEnd({ session: session.handle, link, ...end }),
      (error) => {
        const where = `onSessionEnd of ${program.definition.name}`
        publish(strayError, () => ({ link: link.id, where, error }))
      },
    )
  }
}
