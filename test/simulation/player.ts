/** A program at one end of a session: it plays its part of a script in one of the forms, at its own pace. */

import type { Random } from '../../src/base/random.ts'
import type { ProtocolModel } from '../../src/ir/model.ts'
import type { Role } from '../../src/ir/source.ts'
import type { SimulatedProcess } from '../../src/testing/simulated-clock.ts'
import type { AnyResult, AnySide, AnyState } from './proved-protocol.ts'
import type { LogEntry, Saying, Script } from './script.ts'
import type { Link, PayloadCipher } from '../../src/kernel/index.ts'
import { createSource, readStream } from './stream-ends.ts'
import type { StreamNotes } from './stream-script.ts'

export type Form = 'handlers' | 'direct' | 'turns'

/** How long its handlers and hooks take. */
export type Pace = 'sync' | 'promises' | 'slow' | 'mixed'

/** What a failing program throws. */
export class Boom extends Error {}

export interface PlayerOptions {
  readonly script: Script
  readonly model: ProtocolModel
  readonly role: Role
  readonly pace: Pace
  readonly slowMs: number
  /** What both programs note of the streams of the script. */
  readonly streams: ReadonlyMap<Saying, StreamNotes>
  readonly ciphers: Readonly<Record<string, PayloadCipher>> | undefined
  /** Fails after so many states. */
  readonly failsAfter: number | undefined
  /** Fails between two items, after so many. */
  readonly failsAtItem: number | undefined
  readonly process: SimulatedProcess
  readonly random: Random
}

type Moves = Pick<AnyState, 'send' | 'next'>

export class Player {
  readonly log: LogEntry[] = []
  /** What the library did that no script explains. */
  readonly complaints: string[] = []
  readonly #options: PlayerOptions
  readonly #mine: readonly Saying[]
  readonly #theirs: readonly Saying[]
  #moves = 0
  #arrivals = 0
  #states = 0
  #items = 0
  #session: AnyState['session'] | undefined

  constructor(options: PlayerOptions) {
    this.#options = options
    this.#mine = options.script.messages.filter(({ from }) => from === options.role)
    this.#theirs = options.script.messages.filter(({ from }) => from !== options.role)
  }

  /** Ends the session from outside, if it has shown itself. */
  cancel(reason: string): void {
    this.#session?.cancel(reason)
  }

  /** A function for each state. */
  handlers(session?: AnyState['session']): Readonly<Record<string, (turn: AnyState) => unknown>> {
    this.#session ??= session
    const { states } = this.#options.model.sides[this.#options.role]
    return Object.fromEntries(states.map(({ name }) => [name, (turn: AnyState) => this.#handle(turn)]))
  }

  hooks(): Readonly<Record<string, () => unknown>> {
    const { hooks } = this.#options.model.sides[this.#options.role]
    const hook = (name: string) => (): unknown => {
      this.log.push({ what: 'hook', name })
      return this.#atItsPace(() => undefined)
    }
    return Object.fromEntries([...hooks.keys()].map((name) => [name, hook(name)]))
  }

  /** Plays the whole part of a side that opens the session. */
  async run(side: AnySide, link: Link, form: Form, signal: AbortSignal | undefined): Promise<AnyResult> {
    const { ciphers } = this.#options
    const options = { hooks: this.hooks(), signal, ...(ciphers === undefined ? {} : { ciphers }) }
    if (form === 'handlers') return side.handle(link, this.handlers(), options)
    if (form === 'direct') {
      // As `await using` does, which a program that may fail in the middle is written with.
      const session = await side.open(link, options)
      try {
        return await this.#script(session)
      } finally {
        await session[Symbol.asyncDispose]()
      }
    }
    const turns = side.turns(link, options)
    for await (const state of turns) {
      await this.#atItsPace(() => this.#see(state))
      const moves = state.stream === undefined ? state : await this.#read(state)
      if (moves?.send === undefined) continue
      const move = this.#move(state, moves)
      if (move === undefined) break
      await move()
    }
    return turns.result
  }

  async #script(first: AnyState): Promise<AnyResult> {
    let state = first
    for (;;) {
      if (state.at === 'end') {
        if (state.outcome !== 'cancelled') this.#noteStreamed(state, this.#options.script.messages.at(-1))
        return state as AnyResult
      }
      const current = state
      await this.#atItsPace(() => this.#see(current))
      const moves = current.stream === undefined ? current : await this.#read(current, 'waits')
      if (current.outcome !== undefined) return { outcome: current.outcome }
      if (moves?.send === undefined) {
        state = await (moves?.next as () => Promise<AnyState>)()
        continue
      }
      const move = this.#move(current, moves)
      if (move === undefined) {
        current.session.cancel('the script is over')
        return { outcome: 'cancelled', by: this.#options.role }
      }
      state = (await move()) as AnyState
    }
  }

  #handle(turn: AnyState): unknown {
    this.#see(turn)
    const decide = (moves: Moves | undefined): unknown => {
      if (moves?.send === undefined) return 'seen'
      const move = this.#move(turn, moves)
      if (move !== undefined) return move()
      turn.session.cancel('the script is over')
      return undefined
    }
    return turn.stream === undefined ? this.#atItsPace(() => decide(turn)) : this.#read(turn).then(decide)
  }

  /** Reads the stream of a state, and returns what may be done behind it. */
  #read(state: AnyState, waits?: 'waits'): Promise<Moves | undefined> {
    const saying = this.#theirs[this.#arrivals - 1]
    const notes = saying === undefined ? undefined : this.#options.streams.get(saying)
    const { stream, end } = state
    if (saying?.streamScript === undefined || notes === undefined || stream === undefined || end === undefined)
      throw new Error(`"${state.at}" has a stream where the script has none`)
    const { states } = this.#options.model.sides[this.#options.role]
    const isMine = states.some(({ name, turn }) => name === state.at && turn === 'mine')
    return readStream({ stream, end }, saying.streamScript, notes, {
      between: this.#betweenItems,
      mustWait: isMine || waits === 'waits',
    })
  }

  readonly #betweenItems = (): Promise<void> | undefined => {
    if (++this.#items === this.#options.failsAtItem) throw new Boom('the program fails between two items')
    return this.#atItsPace(() => undefined)
  }

  #see(state: AnyState): void {
    this.#session ??= state.session
    this.#states++
    const own = state.via ?? state.at
    if (own !== 'start' && !own.startsWith('sent.')) {
      const label = own.split('.').at(-1)!.replace(/#\d+$/, '')
      this.log.push({ what: 'receive', name: label, value: state.message })
      const { messages } = this.#options.script
      this.#noteStreamed(state, messages[messages.indexOf(this.#theirs[this.#arrivals++]!) - 1])
    } else this.#noteStreamed(state, own === 'start' ? undefined : this.#mine[this.#moves - 1])
    if (this.#states === this.#options.failsAfter) throw new Boom('the program fails here')
  }

  /** @param before the message before this state: its outcome stands there where it is a stream of this side, and only there. */
  #noteStreamed({ at, streamed }: AnyState, before: Saying | undefined): void {
    const notes = before?.from === this.#options.role ? this.#options.streams.get(before) : undefined
    if (notes !== undefined) notes.source.outcome = streamed
    if ((notes === undefined) !== (streamed === undefined))
      this.complaints.push(`at "${at}" the outcome of a stream is ${String(streamed)}`)
  }

  /** The next move of the script, noted and not made yet; undefined where the script ends. */
  #move(state: AnyState, moves: Moves): (() => unknown) | undefined {
    const next = this.#mine[this.#moves++]
    if (next === undefined) return undefined
    const offered = Object.keys(moves.send as object)
      .sort()
      .join()
    const expected = [...next.options].sort().join()
    if (offered !== expected) this.complaints.push(`at "${state.at}" the moves are ${offered}, expected ${expected}`)
    this.log.push({ what: 'send', name: next.label, value: next.value })
    const send = moves.send?.[next.label]
    if (send === undefined) throw new Error(`"${state.at}" has no move "${next.label}"`)
    const notes = this.#options.streams.get(next)
    if (next.streamScript === undefined || notes === undefined) return () => send(next.value)
    const source = createSource(next.streamScript, notes, this.#betweenItems)
    return () => send(source)
  }

  #atItsPace<T>(work: () => T): T | Promise<T> {
    const { pace, random, process, slowMs } = this.#options
    const now = pace === 'mixed' ? random.pick(['sync', 'promises', 'slow'] as const) : pace
    if (now === 'sync') return work()
    if (now === 'promises') return Promise.resolve().then(work)
    return new Promise<void>((resolve) => {
      process.after(random.integer(1, slowMs), resolve)
    }).then(work)
  }
}
