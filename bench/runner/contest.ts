/**
 * A bench of peers: each has a server and a client of its own, all are warmed up, then each round runs every one of them in
 * turn, so that what disturbs the machine disturbs all.
 */

import type { Job, Tally } from '../peers/peer.ts'
import { WrongAnswer, type Bench } from './bench.ts'
import { Side } from './process-pair.ts'
import { profileFlags } from './profile.ts'
import type { Figures, Series } from './series.ts'
import type { Settings } from './settings.ts'
import type { RunReport, Usage } from './side.ts'
import { quantile } from './statistics.ts'

export interface Contestant {
  readonly name: string
  readonly peer: string
  readonly options?: Readonly<Record<string, string>>
  /** Left out of quick runs. */
  readonly isSlow?: boolean
  /** Runs only where it is asked for by name. */
  readonly isHidden?: boolean
}

export interface Contest {
  readonly name: string
  readonly about: string
  /** See `Bench`. */
  readonly isSlow?: boolean
  readonly workload: Job['workload']
  readonly sessions?: number
  readonly contestants: readonly Contestant[]
  /** `together`: both processes on one core, so that no wake-up of another core is measured. */
  readonly cores: 'apart' | 'together'
  /** What the sum over so many messages must be; for turns, over the trips of one session. */
  readonly sumOf: (count: number) => number
  /** Of one unit, where bytes are what counts. */
  readonly unitBytes?: number
}

export function createContest(contest: Contest): Bench {
  const { name, about, isSlow = false } = contest
  return { name, about, isSlow, run: (settings) => runContest(contest, settings) }
}

/** Of each session, so that its opening is a small part. */
const LEAST_TRIPS = 20
/** First run of the warm-up. */
const FIRST_COUNT = 200
/** Time that the busier of the two processes computes before anything counts. */
const WARM_UP_MS = { quick: 800, full: 4000 }

async function runContest(contest: Contest, settings: Settings): Promise<readonly Series[]> {
  const chosen = contest.contestants.filter((one) => isChosen(one, settings))
  const pairs: Pair[] = []
  const figures: Figures[][] = chosen.map(() => [])
  try {
    for (const contestant of chosen) {
      const pair = new Pair(contest, contestant, settings.profile)
      pairs.push(pair)
      await pair.start()
      await pair.warmUp(settings)
    }
    for (let round = 0; round < settings.rounds; round++) {
      for (const [index, pair] of pairs.entries()) figures[index]!.push(await pair.round())
    }
    return chosen.map(({ name }, index) => ({ bench: contest.name, contestant: name, rounds: figures[index]! }))
  } finally {
    for (const pair of pairs) await pair.stop()
  }
}

function isChosen({ name, isSlow, isHidden }: Contestant, { isQuick, contestants }: Settings): boolean {
  if (contestants.length > 0) return contestants.includes(name)
  return isHidden !== true && !(isQuick && isSlow === true)
}

/** The two processes of one contestant. */
export class Pair {
  readonly #contest: Contest
  readonly #contestant: Contestant
  readonly #server: Side
  readonly #client: Side
  #count = FIRST_COUNT

  /** @param profile folder for the profiles of both processes. */
  constructor(contest: Contest, contestant: Contestant, profile?: string) {
    this.#contest = contest
    this.#contestant = contestant
    const title = `${contest.name}, ${contestant.name}`
    const flags = (side: string): string[] =>
      profile === undefined ? [] : profileFlags(profile, `${title}, ${side}`.replaceAll(/\W+/g, '-'))
    this.#server = new Side(`server of ${title}`, 0, flags('server'))
    this.#client = new Side(`client of ${title}`, contest.cores === 'together' ? 0 : 1, flags('client'))
  }

  async start(): Promise<void> {
    const { peer, options = {} } = this.#contestant
    const { workload, sessions = 1 } = this.#contest
    const job: Job = { workload, sessions, options }
    const port = await this.#server.ask<number>({ ask: 'serve', peer, job })
    await this.#client.ask({ ask: 'connect', peer, job, port })
  }

  /**
   * Until the code is compiled, and a round takes as long as it should: by the time that the busier of the two computes, since
   * the time that passes is also other programs'.
   */
  async warmUp({ isQuick, roundMs }: Settings): Promise<void> {
    const { sessions = 1 } = this.#contest
    const least = WARM_UP_MS[isQuick ? 'quick' : 'full']
    const leastCount = sessions === 1 ? 1 : sessions * LEAST_TRIPS
    this.#count = Math.max(FIRST_COUNT, leastCount)
    for (let done = 0; done < least;) {
      const before = await this.#server.ask<Usage>({ ask: 'usage' })
      const { cpuMs } = await this.#run(this.#count)
      const after = await this.#server.ask<Usage>({ ask: 'usage' })
      const busyMs = Math.max(cpuMs, after.cpuMs - before.cpuMs, 0.1)
      done += busyMs
      // Never by leaps: the first runs are slow.
      const wanted = (this.#count * roundMs) / busyMs
      this.#count = Math.round(Math.min(Math.max(wanted, leastCount, this.#count / 4), this.#count * 8))
    }
    this.#count = Math.max(sessions, this.#count - (this.#count % sessions))
  }

  /** One round, as long as the warm-up has found out. */
  round(): Promise<Figures> {
    return this.rounds(this.#count, 1)
  }

  /** The same message count again and again, as one round. */
  async rounds(count: number, times: number): Promise<Figures> {
    const before = await this.#server.ask<Usage>({ ask: 'usage' })
    let [clientMs, ms, messages] = [0, 0, 0]
    let tally: Tally | undefined
    for (let time = 0; time < times; time++) {
      const report = await this.#run(count)
      clientMs += report.cpuMs
      ms += report.ms
      tally = report.tally
      messages += tally.count
    }
    const after = await this.#server.ask<Usage>({ ask: 'usage' })
    const { peakBytes } = await this.#client.ask<Usage>({ ask: 'usage' })
    const clientCpu = (clientMs / messages) * 1000
    const serverCpu = ((after.cpuMs - before.cpuMs) / messages) * 1000
    const perSecond = (messages / ms) * 1000
    const { unitBytes } = this.#contest
    return {
      ...(unitBytes === undefined ? { perSecond } : { megabytes: (perSecond * unitBytes) / 1e6 }),
      cpu: clientCpu + serverCpu,
      clientCpu,
      serverCpu,
      ...tailOf(tally?.latencies),
      peak: (peakBytes + after.peakBytes) / 1e6,
    }
  }

  async #run(count: number): Promise<RunReport> {
    const report = await this.#client.ask<RunReport>({ ask: 'run', count })
    this.#check(count, report.tally)
    return report
  }

  /** @throws WrongAnswer where anything is missing or altered. */
  #check(asked: number, { count, sum }: Tally): void {
    const { sessions = 1, sumOf, name } = this.#contest
    const trips = Math.max(1, Math.round(asked / sessions))
    const title = `${name}, ${this.#contestant.name}`
    if (count !== trips * sessions) {
      throw new WrongAnswer(`${title}: ${trips * sessions} messages were asked for, ${count} arrived whole`)
    }
    if (sum === undefined) return
    const expected = sumOf(trips) * sessions
    if (sum !== expected) throw new WrongAnswer(`${title}: the messages add up to ${sum}, not to ${expected}`)
  }

  async stop(): Promise<void> {
    await Promise.all([this.#client.stop(), this.#server.stop()])
  }
}

function tailOf(latencies: Tally['latencies']): Figures {
  if (latencies === undefined || latencies.length === 0) return {}
  const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)]
  return { p50, p99, tail: p99 / p50 }
}
