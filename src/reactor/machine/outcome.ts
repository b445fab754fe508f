/** How a main ended: what `fallback` is told. */

/** The main returned. */
export interface Ended {
  readonly kind: 'ended'
}

/** The main threw, whatever it threw: `error` may be undefined. */
export interface Threw {
  readonly kind: 'error'
  readonly error: unknown
}

/** Something that the service left running threw where nobody waits: a timer, a promise, a listener. */
export interface Uncaught {
  readonly kind: 'uncaught'
  readonly error: unknown
  /** `bound` is a listener made with `ctx.bind`. */
  readonly origin: 'uncaughtException' | 'unhandledRejection' | 'bound'
}

/** Nothing was heard of the main for too long. */
export interface Hung {
  readonly kind: 'hung'
  readonly forMs: number
  /** What the thread was doing, innermost call first; absent where nothing can be asked: inline and in processes. */
  readonly stack: string | undefined
}

/** The thread or process of the service ended under it. */
export interface Exited {
  readonly kind: 'exit'
  /** Undefined where a signal ended it. */
  readonly code: number | undefined
  readonly signal: string | undefined
}

/** The main was told to end because another service failed: strategies `one_for_all` and `rest_for_one`. */
export interface Sibling {
  readonly kind: 'sibling'
  /** The service that failed. */
  readonly service: string
}

export type Outcome = Ended | Threw | Uncaught | Hung | Exited | Sibling

/** True for the outcomes that count: they are backed off from, and a cap counts them. */
export function isFailure(outcome: Outcome): boolean {
  return outcome.kind !== 'ended' && outcome.kind !== 'sibling'
}

/** In words, for messages and views. Never the text of an error: that stands in its own place. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'ended':
      return 'ended'
    case 'error':
      return 'threw'
    case 'uncaught':
      return outcome.origin === 'unhandledRejection' ? 'left a rejection unhandled' : 'left an error uncaught'
    case 'hung':
      return `hung for ${Math.round(outcome.forMs)} ms`
    case 'exit':
      return outcome.signal === undefined ? `exited with ${outcome.code ?? 'no code'}` : `ended by ${outcome.signal}`
    case 'sibling':
      return `was ended because "${outcome.service}" failed`
  }
}
