/** The options of the calls on a generated protocol. */

import type { Link, Session, Signal } from './link.ts'

/**
 * The cipher of a sealed payload, applied to its encoded bytes inside whatever secures the link. Both functions must return a
 * new array at once: a promise, or anything that is no `Uint8Array`, fails the session with `misuse`.
 */
export interface PayloadCipher {
  encrypt(plaintext: Uint8Array): Uint8Array
  /** Must throw for what `encrypt` of the other side has not made: the session then fails with `invalid_payload`. */
  decrypt(ciphertext: Uint8Array): Uint8Array
}

/** Options of every session. */
export interface SessionOptions {
  /** Aborting it cancels the session; the call rejects with `signal.reason`. */
  readonly signal?: Signal | undefined
  /** Records the call site of each move, so that `misuse` can name it. Slower. Default false. */
  readonly debug?: boolean | undefined
}

/** Options of `open` and `turns`. */
export interface OpenOptions extends SessionOptions {
  readonly metadata?: undefined
}

/** Options of `open` and `turns` for hooks that use metadata. */
export interface OpenOptionsWith<Metadata> extends SessionOptions {
  /** Handed to every hook. */
  readonly metadata: Metadata
}

/** Options of `handle`. */
export interface HandleOptions extends SessionOptions {
  readonly metadata?: undefined
  /** Closes the link when the session is over. Default false: the link goes on. */
  readonly closeLink?: boolean | undefined
}

/** Options of `handle` for handlers that use metadata. */
export interface HandleOptionsWith<Metadata> extends SessionOptions {
  /** Handed to every handler and hook as it is. */
  readonly metadata: Metadata
  readonly closeLink?: boolean | undefined
}

/** Options of `with`. */
export interface ServeOptions<Result> {
  readonly metadata?: undefined
  readonly debug?: boolean | undefined
  /** Called once for each session that was served, however it ended. Must not throw; what it throws is published. */
  readonly onSessionEnd?: ((end: SessionEnd<Result>) => void) | undefined
}

/** Options of `with` for handlers that use metadata. */
export interface ServeOptionsWith<Result, Metadata> {
  /** Handed to every handler and hook of every session as it is. */
  readonly metadata: Metadata
  readonly debug?: boolean | undefined
  readonly onSessionEnd?: ((end: SessionEnd<Result>) => void) | undefined
}

/** How a served session ended: exactly one of `result` and `error` is there. */
export interface SessionEnd<Result> {
  readonly session: Session
  readonly link: Link
  /** The outcome, a cancel included. */
  readonly result?: Result | undefined
  /** A SteerError; what a handler threw stands as it was thrown. */
  readonly error?: unknown
}
