/** A client that makes one turn, and says so. The port is its argument; `--modules` also lists what it has loaded of Node. */

import { writeSync } from 'node:fs'

import { connect } from 'coxswain'

import { Turns } from '../protocols/bench.gen.ts'
import { readingAt } from '../workloads/reading.ts'

const link = await connect({ port: Number(process.argv[2]), security: 'none' })
await Turns.peer.handle(link, {
  start: (turn) => turn.send.ask(readingAt(0)),
  said: (turn) => {
    writeSync(1, `answer ${turn.message.sequence}\n`)
    return turn.send.leave()
  },
})
await link.close()
if (process.argv.includes('--modules')) {
  const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] }
  for (const name of moduleLoadList) writeSync(1, `module ${name}\n`)
}
