/** The balancer: a service with the three hooks, which serves the conversation as long as it lives. */

import type { Security, ServeEntry } from 'coxswain'
import { serveService, type FallbackContext, type Service, type ServiceContext } from 'coxswain/reactor'

import { Balance } from './balance.gen.ts'
import { respond, type Fleet } from './fleet.ts'

export class Balancer implements Service<Fleet> {
  readonly #serving: Service<Fleet>
  readonly defaults: Service['defaults']

  constructor(security: Security) {
    this.#serving = serveService<Fleet>({
      port: 0,
      security,
      serve: (fleet) => [serveBalance(fleet)],
      onListening: (address, fleet) => {
        if ('port' in address) fleet.port = address.port
      },
    })
    this.defaults = this.#serving.defaults
  }

  /** Once. What it throws ends the service. */
  init(fleet: Fleet): void {
    fleet.load.store(0)
  }

  /** Again and again. What it throws is a failure, and the next main waits a little. */
  async main(fleet: Fleet, ctx: ServiceContext<Fleet>): Promise<void> {
    await this.#serving.main(fleet, ctx)
  }

  /** After every main, told how it ended. What it throws ends the service. */
  fallback(_: Fleet, { outcome }: FallbackContext<Fleet>): void {
    console.log(`the balancer's main: ${outcome.kind}`)
  }
}

function serveBalance(fleet: Fleet): ServeEntry {
  return Balance.master.with(
    {
      event: ({ message, metadata }) => {
        console.log(`${message}, load is now ${respond(message, metadata)}`)
      },
    },
    { metadata: fleet },
  )
}
