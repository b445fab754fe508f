/** The table that a generated file holds: one for both sides, plain data. */

import type { Role } from '../ir/source.ts'
import type { Codec } from './codec/codec.ts'

export interface Definition {
  readonly name: string
  /** SHA-256 of wire machine and payload shapes, 64 lower-case hex digits. */
  readonly fingerprint: string
  /** Most bytes that one session can hold at once. */
  readonly memoryBound: number
  /** Names of the start state, for the side that moves first, where a `point` renames it. */
  readonly start?: { readonly master?: string; readonly peer?: string }
  /** Number 0 is where a session starts; every number below is an index into this list. */
  readonly points: readonly Point[]
  /** How long a side may stay in each scope of `within`, in ms. Absent: there is none. */
  readonly scopes?: readonly number[]
  /** Earlier versions of this protocol that the generator compared it with, by fingerprint. */
  readonly accepts?: Readonly<Record<string, AcceptedEntry>>
}

/** An earlier version, and how this one gets on with it. */
export interface AcceptedEntry {
  /** All labels of that version, automatic ones included, sorted: what the numbers on the wire mean to it. */
  readonly labels: readonly string[]
  /** Why this version as master and that one as peer do not fit, with the shortest way there. Absent: they fit. */
  readonly master?: string
  /** The same for this version as peer. */
  readonly peer?: string
}

export type Point = MessagePoint | SignalPoint | LocalPoint | EnterPoint | EndPoint

/** `from` picks one of the moves; the other side waits. */
export interface MessagePoint {
  readonly from: Role
  readonly moves: Readonly<Record<string, MoveEntry>>
  /** The scopes that it is in, outermost first. Absent: none. */
  readonly within?: readonly number[]
}

/** An automatic frame. */
export interface SignalPoint {
  readonly from: Role
  readonly signal: 'handshake' | 'keepalive'
  readonly next: number
  readonly within?: readonly number[]
}

/** A hook of one side. */
export interface LocalPoint {
  readonly side: Role
  readonly local: string
  readonly next: number
  readonly within?: readonly number[]
}

/** A scope begins, and its time anew. */
export interface EnterPoint {
  readonly enter: number
  readonly next: number
}

export interface EndPoint {
  readonly end: true
}

export interface MoveEntry {
  readonly next: number
  /** Absent: the message carries nothing. Of a stream: what each of its items is. */
  readonly payload?: Codec<unknown>
  /** The payload crosses as a byte string, through the cipher given for its label. */
  readonly sealed?: true
  /** The message opens a stream; its receiver holds so many items at most. */
  readonly stream?: number
  /** Name of the state that the receiver holds when it has arrived. */
  readonly at: string
  /** Where a `point` renamed that state: the arrival's own name. */
  readonly via?: string
  /** Name of the state that the sender holds when it moves again. */
  readonly sent?: string
  /** As `via`, for the sender. */
  readonly sentVia?: string
  /** The outcome, where only automatic steps follow. */
  readonly outcome?: string
}

/**
 * The list of the points. As arguments each is checked by itself; the elements of an array literal the compiler would compare
 * with one another, which takes half of its time for 400 states and is an error (TS2590) from 1,400 on. They are plain objects to
 * it: held against `Point`, they took a quarter of what was left, and that they are points is the generator's promise.
 */
export function points(...list: readonly object[]): readonly Point[] {
  return list as readonly Point[]
}
