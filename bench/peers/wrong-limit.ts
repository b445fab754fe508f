/** The hand-written peer with a fault that only the checks can see: a sum that is one off. For the test of the runner. */

import { connect as connectRight } from './limit.ts'
import type { Client, Job } from './peer.ts'

export { serve } from './limit.ts'

export async function connect(job: Job, port: number): Promise<Client> {
  const client = await connectRight(job, port)
  return {
    run: async (count) => {
      const tally = await client.run(count)
      return { ...tally, sum: (tally.sum ?? 0) + 1 }
    },
  }
}
