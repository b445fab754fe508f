/**
 * Encrypted links over a network that breaks them, one after another for as long as it is told: conversations whose payloads
 * are counted, streams, cancels in the middle of them, and every fault of `test/chaos`.
 */

import { connect, listen, type Link, type Listener } from 'coxswain'

import { createRandom, type Random } from '../../src/base/random.ts'
import { drawTrial } from '../chaos/draw.ts'
import { describeFault, isGentle, type Fault } from '../chaos/faults.ts'
import { createProxy, type Proxy } from '../chaos/proxy.ts'
import { codeOf, Ledger, MEDIUM, serveTalk, talk } from '../chaos/talk.ts'
import { QUICK } from '../chaos/trial.ts'
import { Ticker, type Item } from '../protocols/session.gen.ts'
import { Drop } from '../protocols/stream.gen.ts'
import { KEY } from '../secure/pairs.ts'
import { readHolding, type Holding } from './readings.ts'

const SECURITY = { key: KEY }
const WORKERS = 8

export interface FaultSoakOptions {
  readonly seconds: number
  readonly seed: number
  /** Called about every ten seconds. */
  readonly onProgress?: ((counts: Counts) => void) | undefined
}

export interface Counts {
  links: number
  faults: number
  sessions: number
  /** Sessions that a fault ended. */
  broken: number
  cancels: number
  bytes: number
}

export interface FaultSoakResult {
  readonly counts: Counts
  /** What was lost, doubled, altered, or ended in something that is not listed. */
  readonly defects: readonly string[]
  /** After the first fifth, and when it is over; nothing is open at either. */
  readonly before: Holding
  readonly after: Holding
}

export async function soakWithFaults({ seconds, seed, onProgress }: FaultSoakOptions): Promise<FaultSoakResult> {
  const soak = new Soak(seed)
  await soak.run(seconds / 5, onProgress)
  const before = await readHolding()
  await soak.run((seconds * 4) / 5, onProgress)
  const after = await readHolding()
  return { counts: soak.counts, defects: soak.defects, before, after }
}

class Soak {
  readonly counts: Counts = { links: 0, faults: 0, sessions: 0, broken: 0, cancels: 0, bytes: 0 }
  readonly defects: string[] = []
  readonly #random: Random

  constructor(seed: number) {
    this.#random = createRandom(seed)
  }

  /** Returns when the time is up and everything is closed. */
  async run(seconds: number, onProgress: FaultSoakOptions['onProgress']): Promise<void> {
    const until = performance.now() + seconds * 1000
    const timer = setInterval(() => onProgress?.(this.counts), 10_000)
    await Promise.all(Array.from({ length: WORKERS }, () => this.#work(until)))
    clearInterval(timer)
  }

  /** One listener, and one connection after another. */
  async #work(until: number): Promise<void> {
    let ledger = new Ledger(MEDIUM)
    const far = new Set<Link>()
    const server = await listen({
      port: 0,
      security: SECURITY,
      limits: QUICK,
      serve: [...serveTalk(() => ledger), ...CANCELLED],
      onLink: (link) => far.add(link),
    })
    while (performance.now() < until && this.defects.length < 20) {
      ledger = new Ledger(MEDIUM)
      const seed = this.#random.integer(0, 2 ** 31)
      // A third of the links meet nothing.
      const fault = this.#random.chance(1 / 3) ? undefined : drawTrial(seed).fault
      const proxy = await createProxy({ port: server.port ?? 0, wire: 'secure', fault })
      await this.#converse(proxy, ledger, fault)
      await Promise.all([...far].map((link) => link.closed))
      far.clear()
      await proxy.close()
      this.#judge(server, ledger, fault)
    }
    await server.close({ deadlineMs: 0 })
  }

  async #converse(proxy: Proxy, ledger: Ledger, fault: Fault | undefined): Promise<void> {
    this.counts.links++
    let link: Link
    try {
      link = await connect({ port: proxy.port, security: SECURITY, limits: QUICK })
    } catch (error) {
      this.#saw(codeOf(error), fault)
      return
    }
    const ends = await Promise.all([talk(link, ledger), this.#cancel(link)])
    for (const end of ends.flat()) this.#saw(end, fault)
    await link.close()
    const { error } = await link.closed
    if (error !== undefined) this.#saw(codeOf(error), fault)
    if (proxy.fired) this.counts.faults++
    for (const chunk of [...proxy.sent.initiator, ...proxy.sent.responder]) this.counts.bytes += chunk.length
    const isWhole = !proxy.fired || (fault !== undefined && isGentle(fault))
    if (isWhole && ends[0].some((end) => end !== 'done')) this.defects.push(`without a fault: ${ends[0].join(', ')}`)
  }

  /** Two sessions that are cancelled while they move: a loop by a signal, a stream by its session. */
  async #cancel(link: Link): Promise<readonly string[]> {
    const random = this.#random.fork()
    const controller = new AbortController()
    let left = random.integer(1, 30)
    const tick = <Move>(send: { tick(item: Item): Move }): Move => {
      if (left-- === 0) controller.abort('enough')
      return send.tick({ n: left, text: 'cancelled' })
    }
    const looping = Ticker.master.handle(
      link,
      { start: (turn) => tick(turn.send), reply: (turn) => tick(turn.send) },
      { signal: controller.signal },
    )
    const ends = await Promise.allSettled([looping, stream(link, random.integer(1, 30))])
    return ends.map((end) => {
      if (end.status === 'rejected' && end.reason !== 'enough') return codeOf(end.reason)
      this.counts.cancels++
      return 'cancelled'
    })
  }

  #saw(end: string, fault: Fault | undefined): void {
    this.counts.sessions++
    if (end === 'done' || end === 'cancelled') return
    this.counts.broken++
    if (LISTED.has(end)) return
    this.defects.push(`${end} under ${fault === undefined ? 'no fault' : describeFault(fault)}`)
  }

  #judge(server: Listener, ledger: Ledger, fault: Fault | undefined): void {
    const where = fault === undefined ? 'no fault' : describeFault(fault)
    for (const what of ledger.faults) this.defects.push(`${what} under ${where}`)
    for (const end of ledger.farErrors) if (!LISTED.has(end)) this.defects.push(`${end} under ${where}`)
    if (ledger.served !== ledger.ended) this.defects.push(`a session was served and did not end, under ${where}`)
    if (server.links.size > 0) this.defects.push(`a link is left, under ${where}`)
  }
}

/** What a network can do to a secure link. */
const LISTED: ReadonlySet<string> = new Set([
  'handshake_failed',
  'deadline_exceeded',
  'truncated',
  'unavailable',
  'channel_corrupt',
])

/** Streams so many numbers, and cancels in place of the next. */
async function stream(link: Link, count: number): Promise<void> {
  const { send, session } = await Drop.peer.open(link)
  const numbers = function* (): Generator<number> {
    for (let number = 0; ; number++) {
      if (number === count) session.cancel('enough')
      yield number
    }
  }
  await send.numbers(numbers())
}

/** What the cancelled sessions meet. */
const CANCELLED = [
  Ticker.peer.with({ tick: (turn) => turn.send.reply(turn.message) }),
  Drop.master.with({
    numbers: async (turn) => {
      for await (const _ of turn.stream);
    },
  }),
]
