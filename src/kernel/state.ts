/** The parts that every generated state, turn and result is made of. */

import type { Role } from '../ir/source.ts'
import type { Disposable, Link, Session, Signal } from './link.ts'

/** Where a state of any form runs. */
export interface Whereabouts {
  readonly session: Session
  readonly link: Link
  /** The session's signal: aborts when the session is over before its end. */
  readonly signal: Signal
}

/**
 * A state whose moves perform. It may be used once: a second move is `misuse`. Disposing of it ends the session: a session
 * that has not come to its end is cancelled.
 */
export interface HeldState extends Whereabouts, Disposable {}

/** A state as a handler gets it: its moves are inert, and the one that the handler returns is performed. */
export interface Turn<Metadata> extends Whereabouts {
  readonly metadata: Metadata
}

/** What a hook of a local step gets. */
export interface LocalContext<Metadata> extends Whereabouts {
  /** The name of the step. */
  readonly name: string
  readonly metadata: Metadata
}

declare const POINT: unique symbol

/** A move that a handler may return: made by `turn.send`, performed once. `Point` is the place in the protocol it belongs to. */
export interface PlannedMove<Point extends string> {
  readonly [POINT]: Point
}

/** A value or a promise of it. */
export type Awaitable<T> = T | PromiseLike<T>

/** The session came to its end with a message of this side, handled as far as the protocol says. */
export interface Ended<Outcome extends string> extends HeldState {
  readonly at: 'end'
  readonly outcome: Outcome
}

/** How a stream came to its end, the same on both sides. A receiver that stops early cancels it. */
export type StreamEnd = 'ended' | 'cancelled'

/** What is left to say of a stream behind which this side has no move to make. */
export interface StreamOver {
  readonly how: StreamEnd
}

/**
 * What a stream can be sent from: anything that `for await` reads, web and Node streams included, or an object that is
 * iterable. It is read only as far as the other side has room. When the stream is cancelled, its `return` is called, so that
 * a generator's `finally` runs; a stream of Node is destroyed, a web stream cancelled, also while it has nothing to give.
 */
export type StreamSource<Item> = AsyncIterable<Item> | (Iterable<Item> & object)

/** The session came to its end with a stream of this side. */
export interface EndedStream<Outcome extends string> extends Ended<Outcome> {
  readonly streamed: StreamEnd
}

/** One of the two sides cancelled the session. A value, never an error. */
export interface Cancelled extends HeldState {
  readonly at: 'end'
  readonly outcome: 'cancelled'
  /** Who cancelled. */
  readonly by: Role
  /** The text given to `session.cancel`, where one was. */
  readonly reason: string | undefined
}

/** How a handled session ended. */
export interface Finished<Outcome extends string, Message = undefined> {
  readonly outcome: Outcome
  /** The last payload that arrived on this side. */
  readonly message: Message
  /** What the last handler returned, where it was no move. */
  readonly result?: unknown
}

/** A handled session that one side cancelled. */
export interface CancelledResult {
  readonly outcome: 'cancelled'
  readonly by: Role
  readonly reason: string | undefined
  /** Here so that `const { outcome, message } = …` needs no question first. */
  readonly message?: undefined
  readonly result?: undefined
}

/** The states of a session one after another. Leaving the loop early cancels the session. */
export interface Turns<State, Result> extends AsyncIterable<State> {
  /** How the session ended. Rejects as the loop throws; nobody needs to look. */
  readonly result: Promise<Result>
}
