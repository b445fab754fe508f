/** tRPC over a WebSocket: subscriptions for streams, queries for turns, all over one socket. */

import { checkOf, answerTo, readingAt } from '../workloads/reading.ts'
import type { Reading } from '../protocols/bench.gen.ts'
import { loadOutside } from './outside.ts'
import { goesInTurns, unknownJob, type Client, type Job, type Server, type Tally } from './peer.ts'
import { callEach } from './unary.ts'

interface Procedure {
  input(parse: (value: unknown) => unknown): Procedure
  query(call: (options: { readonly input: unknown }) => unknown): object
  subscription(call: (options: { readonly input: unknown }) => AsyncGenerator): object
}

interface TrpcServer {
  readonly initTRPC: { create(): { readonly procedure: Procedure; router(procedures: object): object } }
}

interface WsAdapter {
  applyWSSHandler(options: object): object
}

interface Ws {
  readonly WebSocket: unknown
  readonly WebSocketServer: new (options: object) => {
    once(event: 'listening', call: () => void): void
    address(): { readonly port: number }
  }
}

interface Remote {
  readonly feed: { subscribe(count: number, events: object): { unsubscribe(): void } }
  readonly ask: { query(reading: Reading): Promise<Reading> }
}

interface TrpcClient {
  createWSClient(options: object): object
  wsLink(options: object): object
  createTRPCClient(options: object): Remote
}

export async function serve(_job: Job): Promise<Server> {
  const { initTRPC } = await loadOutside<TrpcServer>('@trpc/server')
  const { applyWSSHandler } = await loadOutside<WsAdapter>('@trpc/server/adapters/ws')
  const { WebSocketServer } = await loadOutside<Ws>('ws')
  const { procedure, router: createRouter } = initTRPC.create()
  const router = createRouter({
    feed: procedure
      .input((value) => value)
      .subscription(async function* ({ input }) {
        for (let sequence = 0; sequence < (input as number); sequence++) yield readingAt(sequence)
      }),
    ask: procedure.input((value) => value).query(({ input }) => answerTo(input as Reading)),
  })
  const wss = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  applyWSSHandler({ wss, router })
  await new Promise<void>((resolve) => {
    wss.once('listening', resolve)
  })
  return { port: wss.address().port }
}

export async function connect(job: Job, port: number): Promise<Client> {
  if (job.workload === 'bulk') throw unknownJob('trpc', job)
  const { createTRPCClient, createWSClient, wsLink } = await loadOutside<TrpcClient>('@trpc/client')
  const { WebSocket } = await loadOutside<Ws>('ws')
  const client = createWSClient({ url: `ws://127.0.0.1:${port}`, WebSocket })
  const remote = createTRPCClient({ links: [wsLink({ client })] })
  return {
    run: (count) =>
      goesInTurns(job) ? callEach((reading) => remote.ask.query(reading), job, count) : take(remote, count),
  }
}

function take(remote: Remote, asked: number): Promise<Tally> {
  return new Promise((resolve, reject) => {
    let count = 0
    let sum = 0
    remote.feed.subscribe(asked, {
      onData: (reading: Reading) => {
        count++
        sum += checkOf(reading)
      },
      onComplete: () => resolve({ count, sum }),
      onError: reject,
    })
  })
}
