/** What the processes of the memory bench are asked to hold. */

import type { Link } from 'coxswain'

import { connectTo } from '../peers/coxswain.ts'
import type { Job } from '../peers/peer.ts'
import { dial } from '../peers/sockets.ts'
import { loadPeer } from '../peers/index.ts'
import { Turns } from '../protocols/bench.gen.ts'
import { answerTo, checkOf, readingAt } from './reading.ts'

export interface Order {
  readonly peer: string
  readonly job: Job
  readonly port: number
  readonly count: number
}

const held: unknown[] = []

/** Opens so many idle connections at once; resolves when all stand. */
export async function openLinks({ peer, job, port, count }: Order): Promise<number> {
  const open = async (): Promise<unknown> => {
    if (peer === 'coxswain') return connectTo(job, port)
    if (peer === 'net') return dial(job, port)
    return (await loadPeer(peer)).connect(job, port)
  }
  // A few at a time: a queue of connections that is full drops some, and waits for seconds.
  for (let done = 0; done < count; done += 100) {
    held.push(...(await Promise.all(Array.from({ length: Math.min(100, count - done) }, open))))
  }
  return held.length
}

let link: Link | undefined

/** Opens so many sessions over one link; each makes one round trip, and then has nothing to do. */
export async function openSessions({ job, port, count }: Order): Promise<number> {
  link ??= await connectTo(job, port)
  const shared = link
  const expected = checkOf(answerTo(readingAt(0)))
  const open = (): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const session = Turns.peer.handle(shared, {
        start: (turn) => turn.send.ask(readingAt(0)),
        said: (turn) => {
          resolve(checkOf(turn.message) === expected)
          return new Promise(() => undefined)
        },
      })
      session.catch(reject)
      held.push(session)
    })
  let good = 0
  for (let done = 0; done < count; done += 1000) {
    const answers = await Promise.all(Array.from({ length: Math.min(1000, count - done) }, open))
    good += answers.filter(Boolean).length
  }
  return good
}
