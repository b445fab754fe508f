/**
 * The words of a declaration, written from the master's side; the peer's side is always the exact dual. The generator reads
 * them, nothing runs: at run time each gives back the same inert object, so that importing a `.steer.ts` file is harmless.
 */

import type { Branch, Branches, Jump, Protocol, ProtocolOptions, Step, Steps, StreamOptions } from './step.ts'

const INERT: unknown = Object.freeze(Object.create(null))

/**
 * A protocol: what the two ends say to each other, and in which order. Stands as the whole value of an exported constant in a
 * file named `*.steer.ts`; the generator writes the typed ends of both sides beside it.
 *
 * @param _name - Its name on the wire: `[a-z0-9][a-z0-9.-]*`, at most 64 characters, unique in its file.
 * @param _steps - Optionally the options, then the steps. Literals: nothing is computed.
 *
 * @example
 * ```ts
 * import { receive, rxHandshake, steer, txKeepalive, type Protocol } from 'coxswain/steer'
 *
 * export interface Status { service: string; load: number }
 *
 * export const Health: Protocol = steer('health', rxHandshake(), receive<Status>('status'), txKeepalive())
 * ```
 */
export function steer(
  _name: string,
  ..._steps: Steps | readonly [options: ProtocolOptions, ...steps: Steps]
): Protocol {
  return INERT as Protocol
}

/** The master starts a handshake, the peer answers it. Automatic: an ordered check inside the session that the other side lives. */
export function txHandshake(): Step {
  return INERT as Step
}

/** The peer starts a handshake, the master answers it. Automatic: an ordered check inside the session that the other side lives. */
export function rxHandshake(): Step {
  return INERT as Step
}

/** The master sends one keepalive. Automatic, once the master's handler before it has settled: it says *handled*, not *arrived*. */
export function txKeepalive(): Step {
  return INERT as Step
}

/** The peer sends one keepalive. Automatic, once the peer's handler before it has settled: it says *handled*, not *arrived*. */
export function rxKeepalive(): Step {
  return INERT as Step
}

/**
 * One message from the master to the peer. Without a type argument it carries nothing.
 *
 * @param _label - `[A-Za-z0-9_-]{1,64}`, without the reserved ones.
 */
export function send<_Payload = undefined>(_label: string): Step {
  return INERT as Step
}

/**
 * One message from the peer to the master. Without a type argument it carries nothing.
 *
 * @param _label - `[A-Za-z0-9_-]{1,64}`, without the reserved ones.
 */
export function receive<_Payload = undefined>(_label: string): Step {
  return INERT as Step
}

/**
 * Any number of items from the master to the peer, in one turn. The peer reads them at its own pace, and may stop before the
 * end; both sides learn which of the two happened. A stream is a step: to choose it, put it into a branch.
 *
 * @param _label - `[A-Za-z0-9_-]{1,64}`, without the reserved ones.
 * @param _options - A literal.
 *
 * @example
 * ```ts
 * import { choose, on, receive, sendStream, steer } from 'coxswain/steer'
 *
 * export const Download = steer(
 *   'download',
 *   receive<string>('name'),
 *   choose({ missing: on(), found: on(sendStream<Uint8Array>('chunks', { window: 8 }), receive('stored')) }),
 * )
 * ```
 */
export function sendStream<_Item>(_label: string, _options?: StreamOptions): Step {
  return INERT as Step
}

/**
 * Any number of items from the peer to the master, in one turn. Otherwise as `sendStream`.
 *
 * @param _label - `[A-Za-z0-9_-]{1,64}`, without the reserved ones.
 * @param _options - A literal.
 */
export function receiveStream<_Item>(_label: string, _options?: StreamOptions): Step {
  return INERT as Step
}

/**
 * The master picks one of the branches; its label is the message. Steps may follow: each branch that does not end in a jump
 * goes on with them.
 *
 * @example
 * ```ts
 * import { choose, on, receive, steer } from 'coxswain/steer'
 *
 * export const Door = steer('door', receive<string>('name'), choose({ open: on(), refuse: on<{ why: string }>() }))
 * ```
 */
export function choose(_branches: Branches): Step {
  return INERT as Step
}

/** The peer picks one of the branches; its label is the message. Otherwise as `choose`. */
export function offer(_branches: Branches): Step {
  return INERT as Step
}

/** A branch: what its message carries, and the steps after it. Without a type argument the message carries nothing. */
export function on<_Payload = undefined>(..._steps: Steps): Branch {
  return INERT as Branch
}

/**
 * Repeats its body. A path that ends in `again`, or simply ends, goes round; one that ends in `leave` goes on after the loop.
 * Each round has at least one message, and some path leaves. Loops nest, and the names of the two say which one is meant.
 *
 * @param _body - An arrow function with an array literal. It is read, never called.
 *
 * @example
 * ```ts
 * import { choose, loop, on, receive, steer } from 'coxswain/steer'
 *
 * export const Count = steer('count', loop((_again, leave) => [receive<number>('next'), choose({ more: on(), enough: on(leave) })]))
 * ```
 */
export function loop(_body: (again: Jump, leave: Jump) => Steps): Step {
  return INERT as Step
}

/** A loop without an exit, on purpose: the session ends by a cancel or with its link. Nothing can stand after it. */
export function forever(_body: (again: Jump) => Steps): Step {
  return INERT as Step
}

/** A request of the master's and the reply of the peer's: a `send` and a `receive` whose label is `reply`. */
export function call<_Request = undefined, _Reply = undefined>(_label: string): Step {
  return INERT as Step
}

/** A request of the peer's and the reply of the master's: a `receive` and a `send` whose label is `reply`. */
export function answer<_Request = undefined, _Reply = undefined>(_label: string): Step {
  return INERT as Step
}

/** The steps of another protocol, in place. Its name and options play no part. */
export function include(_protocol: Protocol): Step {
  return INERT as Step
}

/** The steps of another protocol with the roles exchanged, in place: its master's steps are the peer's here. */
export function flip(_protocol: Protocol): Step {
  return INERT as Step
}

/** The master runs its hook of this name at exactly this point. Nothing goes on the wire; the hook is given in user code. */
export function master(_hook: string): Step {
  return INERT as Step
}

/** The peer runs its hook of this name at exactly this point. Nothing goes on the wire; the hook is given in user code. */
export function peer(_hook: string): Step {
  return INERT as Step
}

/** Each side runs its hook of this name when it comes to this point. Nothing goes on the wire; the hooks are given in user code. */
export function both(_hook: string): Step {
  return INERT as Step
}

/** Names the state at this place, for the side whose turn it is: all arrivals here become one state of this name. */
export function point(_name: string): Step {
  return INERT as Step
}

/**
 * These steps finish in that time, or the session is reset with `deadline_exceeded`. Each side has a clock of its own: it
 * starts when that side comes to the first of the steps, in each round of a loop anew, and stops when it has left them, with a
 * jump as well. Not part of the fingerprint.
 *
 * @param _ms - In milliseconds: an integer literal from 1 to 2^31 - 1.
 * @param _steps - At least one. They are no list of their own: what can stand around `within` can stand in it.
 *
 * @example
 * ```ts
 * import { call, steer, within } from 'coxswain/steer'
 *
 * export const Ask = steer('ask', within(5_000, call<string, number>('question')))
 * ```
 */
export function within(_ms: number, ..._steps: readonly [...Step[], Step | Jump]): Step {
  return INERT as Step
}
