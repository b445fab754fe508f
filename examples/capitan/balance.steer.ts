import { receive, rxHandshake, steer, txKeepalive } from 'coxswain/steer'

/** What a service can tell its balancer. */
export type LoadEvent = 'available' | 'busy'

/** The balancer is the master. It waits for a service, takes its event, and says that the event was handled. */
export const Balance = steer('balance', rxHandshake(), receive<LoadEvent>('event'), txKeepalive())
