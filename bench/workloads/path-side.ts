/** Both ends of a link in one process, joined without sockets: what is left is what the library itself computes. */

import type { Link, ServeEntry } from 'coxswain'

import { prepareLink, createLink } from '../../src/session/link-settings.ts'
import type { Security } from '../../src/secure/index.ts'
import type { Transport, TransportSink } from '../../src/wire/transport.ts'
import { readReading, READING_MAX_BYTES, writeReading } from '../peers/hand-codec.ts'
import { runOn, serveAll } from '../peers/coxswain.ts'
import type { Job, Tally } from '../peers/peer.ts'
import { checkOf, readingAt, sumOfAnswers, sumOfReadings } from './reading.ts'

/** Hands over a copy in a later turn of the event loop, and has no more to do with the bytes then: as a socket does. */
class Joined implements Transport {
  readonly remoteAddress = undefined
  readonly pendingBytes = 0
  other!: Joined
  #sink: TransportSink | undefined

  start(sink: TransportSink): void {
    this.#sink = sink
  }

  write(bytes: Uint8Array): boolean {
    const copy = Buffer.from(bytes)
    setImmediate(() => this.other.#sink?.data(copy))
    return true
  }

  end(): void {
    // Nobody closes these links.
  }

  destroy(): void {
    // As above.
  }
}

async function createPair(security: Security | 'none', serve: readonly ServeEntry[]): Promise<Link> {
  const [near, far] = [new Joined(), new Joined()]
  near.other = far
  far.other = near
  const server = createLink(far, await prepareLink({ security, serve }, 'responder'))
  const client = createLink(near, await prepareLink({ security }, 'initiator'))
  server.start()
  return client.open()
}

export interface PathOrder {
  readonly rounds: number
  readonly messages: number
  /** By name; empty for all. */
  readonly only: readonly string[]
}

export interface PathTimes {
  readonly name: string
  /** ns of CPU for each message, by rounds. */
  readonly times: readonly number[]
}

interface Subject {
  readonly name: string
  readonly job: Job
  readonly secure?: boolean
}

function subject(name: string, workload: 'stream' | 'turns', form: string, sessions = 1, secure = false): Subject {
  return { name, job: { workload, sessions, options: { form } }, secure }
}

const SUBJECTS: readonly Subject[] = [
  subject('stream', 'stream', 'handlers'),
  subject('stream, flow', 'stream', 'flow'),
  subject('stream, direct', 'stream', 'direct'),
  subject('stream, turns', 'stream', 'turns'),
  subject('stream, secure', 'stream', 'handlers', 1, true),
  subject('turns', 'turns', 'handlers'),
  subject('turns, direct', 'turns', 'direct'),
  subject('turns, turns', 'turns', 'turns'),
  subject('turns, secure', 'turns', 'handlers', 1, true),
  subject('sessions 1000', 'turns', 'handlers', 1000),
]

/** @throws Error for a wrong answer. */
export async function measurePaths({ rounds, messages, only }: PathOrder): Promise<readonly PathTimes[]> {
  const isChosen = (name: string): boolean => only.length === 0 || only.includes(name)
  const subjects = SUBJECTS.filter(({ name }) => isChosen(name))
  const runs = await Promise.all(subjects.map(createRun))
  const all = [
    { name: 'codec by hand', run: () => Promise.resolve(runCodec(messages)) },
    ...subjects.map(({ name }, index) => ({ name, run: () => runs[index]!(messages) })),
  ]
  const times = all.map(({ name }) => ({ name, times: [] as number[] }))
  for (let round = -2; round < rounds; round++) {
    for (const [index, { run }] of all.entries()) {
      const before = process.cpuUsage()
      const count = await run()
      const { user, system } = process.cpuUsage(before)
      if (round >= 0) times[index]!.times.push(((user + system) * 1000) / count)
    }
  }
  return times
}

async function createRun({ name, job, secure }: Subject): Promise<(messages: number) => Promise<number>> {
  const security = secure === true ? { key: new Uint8Array(32).fill(7) } : 'none'
  const link = await createPair(security, serveAll())
  return async (messages) => {
    // A turn costs a turn of the event loop; fewer of them take as long.
    const asked = job.workload === 'turns' && job.sessions === 1 ? messages / 10 : messages
    const tally: Tally = await runOn(link, job, asked)
    const trips = Math.round(asked / job.sessions)
    const sum = job.workload === 'turns' ? answers(trips) * job.sessions : readings(asked)
    if (tally.sum !== sum) throw new Error(`${name}: the messages add up to ${tally.sum ?? '?'}, not to ${sum}`)
    return tally.count
  }
}

/** Added up once, before anything counts. */
const [readings, answers] = [remember(sumOfReadings), remember(sumOfAnswers)]

function remember(sumOf: (count: number) => number): (count: number) => number {
  const known = new Map<number, number>()
  return (count) => {
    const sum = known.get(count) ?? sumOf(count)
    known.set(count, sum)
    return sum
  }
}

const scratch = new Uint8Array(READING_MAX_BYTES)

/** One message out and in, with no more than the codec. */
function runCodec(messages: number): number {
  let sum = 0
  for (let sequence = 0; sequence < messages; sequence++) {
    const end = writeReading(scratch, 0, readingAt(sequence))
    sum += checkOf(readReading(scratch, 0, end))
  }
  if (sum !== readings(messages)) throw new Error('the codec by hand is wrong')
  return messages
}
