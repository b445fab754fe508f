/**
 * A balancer and a service that tells it how busy it is: the first program of capitan-lib, whole.
 *
 *     npx tsx examples/capitan/main.ts
 */

import { connect, generateKey, statelessCipher, type Link, type Security } from 'coxswain'
import { reactor } from 'coxswain/reactor'

import { Balance } from './balance.gen.ts'
import { Balancer } from './balancer.ts'
import { decrypt, encrypt } from './encryption.ts'
import { createEvent, Fleet } from './fleet.ts'

const fleet = new Fleet()
const security: Security = { key: generateKey(), suite: statelessCipher({ encrypt, decrypt }) }

await using balancers = reactor({
  metadata: fleet,
  services: [{ name: 'balancer', service: new Balancer(security) }],
})
await balancers.ready

/** One run of the conversation. It resolves when the balancer has handled the event. */
async function tell(link: Link, closeLink = false): Promise<void> {
  await Balance.peer.handle(
    link,
    { start: ({ send, metadata }) => send.event(createEvent(metadata)) },
    { metadata: fleet, closeLink },
  )
}

const link = await connect({ port: fleet.port, security })
for (let run = 0; run < 10; run++) await tell(link)
// One that consumes the link: it is closed when the run is over.
await tell(link, true)
const { error } = await link.closed
console.log(error === undefined ? 'the link is closed' : `the link is lost: ${error.message}`)
