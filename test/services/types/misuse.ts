/** Programs that are wrong: each marked line must be an error of the compiler, and nothing else may be one. Nothing here is run. */

import type { ServeEntry } from 'coxswain'
import { dialService, reactor, serveService, type Service } from 'coxswain/reactor'

interface Fleet {
  readonly workers: number
}

interface Shop {
  readonly name: string
}

declare function entry(metadata: Fleet): ServeEntry
declare function entryOfShop(metadata: Shop): ServeEntry

const metadata: Fleet = { workers: 1 }
const at = { port: 1, security: 'none' } as const

/** What the metadata is, the compiler knows from the type that is wanted, or from the annotation of a parameter. */
const annotated: Service<Fleet> = serveService({ ...at, serve: (fleet) => [entry(fleet)] })
reactor({
  metadata,
  services: [
    { name: 'a', service: annotated },
    { name: 'b', service: serveService({ ...at, serve: (fleet: Fleet) => [entry(fleet)] }) },
    { name: 'c', service: dialService({ ...at, serve: [], run: (_, { workers }: Fleet, ctx) => ctx.sleep(workers) }) },
    { name: 'd', service: dialService({ ...at }) },
  ],
})
const running = reactor({ metadata, services: [] })
void running.add({ name: 'a', service: serveService({ ...at, serve: (fleet) => [entry(fleet)] }) })

reactor({
  metadata,
  // @ts-expect-error a protocol that is served for other metadata
  services: [{ name: 'a', service: serveService({ ...at, serve: (shop: Shop) => [entryOfShop(shop)] }) }],
})
reactor({
  metadata,
  // @ts-expect-error what runs on the link is for other metadata
  services: [{ name: 'a', service: dialService({ ...at, run: (_, shop: Shop) => void entryOfShop(shop) }) }],
})
const forShops = serveService({ ...at, serve: (shop: Shop) => [entryOfShop(shop)] })
// @ts-expect-error a service for other metadata
reactor({ metadata, services: [{ name: 'a', service: forShops }] })
// @ts-expect-error security has to be given
serveService({ port: 1, serve: [] })
// @ts-expect-error either an address or a path
dialService({ ...at, path: 'x' })
