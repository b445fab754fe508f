/** `ws` with cbor-x, by hand: one socket message for each message. Without compression, which costs more than it saves here. */

import { Decoder, Encoder } from 'cbor-x'

import type { Reading } from '../protocols/bench.gen.ts'
import { checkOfChunk, chunkAt } from '../workloads/chunk.ts'
import { answerTo, checkOf, readingAt } from '../workloads/reading.ts'
import { Latencies } from './latencies.ts'
import { loadOutside } from './outside.ts'
import { goesInTurns, tripsOf, type Client, type Job, type Server, type Tally } from './peer.ts'

interface Socket {
  readonly bufferedAmount: number
  on(event: 'message', call: (data: Buffer) => void): void
  on(event: 'error', call: (error: Error) => void): void
  off(event: 'message', call: (data: Buffer) => void): void
  once(event: 'open', call: () => void): void
  send(data: Uint8Array, done?: () => void): void
}

interface Ws {
  readonly WebSocket: new (address: string, options: object) => Socket
  readonly WebSocketServer: new (options: object) => {
    on(event: 'connection', call: (socket: Socket) => void): void
    once(event: 'listening', call: () => void): void
    address(): { readonly port: number }
  }
}

const encoder = new Encoder({ useRecords: false, variableMapSize: true, tagUint8Array: false })
const decoder = new Decoder({ useRecords: false, mapsAsObjects: true })
const encode = (value: unknown): Uint8Array => encoder.encode(value)
/** Beyond this the sender waits, as with any stream. */
const BUFFERED_MAX_BYTES = 256 * 1024

export async function serve(job: Job): Promise<Server> {
  const { WebSocketServer } = await loadOutside<Ws>('ws')
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      if (!goesInTurns(job)) {
        produce(socket, job, decoder.decode(data) as number)
        return
      }
      if (job.sessions === 1) socket.send(encode(answerTo(decoder.decode(data) as Reading)))
      else {
        const [session, reading] = decoder.decode(data) as [number, Reading]
        socket.send(encode([session, answerTo(reading)]))
      }
    })
  })
  await new Promise<void>((resolve) => {
    server.once('listening', resolve)
  })
  return { port: server.address().port }
}

function produce(socket: Socket, { workload }: Job, count: number): void {
  let sent = 0
  const pump = (): void => {
    while (sent < count) {
      const message = workload === 'bulk' ? chunkAt(sent) : encode(readingAt(sent))
      sent++
      if (socket.bufferedAmount > BUFFERED_MAX_BYTES) {
        socket.send(message, pump)
        return
      }
      socket.send(message)
    }
  }
  pump()
}

export async function connect(job: Job, port: number): Promise<Client> {
  const { WebSocket } = await loadOutside<Ws>('ws')
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.on('error', reject)
  })
  const run = goesInTurns(job) ? bounce : take
  return { run: (count) => run(socket, job, count) }
}

function take(socket: Socket, { workload }: Job, asked: number): Promise<Tally> {
  return new Promise((resolve) => {
    let count = 0
    let sum = 0
    const onMessage = (data: Buffer): void => {
      sum += workload === 'bulk' ? checkOfChunk(data) : checkOf(decoder.decode(data) as Reading)
      if (++count < asked) return
      socket.off('message', onMessage)
      resolve({ count, sum })
    }
    socket.on('message', onMessage)
    socket.send(encode(asked))
  })
}

function bounce(socket: Socket, job: Job, asked: number): Promise<Tally> {
  return new Promise((resolve) => {
    const trips = tripsOf(job, asked)
    const isAlone = job.sessions === 1
    const latencies = new Latencies(job.sessions)
    const made = new Uint32Array(job.sessions)
    let count = 0
    let sum = 0
    const ask = (session: number): void => {
      const reading = readingAt(made[session]!)
      latencies.begin(session, made[session]!)
      socket.send(encode(isAlone ? reading : [session, reading]))
    }
    const onMessage = (data: Buffer): void => {
      const message = decoder.decode(data) as unknown
      const [session, reading] = isAlone ? [0, message as Reading] : (message as [number, Reading])
      latencies.end(session, made[session]!)
      sum += checkOf(reading)
      made[session]!++
      if (++count === trips * job.sessions) {
        socket.off('message', onMessage)
        resolve({ count, sum, latencies: latencies.values })
      } else if (made[session]! < trips) ask(session)
    }
    socket.on('message', onMessage)
    for (let session = 0; session < job.sessions; session++) ask(session)
  })
}
