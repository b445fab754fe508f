/** The library, as a user would write it. `form`: handlers, direct, turns, or flow for a stream read with `for await`. */

import { connect, listen, type Link, type Security, type ServeEntry } from 'coxswain'

import { Call, Chunks, Feed, Flow, Turns, type Reading } from '../protocols/bench.gen.ts'
import { checkOfChunk, chunkAt } from '../workloads/chunk.ts'
import { answerTo, checkOf, readingAt } from '../workloads/reading.ts'
import { Latencies } from './latencies.ts'
import { tripsOf, type Client, type Job, type Server, type Tally } from './peer.ts'

const KEY = new Uint8Array(32).fill(7)

export async function serve(job: Job): Promise<Server> {
  const listener = await listen({
    port: 0,
    security: securityOf(job),
    limits: { linksPerAddressMax: 100_000, linksMax: 100_000, openingMax: 10_000, openingPerAddressMax: 10_000 },
    serve: serveAll(),
  })
  return { port: listener.port! }
}

export async function connectTo(job: Job, port: number): Promise<Link> {
  return connect({ port, security: securityOf(job) })
}

async function createClient(job: Job, port: number): Promise<Client> {
  const link = await connectTo(job, port)
  return { run: (count) => runOn(link, job, count) }
}

/** One run over a link that stands. */
export function runOn(link: Link, job: Job, count: number): Promise<Tally> {
  return runOf(job)(link, job, count)
}

export { createClient as connect }

function securityOf({ options }: Job): Security | 'none' {
  const { security } = options
  if (security === undefined) return 'none'
  return { key: KEY, aead: security as 'ChaChaPoly' | 'AESGCM' }
}

// ---- the side that answers

/** All that a server of the bench serves. */
export function serveAll(): ServeEntry[] {
  return [serveFeed(), serveFlow(), serveTurns(), serveCall(), serveChunks()]
}

function serveFeed(): ServeEntry {
  return Feed.master.with(() => {
    let left = 0
    let sequence = 0
    return {
      ask: (turn) => {
        left = turn.message - 1
        return turn.send.item(readingAt(sequence++))
      },
      'sent.item': (turn) => {
        if (left === 0) return turn.send.done()
        left--
        return turn.send.item(readingAt(sequence++))
      },
    }
  })
}

function serveFlow(): ServeEntry {
  return Flow.master.with({ ask: (turn) => turn.send.items(readings(turn.message)) })
}

function* readings(count: number): Generator<Reading> {
  for (let sequence = 0; sequence < count; sequence++) yield readingAt(sequence)
}

function serveTurns(): ServeEntry {
  return Turns.master.with({ ask: (turn) => turn.send.said(answerTo(turn.message)) })
}

function serveCall(): ServeEntry {
  return Call.master.with({ ask: (turn) => turn.send.said(answerTo(turn.message)) })
}

function serveChunks(): ServeEntry {
  return Chunks.master.with({ ask: (turn) => turn.send.chunks(chunks(turn.message)) })
}

function* chunks(count: number): Generator<Uint8Array> {
  for (let index = 0; index < count; index++) yield chunkAt(index)
}

// ---- the side that asks

type Run = (link: Link, job: Job, count: number) => Promise<Tally>

function runOf({ workload, options }: Job): Run {
  const form = options['form'] ?? 'handlers'
  if (workload === 'bulk') return runChunks
  const run = { stream: STREAMS, turns: TURNS, calls: CALLS }[workload][form]
  if (run === undefined) throw new Error(`there is no form ${form} of ${workload}`)
  return run
}

const STREAMS: Readonly<Record<string, Run>> = {
  handlers: async (link, _job, asked) => {
    let count = 0
    let sum = 0
    await Feed.peer.handle(link, {
      start: (turn) => turn.send.ask(asked),
      item: (turn) => {
        count++
        sum += checkOf(turn.message)
      },
    })
    return { count, sum }
  },
  direct: async (link, _job, asked) => {
    let count = 0
    let sum = 0
    const first = await Feed.peer.open(link)
    let state = await first.send.ask(asked)
    while (state.at === 'item') {
      count++
      sum += checkOf(state.message)
      state = await state.next()
    }
    return { count, sum }
  },
  turns: async (link, _job, asked) => {
    let count = 0
    let sum = 0
    for await (const turn of Feed.peer.turns(link)) {
      if (turn.at === 'start') await turn.send.ask(asked)
      else if (turn.at === 'item') {
        count++
        sum += checkOf(turn.message)
      }
    }
    return { count, sum }
  },
  flow: async (link, _job, asked) => {
    let count = 0
    let sum = 0
    await Flow.peer.handle(link, {
      start: (turn) => turn.send.ask(asked),
      items: async (turn) => {
        for await (const reading of turn.stream) {
          count++
          sum += checkOf(reading)
        }
      },
    })
    return { count, sum }
  },
}

async function runChunks(link: Link, _job: Job, asked: number): Promise<Tally> {
  let count = 0
  let sum = 0
  await Chunks.peer.handle(link, {
    start: (turn) => turn.send.ask(asked),
    chunks: async (turn) => {
      for await (const chunk of turn.stream) {
        count++
        sum += checkOfChunk(chunk)
      }
    },
  })
  return { count, sum }
}

/** Runs one conversation of so many trips; adds what it sees to the tally. */
type Talk = (link: Link, session: number, trips: number, seen: Seen) => Promise<unknown>

interface Seen {
  count: number
  sum: number
  readonly latencies: Latencies
}

const TURNS: Readonly<Record<string, Run>> = {
  handlers: runSessions((link, session, trips, seen) => {
    let trip = 0
    seen.latencies.begin(session, 0)
    return Turns.peer.handle(link, {
      start: (turn) => turn.send.ask(readingAt(0)),
      said: (turn) => {
        note(seen, session, trip, turn.message)
        if (++trip === trips) return turn.send.leave()
        seen.latencies.begin(session, trip)
        return turn.send.ask(readingAt(trip))
      },
    })
  }),
  direct: runSessions(async (link, session, trips, seen) => {
    const first = await Turns.peer.open(link)
    seen.latencies.begin(session, 0)
    let state = await first.send.ask(readingAt(0))
    for (let trip = 0; state.at === 'said';) {
      note(seen, session, trip, state.message)
      if (++trip === trips) {
        await state.send.leave()
        return
      }
      seen.latencies.begin(session, trip)
      state = await state.send.ask(readingAt(trip))
    }
  }),
  turns: runSessions(async (link, session, trips, seen) => {
    let trip = 0
    for await (const turn of Turns.peer.turns(link)) {
      if (turn.at === 'said') note(seen, session, trip++, turn.message)
      if (trip === trips) {
        await turn.send.leave()
        continue
      }
      seen.latencies.begin(session, trip)
      await turn.send.ask(readingAt(trip))
    }
  }),
}

const CALLS: Readonly<Record<string, Run>> = {
  handlers: runSessions(async (link, session, trips, seen) => {
    for (let trip = 0; trip < trips; trip++) {
      seen.latencies.begin(session, trip)
      const result = await Call.peer.handle(link, { start: (turn) => turn.send.ask(readingAt(trip)) })
      if (result.outcome === 'said') note(seen, session, trip, result.message)
    }
  }),
  direct: runSessions(async (link, session, trips, seen) => {
    for (let trip = 0; trip < trips; trip++) {
      seen.latencies.begin(session, trip)
      const start = await Call.peer.open(link)
      const said = await start.send.ask(readingAt(trip))
      if (said.at === 'said') note(seen, session, trip, said.message)
    }
  }),
}

function note(seen: Seen, session: number, trip: number, reading: Reading): void {
  seen.latencies.end(session, trip)
  seen.count++
  seen.sum += checkOf(reading)
}

function runSessions(talk: Talk): Run {
  return async (link, job, count) => {
    const trips = tripsOf(job, count)
    const seen: Seen = { count: 0, sum: 0, latencies: new Latencies(job.sessions) }
    await Promise.all(Array.from({ length: job.sessions }, (_, session) => talk(link, session, trips, seen)))
    return { count: seen.count, sum: seen.sum, latencies: seen.latencies.values }
  }
}
