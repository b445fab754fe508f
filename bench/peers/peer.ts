/** What every peer of a bench is: a server and a client that run in processes of their own. */

/** What a pair of processes is to do. */
export interface Job {
  /**
   * `stream`: the client asks for so many readings. `turns`: readings go back and forth. `calls`: the same, where each question
   * with its answer is a conversation of its own. `bulk`: the client asks for chunks.
   */
  readonly workload: 'stream' | 'turns' | 'calls' | 'bulk'
  /** Of `turns` and `calls`: how many go on at once, over one connection. */
  readonly sessions: number
  /** Of the peer's own. */
  readonly options: Readonly<Record<string, string>>
}

/** What the client saw. */
export interface Tally {
  readonly count: number
  /** The sum of what was read out of each message; absent where a peer sends the same bytes again and again. */
  readonly sum?: number | undefined
  /** Of some of the round trips, in µs. */
  readonly latencies?: readonly number[] | undefined
}

export interface Server {
  readonly port: number
}

export interface Client {
  /** So many messages, chunks, or round trips of all sessions together. */
  run(count: number): Promise<Tally>
}

export interface Peer {
  serve(job: Job): Promise<Server>
  connect(job: Job, port: number): Promise<Client>
}

/** How many round trips each session makes. */
export function tripsOf(job: Job, count: number): number {
  return Math.max(1, Math.round(count / job.sessions))
}

/** Where nothing has to be opened for a call, it is a turn. */
export function goesInTurns({ workload }: Job): boolean {
  return workload === 'turns' || workload === 'calls'
}

export function unknownJob(peer: string, job: Job): Error {
  return new Error(`${peer} has no ${job.workload}`)
}
