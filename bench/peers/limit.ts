/**
 * The limit: raw sockets, a codec written by hand for the one type, messages coalesced into one buffer for each tick. No
 * checks of turns, no windows, no faults: what a program for this one bench would be. Frames are `u32 length ‖ u32 session ‖
 * payload`. With `tls` over TLS.
 */

import type { Socket } from 'node:net'

import { answerTo, checkOf, readingAt } from '../workloads/reading.ts'
import { READING_MAX_BYTES, readReading, writeReading } from './hand-codec.ts'
import { Latencies } from './latencies.ts'
import { tripsOf, unknownJob, type Client, type Job, type Server, type Tally } from './peer.ts'
import { dial, listenOn } from './sockets.ts'

const HEADER_BYTES = 8
/** What is written at once: as much as a socket hands over at once. */
const SLAB_BYTES = 65_536

export async function serve(job: Job): Promise<Server> {
  if (job.workload === 'bulk') throw unknownJob('limit', job)
  const port = await listenOn(job, (socket) => {
    socket.on('error', () => socket.destroy())
    const out = new Slab(socket)
    const frames = new Frames()
    socket.on('data', (chunk: Buffer) => {
      frames.push(chunk, (session, bytes, start, end) => {
        if (job.workload === 'turns') out.add(session, answerTo(readReading(bytes, start, end)))
        else produce(socket, out, session)
      })
      out.flush()
    })
  })
  return { port }
}

function produce(socket: Socket, out: Slab, count: number): void {
  let sent = 0
  const pump = (): void => {
    while (sent < count) {
      do out.add(0, readingAt(sent++))
      while (sent < count && out.hasRoom)
      if (!out.flush() && sent < count) {
        socket.once('drain', pump)
        return
      }
    }
  }
  pump()
}

export async function connect(job: Job, port: number): Promise<Client> {
  const socket = await dial(job, port)
  const run = job.workload === 'turns' ? bounce : take
  return { run: (count) => run(socket, job, count) }
}

function take(socket: Socket, _job: Job, asked: number): Promise<Tally> {
  return new Promise((resolve) => {
    const frames = new Frames()
    let count = 0
    let sum = 0
    const onFrame = (_session: number, bytes: Uint8Array, start: number, end: number): void => {
      count++
      sum += checkOf(readReading(bytes, start, end))
    }
    const onData = (chunk: Buffer): void => {
      frames.push(chunk, onFrame)
      if (count < asked) return
      socket.off('data', onData)
      resolve({ count, sum })
    }
    socket.on('data', onData)
    const request = Buffer.alloc(HEADER_BYTES)
    request.writeUInt32BE(asked, 4)
    socket.write(request)
  })
}

function bounce(socket: Socket, job: Job, asked: number): Promise<Tally> {
  return new Promise((resolve) => {
    const trips = tripsOf(job, asked)
    const latencies = new Latencies(job.sessions)
    const made = new Uint32Array(job.sessions)
    const frames = new Frames()
    const out = new Slab(socket)
    let count = 0
    let sum = 0
    const ask = (session: number): void => {
      latencies.begin(session, made[session]!)
      out.add(session, readingAt(made[session]!))
    }
    const onFrame = (session: number, bytes: Uint8Array, start: number, end: number): void => {
      latencies.end(session, made[session]!)
      count++
      sum += checkOf(readReading(bytes, start, end))
      made[session]!++
      if (made[session]! < trips) ask(session)
    }
    const onData = (chunk: Buffer): void => {
      frames.push(chunk, onFrame)
      out.flush()
      if (count < trips * job.sessions) return
      socket.off('data', onData)
      resolve({ count, sum, latencies: latencies.values })
    }
    socket.on('data', onData)
    for (let session = 0; session < job.sessions; session++) ask(session)
    out.flush()
  })
}

/** Cuts a stream into frames by index; what is left over waits for the next chunk. */
class Frames {
  #tail: Buffer | undefined

  push(piece: Buffer, onFrame: (session: number, bytes: Uint8Array, start: number, end: number) => void): void {
    const chunk = this.#tail === undefined ? piece : Buffer.concat([this.#tail, piece])
    let at = 0
    while (chunk.length - at >= HEADER_BYTES) {
      const start = at + HEADER_BYTES
      const end = start + numberAt(chunk, at)
      if (end > chunk.length) break
      onFrame(numberAt(chunk, at + 4), chunk, start, end)
      at = end
    }
    this.#tail = at === chunk.length ? undefined : chunk.subarray(at)
  }
}

/** Messages of one tick. The buffer is used again where the kernel has taken all of it. */
class Slab {
  readonly #socket: Socket
  #bytes = Buffer.allocUnsafeSlow(SLAB_BYTES)
  #end = 0

  constructor(socket: Socket) {
    this.#socket = socket
  }

  get hasRoom(): boolean {
    return this.#end + HEADER_BYTES + READING_MAX_BYTES <= this.#bytes.length
  }

  add(session: number, reading: Parameters<typeof writeReading>[2]): void {
    if (!this.hasRoom) this.#grow()
    const start = this.#end
    const end = writeReading(this.#bytes, start + HEADER_BYTES, reading)
    putNumber(this.#bytes, start, end - start - HEADER_BYTES)
    putNumber(this.#bytes, start + 4, session)
    this.#end = end
  }

  /** False when the socket wants to be waited for. */
  flush(): boolean {
    if (this.#end === 0) return true
    const goesOn = this.#socket.write(this.#bytes.subarray(0, this.#end))
    if (this.#socket.writableLength > 0) this.#bytes = Buffer.allocUnsafeSlow(this.#bytes.length)
    this.#end = 0
    return goesOn
  }

  #grow(): void {
    const grown = Buffer.allocUnsafeSlow(this.#bytes.length * 2)
    grown.set(this.#bytes.subarray(0, this.#end))
    this.#bytes = grown
  }
}

function numberAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 0x1000000 + ((bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!)
}

function putNumber(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}
