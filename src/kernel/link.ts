/**
 * What generated code knows of links and sessions: interfaces only. The session layer implements them; the kernel reaches it
 * through one registered symbol, so that generated code, the kernel and a link of another copy of the package still fit.
 */

import type { PeerIdentity } from '../base/peer-identity.ts'
import type { Role } from '../ir/source.ts'
import type { Program } from './program.ts'

// Generated code compiles under `lib: ["es2022"]` alone, which lacks this symbol. The declaration is the one of TypeScript's
// own lib and of Node's types, so that all of them merge.
declare global {
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol
  }
}

/** The signal type of the program: the real `AbortSignal` where its types are loaded, else the part that is used here. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Real extends MinimalSignal } }
  ? Real
  : MinimalSignal

/** The members of `AbortSignal` that the library uses. */
export interface MinimalSignal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** Something to be closed at the end of a scope with `await using`. */
export interface Disposable {
  [Symbol.asyncDispose](): Promise<void>
}

/** One conversation on a link, as user code sees it. */
export interface Session {
  /** Number on its link; never reused there. */
  readonly id: number
  /** The protocol's name. */
  readonly protocol: string
  /** The side that this program plays. */
  readonly role: Role
  /** Aborts when the session is over before its end: cancelled, failed, or its link is gone. */
  readonly signal: Signal
  /**
   * Ends the session here and on the other side, from any state, whoever's turn it is. Both sides get the outcome
   * `cancelled` as a value. Does nothing once the session is over.
   *
   * @param reason crosses the wire as text; at most 120 bytes of UTF-8, cut at a character.
   */
  cancel(reason?: string): void
}

/** A connection that carries any number of sessions, opened by either side. */
export interface Link extends Disposable {
  /** For logs: unique in this process. */
  readonly id: string
  /** Address of the other side as the transport gives it, `host:port` or a path; absent in memory. */
  readonly remoteAddress: string | undefined
  /** Who the other side has proved to be; undefined where the link's security knows no identities. */
  readonly peer: PeerIdentity | undefined
  /** Aborts when the link is over, for whatever reason. */
  readonly signal: Signal
  /** Resolves, and never rejects, when the link is over. */
  readonly closed: Promise<LinkEnd>
  /** Serves further protocols on this link. Two entries for one protocol and role are `misuse`. */
  serve(entries: readonly ServeEntry[]): void
  /**
   * No new sessions; the running ones may finish; then the closing frame and the end of the transport. What is still running
   * at the deadline ends with `unavailable`. Idempotent; never rejects.
   */
  close(options?: CloseOptions): Promise<void>
  /** @internal */
  readonly [LINK_RUNTIME]: LinkRuntime
}

export interface CloseOptions {
  /** How long running sessions may take to finish, in ms. Default 10 000; 0 cuts them off at once. */
  readonly deadlineMs?: number | undefined
}

/** How a link ended: `error` is absent after a clean close by either side. */
export interface LinkEnd {
  readonly error?: Error | undefined
}

/** A protocol, a role and its handlers, to be listed under `serve`. Made by `P.master.with(...)` and `P.peer.with(...)`. */
export interface ServeEntry {
  /** The protocol's name. */
  readonly protocol: string
  /** The side that this program plays. */
  readonly role: Role
  /** @internal */
  readonly [SERVE_ENTRY]: EntryRuntime
}

/** @internal */
export const LINK_RUNTIME: unique symbol = Symbol.for('coxswain.link.v1') as never
/** @internal */
export const SERVE_ENTRY: unique symbol = Symbol.for('coxswain.serve-entry.v1') as never

/** @internal What the kernel asks of a link. */
export interface LinkRuntime {
  handle(program: Program, handlers: unknown, options: unknown): Promise<unknown>
  open(program: Program, options: unknown): Promise<unknown>
  turns(program: Program, options: unknown): unknown
}

/** @internal */
export interface EntryRuntime {
  readonly program: Program
  readonly handlers: unknown
  readonly options: unknown
}
