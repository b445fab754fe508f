/** Connections of a simulation: transports whose bytes travel as the conditions say, and which tests can cut and silence. */

import type { Random } from '../base/random.ts'
import type { Transport, TransportSink } from '../wire/transport.ts'
import type { NetworkConditions } from './network-conditions.ts'
import type { SimulatedProcess } from './simulated-clock.ts'

/** The end that dialled, or the other one. */
export type End = 'first' | 'second'

/** Changes bytes on their way: what it returns arrives in place of what was written. */
export type Tamper = (bytes: Uint8Array) => Uint8Array

/** A connection as the network sees it. */
export class SimulatedConnection {
  readonly first: SimulatedTransport
  readonly second: SimulatedTransport

  constructor(processes: Readonly<Record<End, SimulatedProcess>>, conditions: NetworkConditions, random: Random) {
    const toSecond = new Direction(processes.second, conditions, random.fork())
    const toFirst = new Direction(processes.first, conditions, random.fork())
    this.first = new SimulatedTransport(processes.first, toSecond, random.fork())
    this.second = new SimulatedTransport(processes.second, toFirst, random.fork())
    toSecond.join(this.first, this.second)
    toFirst.join(this.second, this.first)
  }

  /** Both ends have let go of the connection. */
  get closed(): boolean {
    return this.first.closed && this.second.closed
  }

  /** Something in between ends it: orderly, behind what is on its way, or at once, so that what is on its way is lost. */
  cut(how: 'end' | 'reset'): void {
    for (const { outgoing } of [this.first, this.second]) {
      if (how === 'end') outgoing.endEarly()
      else outgoing.reset()
    }
  }

  /** From now on nothing arrives, in neither direction; nobody is told. Bytes wait to be delivered after `heal`. */
  partition(): void {
    this.first.outgoing.pause()
    this.second.outgoing.pause()
  }

  heal(): void {
    this.first.outgoing.resume()
    this.second.outgoing.resume()
  }

  /** That end stops reading, until `resume`. */
  pauseReader(end: End): void {
    this.#directionTo(end).pause()
  }

  resumeReader(end: End): void {
    this.#directionTo(end).resume()
  }

  /** Alters what that end is sent from now on. */
  tamper(end: End, tamper: Tamper | undefined): void {
    this.#directionTo(end).tamper = tamper
  }

  #directionTo(end: End): Direction {
    return end === 'second' ? this.first.outgoing : this.second.outgoing
  }
}

export class SimulatedTransport implements Transport {
  readonly remoteAddress = undefined
  readonly outgoing: Direction
  /** Set by the connection. */
  incoming!: Direction
  readonly #process: SimulatedProcess
  readonly #random: Random
  #sink: TransportSink | undefined
  #endReceived = false
  closed = false

  constructor(process: SimulatedProcess, outgoing: Direction, random: Random) {
    this.#process = process
    this.#random = random
    this.outgoing = outgoing
  }

  get pendingBytes(): number {
    return this.outgoing.waitingBytes
  }

  get started(): boolean {
    return this.#sink !== undefined
  }

  start(sink: TransportSink): void {
    this.#sink = sink
    this.incoming.resume()
  }

  write(bytes: Uint8Array): boolean {
    return !this.closed && this.outgoing.write(bytes)
  }

  end(): void {
    if (!this.closed) this.outgoing.end()
    this.#closeIfDone()
  }

  /** The kernel sends on what it has taken, or forgets it: which of the two is not the program's to say. */
  destroy(): void {
    if (this.closed) return
    if (this.outgoing.ended || this.#random.chance(0.5)) this.outgoing.endEarly()
    else this.outgoing.reset()
    this.#close(undefined)
  }

  /** What the other end wrote. To a closed end it is answered as a kernel does, with a reset. */
  receive(bytes: Uint8Array): void {
    if (this.closed) {
      this.outgoing.reset()
      return
    }
    this.#sink?.data(bytes)
    // Whoever keeps the bytes beyond the call finds them changed, as in a socket's buffer.
    bytes.fill(0xaa)
  }

  receiveEnd(): void {
    if (this.closed || this.#endReceived) return
    this.#endReceived = true
    this.#sink?.ended()
    this.#closeIfDone()
  }

  receiveReset(): void {
    this.outgoing.forget()
    this.#close(new Error('the simulated connection was reset'))
  }

  /** Everything of this direction has left. */
  drained(): void {
    this.#closeIfDone()
    if (!this.closed) this.#process.deliver(0, () => this.#sink?.drained())
  }

  #closeIfDone(): void {
    if (this.#endReceived && this.outgoing.ended && this.outgoing.waitingBytes === 0) this.#close(undefined)
  }

  #close(error: Error | undefined): void {
    if (this.closed) return
    this.closed = true
    this.#process.deliver(0, () => this.#sink?.transportClosed(error))
  }
}

/** A piece on its way; the end of the direction is the last one. */
interface Piece {
  readonly bytes: Uint8Array | 'end'
  readonly arrivesMs: number
}

/** One direction of a connection. Bytes wait at the writer, are on their way, and arrive. */
class Direction {
  readonly #process: SimulatedProcess
  readonly #conditions: NetworkConditions
  readonly #random: Random
  /** Who writes and who reads: set by `join`, before anything else. */
  #source!: SimulatedTransport
  #target!: SimulatedTransport
  tamper: Tamper | undefined
  waitingBytes = 0
  /** The writer has ended it, or the network has. */
  ended = false
  #endSent = false
  #waiting: Uint8Array[] = []
  #flight: Piece[] = []
  #flightBytes = 0
  #arrivesMs = 0
  #paused = false
  /** A reset overtakes everything but a pause. */
  #isReset = false

  constructor(process: SimulatedProcess, conditions: NetworkConditions, random: Random) {
    this.#process = process
    this.#conditions = conditions
    this.#random = random
  }

  join(source: SimulatedTransport, target: SimulatedTransport): void {
    this.#source = source
    this.#target = target
    target.incoming = this
  }

  /** True when the bytes have been copied, so that their memory may be used again. */
  write(bytes: Uint8Array): boolean {
    if (this.ended) return false
    this.#waiting.push(bytes)
    this.waitingBytes += bytes.length
    this.#launch()
    return this.waitingBytes === 0
  }

  end(): void {
    if (this.ended) return
    this.ended = true
    this.#launch()
  }

  /** Ends it behind what is on its way; what waits at the writer is lost. */
  endEarly(): void {
    this.#dropWaiting()
    this.ended = true
    this.#launch()
  }

  /** Drops everything, and tells the reader as soon as the way is clear. */
  reset(): void {
    this.#dropWaiting()
    this.#flight = []
    this.ended = true
    if (this.#isReset) return
    this.#isReset = true
    this.#process.deliver(this.#random.integer(...this.#conditions.latencyMs), this.#arrive)
  }

  /** The writer is gone and nobody is told. */
  forget(): void {
    this.#dropWaiting()
    this.ended = true
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#process.deliver(this.#random.integer(...this.#conditions.latencyMs), this.#arrive)
  }

  #dropWaiting(): void {
    this.#waiting = []
    this.waitingBytes = 0
  }

  /** Sends on what fits. */
  #launch(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const room = this.#conditions.bufferBytes - this.#flightBytes
      if (room <= 0) return
      // Not `slice`, which for a Buffer is a view.
      const copy = new Uint8Array(next.subarray(0, room))
      this.waitingBytes -= copy.length
      if (copy.length === next.length) this.#waiting.shift()
      else this.#waiting[0] = next.subarray(room)
      for (const piece of this.#split(this.tamper?.(copy) ?? copy)) this.#send(piece)
    }
    if (!this.ended || this.#endSent) return
    this.#endSent = true
    this.#send('end')
  }

  #split(bytes: Uint8Array): Uint8Array[] {
    const pieces: Uint8Array[] = []
    let rest = new Uint8Array(bytes)
    while (rest.length > 1 && pieces.length < 8 && this.#random.chance(this.#conditions.splitChance)) {
      // Short pieces find more than long ones: a header is a few bytes.
      const most = this.#random.chance(0.5) ? Math.min(8, rest.length - 1) : rest.length - 1
      const length = this.#random.integer(1, most)
      pieces.push(rest.slice(0, length))
      rest = rest.slice(length)
    }
    return rest.length === 0 ? pieces : [...pieces, rest]
  }

  #send(bytes: Uint8Array | 'end'): void {
    const { latencyMs, stallChance, stallMs, bytesPerMs } = this.#conditions
    const length = bytes === 'end' ? 0 : bytes.length
    const nowMs = this.#process.now()
    let onTheWayMs = this.#random.integer(...latencyMs)
    if (this.#random.chance(stallChance)) onTheWayMs += this.#random.integer(...stallMs)
    // Whole milliseconds, so that the event of a piece is never a rounding error before the piece.
    this.#arrivesMs = Math.ceil(Math.max(this.#arrivesMs, nowMs + onTheWayMs) + length / bytesPerMs)
    this.#flight.push({ bytes, arrivesMs: this.#arrivesMs })
    this.#flightBytes += length
    this.#process.deliver(this.#arrivesMs - nowMs, this.#arrive)
  }

  /** Delivers what is due: one piece, or several that are read at once. */
  readonly #arrive = (): void => {
    if (this.#paused || !this.#target.started) return
    if (this.#isReset) {
      this.#target.receiveReset()
      return
    }
    const due: Uint8Array[] = []
    let next = this.#takeDue()
    while (next !== undefined && next !== 'end') {
      due.push(next)
      if (!this.#random.chance(this.#conditions.mergeChance)) break
      next = this.#takeDue()
    }
    if (due.length > 0) this.#target.receive(due.length === 1 ? due[0]! : concatenate(due))
    this.#afterArrival(next === 'end')
  }

  #takeDue(): Uint8Array | 'end' | undefined {
    const head = this.#flight[0]
    if (head === undefined || head.arrivesMs > this.#process.now()) return undefined
    this.#flight.shift()
    if (head.bytes !== 'end') this.#flightBytes -= head.bytes.length
    return head.bytes
  }

  #afterArrival(isEnd: boolean): void {
    if (isEnd) this.#target.receiveEnd()
    if (this.#isReset) return
    const hadWaiting = this.waitingBytes > 0
    if (hadWaiting) this.#launch()
    if (hadWaiting && this.waitingBytes === 0) this.#source.drained()
    // After a pause, or where reading went slower than arriving, more may be due than there are events for.
    const head = this.#flight[0]
    if (head !== undefined && head.arrivesMs <= this.#process.now()) this.#process.deliver(0, this.#arrive)
  }
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let offset = 0
  for (const piece of pieces) {
    whole.set(piece, offset)
    offset += piece.length
  }
  return whole
}
