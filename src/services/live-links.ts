/** The links that a service has open, for whoever wants to look at them. */

import type { Service } from '../reactor/index.ts'
import type { Link } from '../session/index.ts'

const links = new WeakMap<object, Set<Link>>()

/** Keeps the link among those of the service until it is closed. */
export function keepLink(service: object, link: Link): void {
  const kept = links.get(service) ?? new Set()
  links.set(service, kept)
  kept.add(link)
  void link.closed.then(() => kept.delete(link))
}

/** The open links of a service that `serveService` or `dialService` made; none for any other. */
export function linksOf(service: Service<never>): readonly Link[] {
  return [...(links.get(service) ?? [])]
}
