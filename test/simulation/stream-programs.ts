/** The two programs of a stream under the control of a test: nothing is given, taken or ended before the test says so. */

import { createDeferred, type Deferred } from '../../src/base/deferred.ts'
import type { AnyState } from './proved-protocol.ts'
import { Boom } from './player.ts'
import type { StreamOutcome } from './stream-script.ts'

/** Gives numbers from 0. */
export class Producer {
  given = 0
  finished = false
  /** How often `return` was called. */
  returns = 0
  threw = false
  asked: Deferred<IteratorResult<unknown>> | undefined
  opened = false
  streamed: StreamOutcome | undefined
  session: AnyState['session'] | undefined

  readonly source: AsyncIterable<unknown> = {
    [Symbol.asyncIterator]: () => {
      this.opened = true
      return {
        next: () => {
          this.asked = createDeferred()
          return this.asked.promise
        },
        return: () => {
          this.returns++
          return Promise.resolve({ done: true, value: undefined })
        },
      }
    },
  }

  give(): void {
    this.#answer()?.resolve({ done: false, value: this.given++ })
  }

  finish(): void {
    this.finished = true
    this.#answer()?.resolve({ done: true, value: undefined })
  }

  fail(): void {
    this.threw = true
    this.#answer()?.reject(new Boom('the producer fails'))
  }

  #answer(): Deferred<IteratorResult<unknown>> | undefined {
    const { asked } = this
    this.asked = undefined
    return asked
  }
}

/** Reads one item at a time; when it is through it says `done`. */
export class Consumer {
  readonly taken: unknown[] = []
  reading = false
  stopped = false
  failed = false
  outcome: StreamOutcome | undefined
  turn: AnyState | undefined
  session: AnyState['session'] | undefined
  #iterator: AsyncIterator<unknown> | undefined
  readonly #handled = createDeferred<unknown>()

  /** The handler of the state with the stream. */
  handle(turn: AnyState): Promise<unknown> {
    this.turn = turn
    this.session ??= turn.session
    return this.#handled.promise
  }

  /** It has the stream in hand and has not let go of it. */
  get holds(): boolean {
    return this.turn !== undefined && !this.stopped && !this.failed
  }

  take(): void {
    this.reading = true
    this.#iterator ??= this.turn!.stream![Symbol.asyncIterator]()
    this.#iterator.next().then(
      (step) => {
        this.reading = false
        if (step.done !== true) this.taken.push(step.value)
        else if (!this.stopped) this.stop()
      },
      (error: unknown) => {
        this.reading = false
        this.failed = true
        this.#handled.reject(error)
      },
    )
  }

  stop(): void {
    this.stopped = true
    this.turn!.end!().then(
      ({ how, send }) => {
        this.outcome = how
        this.#handled.resolve(send!['done']!())
      },
      (error: unknown) => {
        this.#handled.reject(error)
      },
    )
  }

  fail(): void {
    this.failed = true
    this.#handled.reject(new Boom('the consumer fails'))
  }
}
