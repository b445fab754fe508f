/** The same with any other peer: its name is the second argument. */

import { writeSync } from 'node:fs'

import { loadPeer } from '../peers/index.ts'

const job = { workload: 'turns', sessions: 1, options: {} } as const
const client = await (await loadPeer(process.argv[3]!)).connect(job, Number(process.argv[2]))
const { count } = await client.run(1)
writeSync(1, `answer ${count}\n`)
process.exit()
