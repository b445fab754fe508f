/** Programs that are wrong: each marked line must be an error of the compiler, and nothing else may be one. Nothing here is run. */

import {
  AtomicU32,
  reactor,
  type FallbackContext,
  type Service,
  type ServiceContext,
} from '../../../src/reactor/index.ts'

interface Fleet {
  readonly workers: AtomicU32
}

interface Shop {
  readonly name: string
}

class Counts implements Service<Fleet> {
  async init(fleet: Fleet, ctx: ServiceContext<Fleet>): Promise<void> {
    ctx.metadata.workers.add(fleet.workers.load())
    await Promise.resolve()
  }

  main({ workers }: Fleet): void {
    workers.add(1)
  }

  fallback(_: Fleet, { outcome, metadata }: FallbackContext<Fleet>): void {
    if (outcome.kind === 'hung') metadata.workers.store(outcome.forMs)
  }
}

class Sells implements Service<Shop> {
  main({ name }: Shop): void {
    use(name)
  }
}

/** Knows nothing of any metadata, and so fits all. */
const indifferent: Service = { main: (_, ctx) => ctx.sleep(1) }
function use(_: string): void {
  // Whatever it is.
}

const fleet: Fleet = { workers: new AtomicU32(0) }
const module = new URL('file:///service.js')

export const right = reactor({
  metadata: fleet,
  services: [
    { name: 'a', service: new Counts() },
    { name: 'b', service: indifferent },
    { name: 'c', service: { main: ({ workers }) => void workers.add(1) } },
    { name: 'd', module, isolate: 'thread' },
  ],
})
export const known: number = right.metadata.workers.load()
void right.add({ name: 'e', service: new Counts() })

reactor({
  metadata: fleet,
  services: [
    { name: 'a', service: new Counts() },
    // @ts-expect-error a service for other metadata
    { name: 'b', service: new Sells() },
  ],
})
reactor({
  metadata: fleet,
  // @ts-expect-error a hook for other metadata
  services: [{ name: 'a', service: { main: (shop: Shop) => use(shop.name) } }],
})
reactor({
  metadata: fleet,
  // @ts-expect-error the metadata has no such member
  services: [{ name: 'a', service: { main: (_, ctx) => use(ctx.metadata.drivers) } }],
})
reactor({
  metadata: fleet,
  // @ts-expect-error a fallback for other metadata
  services: [{ name: 'a', service: { main: () => undefined, fallback: (shop: Shop) => use(shop.name) } }],
})
// @ts-expect-error a service needs a main
reactor({ metadata: fleet, services: [{ name: 'a', service: { init: () => undefined } }] })
// @ts-expect-error a thread needs a module
reactor({ metadata: fleet, services: [{ name: 'a', service: new Counts(), isolate: 'thread' }] })
// @ts-expect-error a module needs an isolate
reactor({ metadata: fleet, services: [{ name: 'a', module }] })
// @ts-expect-error a service for other metadata, later
void right.add({ name: 'b', service: new Sells() })
// @ts-expect-error `sometimes` is no strategy
reactor({ metadata: fleet, services: [], strategy: 'sometimes' })
