/** Calls of a peer that has them: so many at once, each of which waits for its answer before the next begins. */

import type { Reading } from '../protocols/bench.gen.ts'
import { checkOf, readingAt } from '../workloads/reading.ts'
import { Latencies } from './latencies.ts'
import { tripsOf, type Job, type Tally } from './peer.ts'

export async function callEach(ask: (reading: Reading) => Promise<object>, job: Job, asked: number): Promise<Tally> {
  const trips = tripsOf(job, asked)
  const latencies = new Latencies(job.sessions)
  let count = 0
  let sum = 0
  const talk = async (session: number): Promise<void> => {
    for (let trip = 0; trip < trips; trip++) {
      latencies.begin(session, trip)
      const answer = await ask(readingAt(trip))
      latencies.end(session, trip)
      count++
      sum += checkOf(answer as Reading)
    }
  }
  await Promise.all(Array.from({ length: job.sessions }, (_, session) => talk(session)))
  return { count, sum, latencies: latencies.values }
}
