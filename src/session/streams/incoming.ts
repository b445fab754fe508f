/**
 * The receiving end of a stream: items wait here until the program takes them, never more than the window. It answers the
 * other side's end once, with what the stream came to; that answer is the outcome on both sides.
 */

import { createDeferred, type Deferred } from '../../base/deferred.ts'
import { SteerError } from '../../base/errors.ts'
import type { StreamEnd } from '../../kernel/state.ts'

/** What the stream asks of its session. */
export interface IncomingPort {
  /** The other side may send so many items more. */
  grant(items: number): void
  /** Tells the other side what the stream came to. */
  answer(how: StreamEnd): void
  /** Both sides have said their end. */
  over(how: StreamEnd): void
}

export class IncomingStream {
  readonly #label: string
  readonly #window: number
  readonly #port: IncomingPort
  #items: unknown[] = []
  /** Where the oldest item lies: the array is emptied as a whole, so that taking from the front stays cheap. */
  #head = 0
  /** How many items the other side may still send. */
  #granted: number
  /** Taken by the program and not granted again yet. */
  #taken = 0
  /** The program has come to the state that holds the stream. Before, an end of the other side is not answered. */
  #shown = false
  #read = false
  /** The other side has said its end. */
  #ended = false
  #answered: StreamEnd | undefined
  #failure: { readonly error: unknown; readonly cancelled: boolean } | undefined
  readonly #waiting: Deferred<IteratorResult<unknown, undefined>>[] = []
  #whenOver: Deferred<StreamEnd> | undefined

  constructor(label: string, window: number, port: IncomingPort) {
    this.#label = label
    this.#window = window
    this.#port = port
    this.#granted = window
  }

  /** True once both sides have said their end. */
  get over(): boolean {
    return this.#ended && this.#answered !== undefined
  }

  /** True once items are thrown away: they need not be decoded. */
  get discarding(): boolean {
    return this.#answered !== undefined
  }

  /** Counts an item that arrives; false when the other side had no credit for it. */
  admit(): boolean {
    return this.#granted-- > 0
  }

  /** An item has arrived and was admitted. */
  push(item: unknown): void {
    const waiting = this.#waiting.shift()
    if (waiting === undefined) {
      this.#items.push(item)
      return
    }
    this.#countTaken()
    waiting.resolve({ done: false, value: item })
  }

  /** The other side has said its end. */
  end(): void {
    this.#ended = true
    if (this.#answered !== undefined) this.#finish()
    else this.#answerIfRead()
  }

  /** The other side may still send items, and its end. */
  get open(): boolean {
    return !this.#ended
  }

  /** The program has come here. */
  show(): void {
    this.#shown = true
    this.#answerIfRead()
  }

  /** The program takes no more; what is unread is thrown away. */
  stop(): void {
    if (this.#answered !== undefined || this.#failure !== undefined) return
    this.#clear()
    this.#answer('cancelled')
    if (this.#ended) this.#finish()
  }

  /** The session is over: whoever waits for an item learns why. */
  fail(error: unknown, cancelled: boolean): void {
    if (this.over) return
    this.#failure = { error, cancelled }
    this.#clear()
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error)
    if (cancelled) this.#whenOver?.resolve('cancelled')
    else this.#whenOver?.reject(error)
  }

  /** Resolves when the stream is over; with `cancelled` when the session was cancelled; rejects when it failed. */
  whenOver(): Promise<StreamEnd> {
    if (this.#ended && this.#answered !== undefined) return Promise.resolve(this.#answered)
    if (this.#failure?.cancelled === true) return Promise.resolve('cancelled')
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error)
    this.#whenOver ??= createDeferred()
    return this.#whenOver.promise
  }

  /** What user code reads, once. */
  readonly reader: AsyncIterable<unknown> = { [Symbol.asyncIterator]: () => this.#open() }

  #open(): AsyncIterator<unknown, undefined> {
    if (this.#read) throw new SteerError('misuse', `the stream "${this.#label}" has been read already`)
    this.#read = true
    return { next: () => this.#next(), return: () => this.#return() }
  }

  #next(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#head < this.#items.length) return Promise.resolve({ done: false, value: this.#take() })
    if (this.#answered !== undefined) return Promise.resolve({ done: true, value: undefined })
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error)
    const waiting = createDeferred<IteratorResult<unknown, undefined>>()
    this.#waiting.push(waiting)
    return waiting.promise
  }

  #return(): Promise<IteratorResult<unknown, undefined>> {
    this.stop()
    return Promise.resolve({ done: true, value: undefined })
  }

  #take(): unknown {
    const item = this.#items[this.#head]
    this.#items[this.#head++] = undefined
    if (this.#head === this.#items.length) {
      this.#items = []
      this.#head = 0
    }
    this.#countTaken()
    this.#answerIfRead()
    return item
  }

  /** Grants in batches of half a window: one frame for many items, and the sender never runs dry while this side is quick. */
  #countTaken(): void {
    this.#taken++
    if (this.#ended || this.#taken * 2 < this.#window) return
    this.#granted += this.#taken
    this.#port.grant(this.#taken)
    this.#taken = 0
  }

  #answerIfRead(): void {
    if (!this.#ended || !this.#shown || this.#head < this.#items.length || this.#failure !== undefined) return
    if (this.#answered !== undefined) return
    this.#answer('ended')
    this.#finish()
  }

  #answer(how: StreamEnd): void {
    this.#answered = how
    for (const waiting of this.#waiting.splice(0)) waiting.resolve({ done: true, value: undefined })
    this.#port.answer(how)
  }

  #finish(): void {
    const how = this.#answered!
    this.#port.over(how)
    this.#whenOver?.resolve(how)
  }

  #clear(): void {
    this.#items = []
    this.#head = 0
  }
}
