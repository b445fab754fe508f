/**
 * @grpc/grpc-js with protobufjs' compiled codecs, called directly: faster than what @grpc/proto-loader makes of them, which
 * converts each message to a plain object and back. Streams of readings and chunks come from the server; turns are one
 * bidirectional call for each session, calls are unary, all over one channel.
 */

import type { Reading } from '../protocols/bench.gen.ts'
import { checkOfChunk, chunkAt } from '../workloads/chunk.ts'
import { answerTo, checkOf, readingAt } from '../workloads/reading.ts'
import { Latencies } from './latencies.ts'
import { loadOutside } from './outside.ts'
import { tripsOf, type Client, type Job, type Server, type Tally } from './peer.ts'
import { callEach } from './unary.ts'

/** The messages in the language of protobuf. Numbers are `uint32`: 64 bits would cost this peer a class for each of them. */
export const PROTO = `syntax = "proto3";
package bench;
message Ask { uint32 count = 1; }
message Chunk { bytes data = 1; }
message Reading {
  uint32 sequence = 1; string service = 2; string zone = 3; string status = 4; double load = 5; uint32 memory = 6; double delay = 7;
}`

interface Type {
  encode(message: object): { finish(): Uint8Array }
  decode(bytes: Uint8Array): object
}

interface Protobuf {
  readonly default: { parse(text: string): { readonly root: { lookupType(name: string): Type } } }
}

/** A call, seen from either end. */
interface Call {
  readonly request: object
  on(event: 'data', call: (message: object) => void): void
  on(event: 'end', call: () => void): void
  on(event: 'error', call: (error: Error) => void): void
  once(event: 'drain', call: () => void): void
  write(message: object): boolean
  end(): void
}

interface Method {
  readonly path: string
  readonly requestStream: boolean
  readonly responseStream: boolean
  readonly requestSerialize: (message: object) => Buffer
  readonly requestDeserialize: (bytes: Buffer) => object
  readonly responseSerialize: (message: object) => Buffer
  readonly responseDeserialize: (bytes: Buffer) => object
}

interface Remote {
  waitForReady(deadline: number, done: (error?: Error) => void): void
  feed(request: object): Call
  chunks(request: object): Call
  talk(): Call
  ask(reading: object, done: (error: Error | null, answer: object) => void): void
}

interface Grpc {
  readonly Server: new (options: object) => {
    addService(
      methods: Readonly<Record<string, Method>>,
      calls: Readonly<Record<string, (call: Call, done: (error: null, answer: object) => void) => void>>,
    ): void
    bindAsync(address: string, credentials: object, done: (error: Error | null, port: number) => void): void
  }
  readonly ServerCredentials: { createInsecure(): object }
  readonly credentials: { createInsecure(): object }
  makeGenericClientConstructor(
    methods: Readonly<Record<string, Method>>,
    name: string,
  ): new (address: string, credentials: object, options: object) => Remote
}

const OPTIONS = {
  'grpc.max_concurrent_streams': 100_000,
  'grpc.max_receive_message_length': -1,
  // A connection for each client, where all clients of a process would share one: the memory of connections is asked for.
  'grpc.use_local_subchannel_pool': 1,
}
const READY_MS = 10_000

async function load(): Promise<{ readonly grpc: Grpc; readonly methods: Readonly<Record<string, Method>> }> {
  const grpc = await loadOutside<Grpc>('@grpc/grpc-js')
  const { root } = (await loadOutside<Protobuf>('protobufjs')).default.parse(PROTO)
  const method = (name: string, request: string, response: string, kind: 'pull' | 'talk' | 'unary'): Method => {
    const [input, output] = [root.lookupType(`bench.${request}`), root.lookupType(`bench.${response}`)]
    return {
      path: `/bench.Bench/${name}`,
      requestStream: kind === 'talk',
      responseStream: kind !== 'unary',
      requestSerialize: (message) => input.encode(message).finish() as Buffer,
      requestDeserialize: (bytes) => input.decode(bytes),
      responseSerialize: (message) => output.encode(message).finish() as Buffer,
      responseDeserialize: (bytes) => output.decode(bytes),
    }
  }
  const methods = {
    feed: method('Feed', 'Ask', 'Reading', 'pull'),
    chunks: method('Chunks', 'Ask', 'Chunk', 'pull'),
    talk: method('Talk', 'Reading', 'Reading', 'talk'),
    ask: method('Ask', 'Reading', 'Reading', 'unary'),
  }
  return { grpc, methods }
}

export async function serve(_job: Job): Promise<Server> {
  const { grpc, methods } = await load()
  const server = new grpc.Server(OPTIONS)
  server.addService(methods, {
    feed: (call) => produce(call, readingAt),
    chunks: (call) => produce(call, (index) => ({ data: chunkAt(index) })),
    talk: (call) => {
      call.on('data', (message) => call.write(answerTo(message as Reading)))
      call.on('end', () => call.end())
    },
    ask: ({ request }, done) => done(null, answerTo(request as Reading)),
  })
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound)
      else reject(error)
    })
  })
  return { port }
}

function produce(call: Call, make: (index: number) => object): void {
  const { count } = call.request as { readonly count: number }
  let sent = 0
  const pump = (): void => {
    while (sent < count) {
      if (!call.write(make(sent++))) {
        call.once('drain', pump)
        return
      }
    }
    call.end()
  }
  pump()
}

export async function connect(job: Job, port: number): Promise<Client> {
  const { grpc, methods } = await load()
  const Remote = grpc.makeGenericClientConstructor(methods, 'Bench')
  const remote = new Remote(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), OPTIONS)
  // It connects when it is first used, or asked to.
  await new Promise<void>((resolve, reject) => {
    remote.waitForReady(Date.now() + READY_MS, (error) => (error === undefined ? resolve() : reject(error)))
  })
  const { workload } = job
  if (workload === 'turns') return { run: (count) => bounce(remote, job, count) }
  if (workload === 'calls') {
    const ask = (reading: Reading): Promise<object> =>
      new Promise((resolve, reject) => {
        remote.ask(reading, (error, answer) => (error === null ? resolve(answer) : reject(error)))
      })
    return { run: (count) => callEach(ask, job, count) }
  }
  if (workload === 'bulk')
    return {
      run: (count) => take(remote.chunks({ count }), (message) => checkOfChunk((message as { data: Buffer }).data)),
    }
  return { run: (count) => take(remote.feed({ count }), (message) => checkOf(message as Reading)) }
}

function take(call: Call, check: (message: object) => number): Promise<Tally> {
  return new Promise((resolve, reject) => {
    let count = 0
    let sum = 0
    call.on('error', reject)
    call.on('data', (message) => {
      count++
      sum += check(message)
    })
    call.on('end', () => resolve({ count, sum }))
  })
}

async function bounce(remote: Remote, job: Job, asked: number): Promise<Tally> {
  const trips = tripsOf(job, asked)
  const latencies = new Latencies(job.sessions)
  let count = 0
  let sum = 0
  const talk = (session: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const call = remote.talk()
      let trip = 0
      call.on('error', reject)
      call.on('end', resolve)
      call.on('data', (message) => {
        latencies.end(session, trip)
        count++
        sum += checkOf(message as Reading)
        if (++trip === trips) {
          call.end()
          return
        }
        latencies.begin(session, trip)
        call.write(readingAt(trip))
      })
      latencies.begin(session, 0)
      call.write(readingAt(0))
    })
  await Promise.all(Array.from({ length: job.sessions }, (_, session) => talk(session)))
  return { count, sum, latencies: latencies.values }
}
