/**
 * A conversation whose payloads are numbered, in every way that payloads cross: messages that are answered, messages in a row,
 * streams in both directions. What has arrived anywhere must be a prefix of what was sent, whatever happened between.
 */

import { SteerError, type ErrorCode, type Link, type ServeEntry } from 'coxswain'

import { Echo, Pump, type Item } from '../protocols/session.gen.ts'
import { Relay } from '../protocols/stream.gen.ts'

export interface TalkSize {
  /** Questions, one after another, each answered. */
  readonly asks: number
  /** Messages in a row. */
  readonly items: number
  /** Rounds of a stream up and a stream down. */
  readonly rounds: number
  /** Numbers of each stream. */
  readonly stream: number
  /** Characters in each text. */
  readonly text: number
}

export const SMALL: TalkSize = { asks: 1, items: 2, rounds: 1, stream: 2, text: 8 }
export const MEDIUM: TalkSize = { asks: 5, items: 40, rounds: 3, stream: 20, text: 300 }

/** A flow of numbered payloads, as its reader sees it. */
export class Flow {
  /** How many were handed over for sending. */
  sent = 0
  got = 0
  /** What came and was not the next. */
  readonly wrong: string[] = []
  readonly #text: string

  constructor(text: number) {
    this.#text = 'x'.repeat(text)
  }

  next(): Item {
    const n = this.sent++
    return { n, text: `${n} ${this.#text}` }
  }

  *numbers(count: number): Generator<number> {
    for (let index = 0; index < count; index++) yield this.sent++
  }

  take(item: Item | number): void {
    const n = typeof item === 'number' ? item : item.n
    if (n !== this.got || (typeof item !== 'number' && item.text !== `${n} ${this.#text}`)) {
      this.wrong.push(`${n} came in place of ${this.got}`)
    }
    this.got++
  }

  /** Why this is no prefix of what was sent; undefined where it is one. */
  get fault(): string | undefined {
    return this.wrong[0] ?? (this.got > this.sent ? `${this.got} of ${this.sent} came` : undefined)
  }
}

/** Everything that one conversation counts, on both sides. */
export class Ledger {
  readonly asks: Flow
  readonly replies: Flow
  readonly items: Flow
  readonly up: Flow
  readonly down: Flow
  /** Sessions that the far side was asked for and has been told the end of. */
  served = 0
  ended = 0
  /** How sessions ended that did not come to their end: codes, or what else was thrown. */
  readonly farErrors: string[] = []
  readonly size: TalkSize

  constructor(size: TalkSize) {
    this.size = size
    this.asks = new Flow(size.text)
    this.replies = new Flow(size.text)
    this.items = new Flow(size.text)
    this.up = new Flow(0)
    this.down = new Flow(0)
  }

  /** What was lost, doubled, altered or put in another order. */
  get faults(): string[] {
    const { asks, replies, items, up, down } = this
    return Object.entries({ asks, replies, items, up, down }).flatMap(([name, flow]) =>
      flow.fault === undefined ? [] : [`${name}: ${flow.fault}`],
    )
  }

  /** Whether everything that was handed over has arrived. */
  get isComplete(): boolean {
    const { asks, replies, items, up, down } = this
    return [asks, replies, items, up, down].every((flow) => flow.got === flow.sent)
  }
}

/** What the far side serves. @param current asked for each session, where one listener serves one conversation after another. */
export function serveTalk(current: Ledger | (() => Ledger)): readonly ServeEntry[] {
  const find = (): Ledger => (current instanceof Ledger ? current : current())
  const onSessionEnd = (end: { readonly error?: unknown }): void => {
    const ledger = find()
    ledger.ended++
    if (end.error !== undefined) ledger.farErrors.push(codeOf(end.error))
  }
  return [
    Echo.master.with(
      () => {
        const ledger = find()
        ledger.served++
        return {
          ask: ({ message, send }) => {
            ledger.asks.take(message)
            return send.reply(ledger.replies.next())
          },
        }
      },
      { onSessionEnd },
    ),
    Pump.master.with(
      () => {
        const ledger = find()
        ledger.served++
        return { item: (turn) => ledger.items.take(turn.message) }
      },
      { onSessionEnd },
    ),
    Relay.master.with(
      () => {
        const ledger = find()
        ledger.served++
        return {
          up: async (turn) => {
            for await (const number of turn.stream) ledger.up.take(number)
            const { send } = await turn.end()
            return send.down(ledger.down.numbers(ledger.size.stream))
          },
        }
      },
      { onSessionEnd },
    ),
  ]
}

/** Runs the near side. Returns how each of its sessions ended: `done`, `cancelled`, or the code of its error. */
export async function talk(link: Link, ledger: Ledger): Promise<readonly string[]> {
  const ends = await Promise.allSettled([ask(link, ledger), pump(link, ledger), relay(link, ledger)])
  return ends.map((end) => (end.status === 'fulfilled' ? end.value : codeOf(end.reason)))
}

async function ask(link: Link, { asks, replies, size }: Ledger): Promise<string> {
  for (let count = 0; count < size.asks; count++) {
    const result = await Echo.peer.handle(link, { start: (turn) => turn.send.ask(asks.next()) })
    if (result.outcome === 'cancelled') return 'cancelled'
    replies.take(result.message)
  }
  return 'done'
}

async function pump(link: Link, { items, size }: Ledger): Promise<string> {
  const give = <Move>(send: { item(item: Item): Move; done(): Move }): Move =>
    items.sent < size.items ? send.item(items.next()) : send.done()
  const { outcome } = await Pump.peer.handle(link, {
    start: (turn) => give(turn.send),
    'sent.item': (turn) => give(turn.send),
  })
  return outcome === 'cancelled' ? outcome : 'done'
}

async function relay(link: Link, { up, down, size }: Ledger): Promise<string> {
  let round = 0
  const { outcome } = await Relay.peer.handle(link, {
    start: (turn) => turn.send.up(up.numbers(size.stream)),
    'sent.more': (turn) => turn.send.up(up.numbers(size.stream)),
    down: async (turn) => {
      for await (const number of turn.stream) down.take(number)
      const { send } = await turn.end()
      return ++round < size.rounds ? send.more() : send.enough()
    },
  })
  return outcome === 'cancelled' ? outcome : 'done'
}

/** The code of an error; what is none of the library's is named whole, and counts as a defect. */
export function codeOf(error: unknown): ErrorCode | `not listed: ${string}` {
  return SteerError.is(error) ? error.code : `not listed: ${String(error)}`
}
