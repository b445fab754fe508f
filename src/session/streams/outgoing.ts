/**
 * The sending end of a stream: reads the program's source only as far as the other side has room, and stops it, its `finally`
 * included, when the other side stops reading or the session is over.
 */

import { isThenable } from '../../base/deferred.ts'
import { SteerError } from '../../base/errors.ts'
import type { StreamEnd } from '../../kernel/state.ts'
import { openSource, type Source } from './source.ts'

/** What the stream asks of its session. */
export interface OutgoingPort {
  /** False while no further item should be made; `resume` is called when that has changed. */
  hasRoom(): boolean
  /** Sends one item; false when it cannot be sent, and the session has failed over it. */
  send(item: unknown): boolean
  /** Tells the other side that no item follows. */
  sayEnd(): void
  /** Both sides have said their end. */
  over(how: StreamEnd): void
  /** The source has thrown. */
  threw(error: unknown): void
}

export class OutgoingStream {
  readonly #label: string
  readonly #source: Source
  readonly #port: OutgoingPort
  /** How many items the other side takes now. */
  #credit: number
  /** An item has been asked for and has not come. */
  #asked = false
  /** The source is running: it may end the session, and can be closed only when it comes back. */
  #inside = false
  /** No item follows. */
  #ended = false

  /** @throws SteerError `misuse` for what is no source. */
  constructor(label: string, source: unknown, credit: number, port: OutgoingPort) {
    this.#label = label
    this.#source = openSource(label, source)
    this.#credit = credit
    this.#port = port
  }

  /** Items go out while there are any, there is credit for them, and the link has room. */
  pump(): void {
    while (!this.#ended && !this.#asked && !this.#inside && this.#credit > 0 && this.#port.hasRoom()) {
      let step: IteratorResult<unknown> | PromiseLike<IteratorResult<unknown>>
      this.#inside = true
      try {
        step = this.#source.next()
      } catch (error) {
        this.#threw(error)
        return
      } finally {
        this.#inside = false
      }
      if (!isResult(step)) {
        this.#asked = true
        step.then(this.#onStep, this.#onThrown)
        if (this.#hasEnded()) this.#close()
      } else if (this.#hasEnded()) this.#close()
      else if (!this.#take(step)) return
    }
  }

  /** The other side takes so many items more. */
  addCredit(items: number): number {
    this.#credit += items
    return this.#credit
  }

  /** The other side has said what the stream came to. False where it says `ended` before this side has. */
  answered(how: StreamEnd): boolean {
    if (!this.#ended) {
      if (how === 'ended') return false
      this.stop()
      this.#port.sayEnd()
    }
    this.#port.over(how)
    return true
  }

  /** Nothing more is read. A generator that waits inside is stopped when it comes to its next `yield`. */
  stop(): void {
    if (this.#ended) return
    this.#ended = true
    if (!this.#inside) this.#close()
  }

  /** Asked again after a call of the source, where the compiler would still believe the first answer. */
  #hasEnded(): boolean {
    return this.#ended
  }

  #close(): void {
    try {
      const closing: unknown = this.#source.return?.()
      if (isThenable(closing)) closing.then(undefined, this.#onClosingThrown)
    } catch (error) {
      this.#onClosingThrown(error)
    }
  }

  readonly #onStep = (step: IteratorResult<unknown>): void => {
    this.#asked = false
    if (this.#ended) return
    if (this.#take(step)) this.pump()
  }

  readonly #onThrown = (error: unknown): void => {
    this.#asked = false
    this.#threw(error)
  }

  readonly #onClosingThrown = (error: unknown): void => {
    this.#port.threw(error)
  }

  /** False when the stream does not go on. */
  #take(step: IteratorResult<unknown>): boolean {
    let done: boolean
    let item: unknown
    try {
      done = this.#isDone(step)
      if (!done) item = step.value
    } catch (error) {
      this.#threw(error)
      return false
    }
    if (done) {
      this.#ended = true
      this.#port.sayEnd()
      return false
    }
    this.#credit--
    if (this.#port.send(item)) return true
    this.stop()
    return false
  }

  /** Iterators are the program's own, and may be wrong: a link must not end over one of its sessions. */
  #isDone(step: unknown): boolean {
    if (typeof step === 'object' && step !== null) return Boolean((step as { readonly done?: unknown }).done)
    const got = step === null ? 'null' : typeof step
    const text = `next() of the source of stream "${this.#label}" must give { done, value }, and gave ${got}`
    throw new SteerError('misuse', text)
  }

  #threw(error: unknown): void {
    if (this.#ended) return
    // A source that has thrown is closed already.
    this.#ended = true
    this.#port.threw(error)
  }
}

/** Synchronous iterators answer with the result itself; whatever has a `then` is waited for. */
function isResult(
  step: IteratorResult<unknown> | PromiseLike<IteratorResult<unknown>>,
): step is IteratorResult<unknown> {
  return !isThenable(step)
}
