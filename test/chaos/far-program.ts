/** A process of its own that serves with the key, so that it can be stopped. Prints its port, then how each link ended. */

import { listen } from 'coxswain'

import { KEY } from '../secure/pairs.ts'
import { codeOf, Ledger, MEDIUM, serveTalk } from './talk.ts'

const server = await listen({
  port: 0,
  security: { key: KEY },
  serve: serveTalk(new Ledger(MEDIUM)),
  limits: { pingEveryMs: 200, pingFloorMs: 50, pingAnswerMs: Number(process.argv[2]) },
  onLink: (link) => {
    void link.closed.then(({ error }) => console.log(error === undefined ? 'clean' : codeOf(error)))
  },
})
console.log(server.port)
