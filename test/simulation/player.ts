/** A program at one end of a session: it plays its part of a script in one of the forms, at its own pace. */

import type { Random } from '../../src/base/random.ts'
import type { ProtocolModel } from '../../src/ir/model.ts'
import type { Role } from '../../src/ir/source.ts'
import type { SimulatedProcess } from '../../src/testing/simulated-clock.ts'
import type { AnyResult, AnySide, AnyState } from './proved-protocol.ts'
import type { LogEntry, Saying, Script } from './script.ts'
import type { Link } from '../../src/kernel/index.ts'

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
  /** Fails after so many states. */
  readonly failsAfter: number | undefined
  readonly process: SimulatedProcess
  readonly random: Random
}

export class Player {
  readonly log: LogEntry[] = []
  /** What the library did that no script explains. */
  readonly complaints: string[] = []
  readonly #options: PlayerOptions
  readonly #mine: readonly Saying[]
  #moves = 0
  #states = 0
  #session: AnyState['session'] | undefined

  constructor(options: PlayerOptions) {
    this.#options = options
    this.#mine = options.script.messages.filter(({ from }) => from === options.role)
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
    const options = { hooks: this.hooks(), signal }
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
      if (state.send === undefined) continue
      const move = this.#move(state)
      if (move === undefined) break
      await move()
    }
    return turns.result
  }

  async #script(first: AnyState): Promise<AnyResult> {
    let state = first
    for (;;) {
      if (state.at === 'end') return state as AnyResult
      const current = state
      await this.#atItsPace(() => this.#see(current))
      if (current.outcome !== undefined) return { outcome: current.outcome }
      if (current.send === undefined) {
        state = await (current.next as () => Promise<AnyState>)()
        continue
      }
      const move = this.#move(current)
      if (move === undefined) {
        current.session.cancel('the script is over')
        return { outcome: 'cancelled', by: this.#options.role }
      }
      state = (await move()) as AnyState
    }
  }

  #handle(turn: AnyState): unknown {
    this.#see(turn)
    return this.#atItsPace(() => {
      if (turn.send === undefined) return 'seen'
      const move = this.#move(turn)
      if (move !== undefined) return move()
      turn.session.cancel('the script is over')
      return undefined
    })
  }

  #see(state: AnyState): void {
    this.#session ??= state.session
    this.#states++
    const own = state.via ?? state.at
    if (own !== 'start' && !own.startsWith('sent.')) {
      const label = own.split('.').at(-1)!.replace(/#\d+$/, '')
      this.log.push({ what: 'receive', name: label, value: state.message })
    }
    if (this.#states === this.#options.failsAfter) throw new Boom('the program fails here')
  }

  /** The next move of the script, noted and not made yet; undefined where the script ends. */
  #move(state: AnyState): (() => unknown) | undefined {
    const next = this.#mine[this.#moves++]
    if (next === undefined) return undefined
    const offered = Object.keys(state.send as object)
      .sort()
      .join()
    const expected = [...next.options].sort().join()
    if (offered !== expected) this.complaints.push(`at "${state.at}" the moves are ${offered}, expected ${expected}`)
    this.log.push({ what: 'send', name: next.label, value: next.value })
    const send = state.send?.[next.label]
    if (send === undefined) throw new Error(`"${state.at}" has no move "${next.label}"`)
    return () => send(next.value)
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
