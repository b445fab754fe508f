/** The table that a generated file holds: one for both sides, plain data. */

import type { Role } from '../ir/source.ts'
import type { Codec } from './codec/codec.ts'

/** Version of this table's form. Generated files name it; another form is another subpath. */
export const DEFINITION_VERSION = 1

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
}

export type Point = MessagePoint | SignalPoint | LocalPoint | EndPoint

/** `from` picks one of the moves; the other side waits. */
export interface MessagePoint {
  readonly from: Role
  readonly moves: Readonly<Record<string, MoveEntry>>
}

/** An automatic frame. */
export interface SignalPoint {
  readonly from: Role
  readonly signal: 'handshake' | 'keepalive'
  readonly next: number
}

/** A hook of one side. */
export interface LocalPoint {
  readonly side: Role
  readonly local: string
  readonly next: number
}

export interface EndPoint {
  readonly end: true
}

export interface MoveEntry {
  readonly next: number
  /** Absent: the message carries nothing. */
  readonly payload?: Codec<unknown>
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
