/** What goes between a reactor and an isolate. Every message can be cloned. */

import type { HookRun } from '../machine/events.ts'
import type { Outcome } from '../machine/outcome.ts'
import type { StreamMessage } from './byte-streams.ts'
import { seal, unseal, type Envelope } from './envelope.ts'

/** What an isolate is started with. */
export interface IsolateStart {
  readonly module: string
  readonly export: string | undefined
  readonly metadata: unknown
  readonly beatEveryMs: number | undefined
  /** Counted up by a thread that is alive. A process says so in messages. */
  readonly beats: SharedArrayBuffer | undefined
}

/** An outcome whose error is in an envelope. */
export interface SealedOutcome {
  readonly sealed: Envelope | undefined
  readonly outcome: Outcome
}

export type ToIsolate =
  | StreamMessage
  | { readonly type: 'start'; readonly start: IsolateStart }
  | (Omit<HookRun, 'outcome' | 'cause'> & {
      readonly type: 'run'
      readonly outcome: SealedOutcome | undefined
      readonly cause: Envelope | undefined
    })
  | { readonly type: 'signal'; readonly run: number; readonly reason: Envelope }
  /** Nothing more is wanted. */
  | { readonly type: 'leave' }

export type FromIsolate =
  | StreamMessage
  /** A process asks for `start`; a thread has it from its birth. */
  | { readonly type: 'here' }
  | { readonly type: 'settled'; readonly run: number; readonly thrown: Envelope | undefined }
  | { readonly type: 'ready' }
  | { readonly type: 'beat' }
  /** An error of a bound listener: the isolate goes on. */
  | { readonly type: 'bound'; readonly run: number; readonly error: Envelope }
  | { readonly type: 'hung'; readonly run: number; readonly forMs: number }
  /** The last that is heard: an error that nobody caught ends the isolate. */
  | { readonly type: 'uncaught'; readonly error: Envelope; readonly origin: NodeJS.UncaughtExceptionOrigin }

export function sealOutcome(outcome: Outcome): SealedOutcome {
  if (outcome.kind !== 'error' && outcome.kind !== 'uncaught') return { sealed: undefined, outcome }
  return { sealed: seal(outcome.error), outcome: { ...outcome, error: undefined } }
}

export function unsealOutcome({ sealed, outcome }: SealedOutcome): Outcome {
  return sealed === undefined || !('error' in outcome) ? outcome : { ...outcome, error: unseal(sealed) }
}
