/** Raw sockets with the same bytes again and again, one write for each message: no codec, no sessions. With `tls` over TLS. */

import type { Socket } from 'node:net'

import { ChunkCounter, CHUNK_BYTES, chunkAt } from '../workloads/chunk.ts'
import { readingAt } from '../workloads/reading.ts'
import { READING_MAX_BYTES, writeReading } from './hand-codec.ts'
import { Latencies } from './latencies.ts'
import { unknownJob, type Client, type Job, type Server, type Tally } from './peer.ts'
import { dial, listenOn } from './sockets.ts'

const REQUEST_BYTES = 4

/** A reading with its length, always the same. */
const MESSAGE = ((): Buffer => {
  const bytes = Buffer.alloc(4 + READING_MAX_BYTES)
  const end = writeReading(bytes, 4, readingAt(1000))
  bytes.writeUInt32BE(end - 4, 0)
  return bytes.subarray(0, end)
})()

export async function serve(job: Job): Promise<Server> {
  const port = await listenOn(job, (socket) => {
    socket.on('error', () => socket.destroy())
    if (job.workload === 'turns') echo(socket)
    else socket.on('data', (request: Buffer) => produce(socket, job, request.readUInt32BE(0)))
  })
  return { port }
}

function echo(socket: Socket): void {
  let seen = 0
  socket.on('data', (chunk: Buffer) => {
    for (seen += chunk.length; seen >= MESSAGE.length; seen -= MESSAGE.length) socket.write(MESSAGE)
  })
}

function produce(socket: Socket, { workload }: Job, count: number): void {
  let sent = 0
  const pump = (): void => {
    while (sent < count) {
      const bytes = workload === 'bulk' ? chunkAt(sent) : MESSAGE
      sent++
      if (!socket.write(bytes)) {
        socket.once('drain', pump)
        return
      }
    }
  }
  pump()
}

export async function connect(job: Job, port: number): Promise<Client> {
  const socket = await dial(job, port)
  if (job.workload === 'turns' && job.sessions > 1) throw unknownJob('net', job)
  const run = job.workload === 'turns' ? bounce : job.workload === 'bulk' ? takeChunks : take
  return { run: (count) => run(socket, count) }
}

function request(socket: Socket, count: number): void {
  const bytes = Buffer.alloc(REQUEST_BYTES)
  bytes.writeUInt32BE(count, 0)
  socket.write(bytes)
}

function take(socket: Socket, count: number): Promise<Tally> {
  return new Promise((resolve) => {
    let bytes = 0
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes < count * MESSAGE.length) return
      socket.off('data', onData)
      // What came last has to be the end of a message, unaltered.
      const tail = chunk.subarray(-Math.min(chunk.length, MESSAGE.length))
      const isWhole = bytes % MESSAGE.length === 0 && tail.equals(MESSAGE.subarray(-tail.length))
      resolve({ count: isWhole ? bytes / MESSAGE.length : -1 })
    }
    socket.on('data', onData)
    request(socket, count)
  })
}

function takeChunks(socket: Socket, count: number): Promise<Tally> {
  return new Promise((resolve) => {
    const counter = new ChunkCounter()
    const onData = (chunk: Buffer): void => {
      counter.push(chunk)
      if (counter.bytes < count * CHUNK_BYTES) return
      socket.off('data', onData)
      resolve({ count: counter.bytes / CHUNK_BYTES, sum: counter.sum })
    }
    socket.on('data', onData)
    request(socket, count)
  })
}

function bounce(socket: Socket, count: number): Promise<Tally> {
  return new Promise((resolve) => {
    const latencies = new Latencies(1)
    let trips = 0
    let seen = 0
    const onData = (chunk: Buffer): void => {
      seen += chunk.length
      if (seen < MESSAGE.length) return
      seen -= MESSAGE.length
      latencies.end(0, trips)
      if (++trips === count) {
        socket.off('data', onData)
        resolve({ count: chunk.equals(MESSAGE) && seen === 0 ? trips : -1, latencies: latencies.values })
        return
      }
      latencies.begin(0, trips)
      socket.write(MESSAGE)
    }
    socket.on('data', onData)
    latencies.begin(0, 0)
    socket.write(MESSAGE)
  })
}
