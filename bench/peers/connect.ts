/**
 * Connect for Node over HTTP/2, with protobuf-es: its own protocol, binary, without compression. The schema is the descriptor
 * that protoc-gen-es would have written out, made here. Turns are one bidirectional call for each session, calls are
 * unary, over one connection.
 */

import { createServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo } from 'node:net'

import type { Reading } from '../protocols/bench.gen.ts'
import { checkOfChunk, chunkAt } from '../workloads/chunk.ts'
import { answerTo, checkOf, readingAt } from '../workloads/reading.ts'
import { Latencies } from './latencies.ts'
import { loadOutside } from './outside.ts'
import { tripsOf, type Client, type Job, type Server, type Tally } from './peer.ts'
import { callEach } from './unary.ts'

interface Schema {
  readonly kind: string
}

interface Protobuf {
  create(schema: Schema, init: object): object
  createFileRegistry(set: object): {
    getMessage(name: string): Schema | undefined
    getService(name: string): Schema | undefined
  }
}

interface WellKnown {
  readonly FileDescriptorSetSchema: Schema
}

interface Remote {
  feed(request: object): AsyncIterable<object>
  chunks(request: object): AsyncIterable<object>
  talk(requests: AsyncIterable<object>): AsyncIterable<object>
  ask(request: object): Promise<object>
}

interface Connect {
  createClient(service: Schema, transport: object): Remote
}

interface Router {
  service(service: Schema, methods: object): void
}

interface ConnectNode {
  connectNodeAdapter(options: {
    routes: (router: Router) => void
  }): (request: Http2ServerRequest, response: Http2ServerResponse) => void
  createConnectTransport(options: object): object
}

interface Writable extends AsyncIterable<object> {
  write(message: object): Promise<void>
  close(): void
}

interface Iterables {
  createWritableIterable(): Writable
}

const TYPES = { double: 1, string: 9, bytes: 12, uint32: 13 } as const
const SINGLE = 1

interface Tools {
  readonly protobuf: Protobuf
  readonly service: Schema
  make(type: string, init: object): object
}

async function load(): Promise<Tools> {
  const protobuf = await loadOutside<Protobuf>('@bufbuild/protobuf')
  const { FileDescriptorSetSchema } = await loadOutside<WellKnown>('@bufbuild/protobuf/wkt')
  const message = (name: string, fields: Readonly<Record<string, keyof typeof TYPES>>): object => ({
    name,
    field: Object.entries(fields).map(([field, type], index) => ({
      name: field,
      jsonName: field,
      number: index + 1,
      type: TYPES[type],
      label: SINGLE,
    })),
  })
  const method = (name: string, input: string, output: string, kind: 'pull' | 'talk' | 'unary'): object => ({
    name,
    inputType: `.bench.${input}`,
    outputType: `.bench.${output}`,
    clientStreaming: kind === 'talk',
    serverStreaming: kind !== 'unary',
  })
  const file = {
    name: 'bench.proto',
    package: 'bench',
    syntax: 'proto3',
    messageType: [
      message('Ask', { count: 'uint32' }),
      message('Chunk', { data: 'bytes' }),
      message('Reading', {
        sequence: 'uint32',
        service: 'string',
        zone: 'string',
        status: 'string',
        load: 'double',
        memory: 'uint32',
        delay: 'double',
      }),
    ],
    service: [
      {
        name: 'Bench',
        method: [
          method('Feed', 'Ask', 'Reading', 'pull'),
          method('Chunks', 'Ask', 'Chunk', 'pull'),
          method('Talk', 'Reading', 'Reading', 'talk'),
          method('Ask', 'Reading', 'Reading', 'unary'),
        ],
      },
    ],
  }
  const registry = protobuf.createFileRegistry(protobuf.create(FileDescriptorSetSchema, { file: [file] }))
  const service = registry.getService('bench.Bench')!
  return { protobuf, service, make: (type, init) => protobuf.create(registry.getMessage(`bench.${type}`)!, init) }
}

export async function serve(_job: Job): Promise<Server> {
  const { connectNodeAdapter } = await loadOutside<ConnectNode>('@connectrpc/connect-node')
  const { service, make } = await load()
  const routes = (router: Router): void => {
    router.service(service, {
      async *feed({ count }: { readonly count: number }) {
        for (let sequence = 0; sequence < count; sequence++) yield make('Reading', readingAt(sequence))
      },
      async *chunks({ count }: { readonly count: number }) {
        for (let index = 0; index < count; index++) yield make('Chunk', { data: chunkAt(index) })
      },
      async *talk(requests: AsyncIterable<Reading>) {
        for await (const reading of requests) yield make('Reading', answerTo(reading))
      },
      ask: (reading: Reading) => make('Reading', answerTo(reading)),
    })
  }
  const server = createServer({ settings: { maxConcurrentStreams: 100_000 } }, connectNodeAdapter({ routes }))
  await new Promise<void>((resolve) => {
    server.listen({ host: '127.0.0.1', port: 0 }, resolve)
  })
  return { port: (server.address() as AddressInfo).port }
}

export async function connect(job: Job, port: number): Promise<Client> {
  const { createConnectTransport } = await loadOutside<ConnectNode>('@connectrpc/connect-node')
  const { createClient } = await loadOutside<Connect>('@connectrpc/connect')
  const { createWritableIterable } = await loadOutside<Iterables>('@connectrpc/connect/protocol')
  const { service, make } = await load()
  const transport = createConnectTransport({ baseUrl: `http://127.0.0.1:${port}`, httpVersion: '2' })
  const remote = createClient(service, transport)
  const { workload } = job
  const talk: Talk = { remote, make, createRequests: createWritableIterable }
  if (workload === 'turns') return { run: (count) => bounce(talk, job, count) }
  if (workload === 'calls')
    return { run: (count) => callEach((reading) => remote.ask(make('Reading', reading)), job, count) }
  if (workload === 'bulk')
    return {
      run: (count) => take(remote.chunks({ count }), (message) => checkOfChunk((message as { data: Buffer }).data)),
    }
  return { run: (count) => take(remote.feed({ count }), (message) => checkOf(message as Reading)) }
}

async function take(messages: AsyncIterable<object>, check: (message: object) => number): Promise<Tally> {
  let count = 0
  let sum = 0
  for await (const message of messages) {
    count++
    sum += check(message)
  }
  return { count, sum }
}

interface Talk {
  readonly remote: Remote
  readonly make: Tools['make']
  readonly createRequests: () => Writable
}

async function bounce({ remote, make, createRequests }: Talk, job: Job, asked: number): Promise<Tally> {
  const trips = tripsOf(job, asked)
  const latencies = new Latencies(job.sessions)
  let count = 0
  let sum = 0
  const talk = async (session: number): Promise<void> => {
    const requests = createRequests()
    let trip = 0
    const ask = (): void => {
      latencies.begin(session, trip)
      // Resolves when the message is taken; the answer tells that as well.
      requests.write(make('Reading', readingAt(trip))).catch(() => undefined)
    }
    const answers = remote.talk(requests)
    ask()
    for await (const answer of answers) {
      latencies.end(session, trip)
      count++
      sum += checkOf(answer as Reading)
      if (++trip < trips) ask()
      else requests.close()
    }
  }
  await Promise.all(Array.from({ length: job.sessions }, (_, session) => talk(session)))
  return { count, sum, latencies: latencies.values }
}
