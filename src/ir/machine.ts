/**
 * The machine of a protocol: one automaton for the pair. At each node exactly one side may act, so the peer's machine is the
 * master's with the directions read the other way; nothing is projected and nothing can disagree.
 */

import type { StreamForm } from './declaration.ts'
import type { Shape } from './shape.ts'
import type { Role, SourceSpan } from './source.ts'

export interface Machine {
  /** Node 0 is where a session starts. */
  readonly nodes: readonly MachineNode[]
  /** The scopes of `within`, by their numbers. */
  readonly scopes: readonly Scope[]
  /** The nodes at the heads of `forever` loops: why no end needs to be reachable from there. Ascending. */
  readonly forever: readonly number[]
}

export type MachineNode = MessageNode | SignalNode | LocalNode | PointNode | EnterNode | EndNode

/** A scope of `within`: time runs for a side from an `EnterNode` on, for as long as it stands at nodes inside. */
export interface Scope {
  readonly ms: number
  readonly source: SourceSpan
}

/** A message of the user's: `from` picks one of `moves` (in the order of the declaration, at least one). */
export interface MessageNode {
  readonly kind: 'message'
  readonly from: Role
  readonly moves: readonly Move[]
  /** The scopes around it, outermost first; absent: none. */
  readonly within?: readonly number[]
  readonly source: SourceSpan
}

/** An automatic frame. A handshake is two of them, one each way. */
export interface SignalNode {
  readonly kind: 'signal'
  readonly from: Role
  readonly signal: 'handshake' | 'keepalive'
  readonly next: number
  readonly within?: readonly number[]
  readonly source: SourceSpan
}

/** A hook of one side; `both` is two nodes, master first. */
export interface LocalNode {
  readonly kind: 'local'
  readonly side: Role
  readonly name: string
  readonly next: number
  readonly within?: readonly number[]
  readonly source: SourceSpan
}

/** A name for the place; nothing happens. */
export interface PointNode {
  readonly kind: 'point'
  readonly name: string
  readonly next: number
  readonly source: SourceSpan
}

/** The beginning of a scope; its time starts anew here. Nothing happens. */
export interface EnterNode {
  readonly kind: 'enter'
  readonly scope: number
  readonly next: number
  readonly source: SourceSpan
}

export interface EndNode {
  readonly kind: 'end'
}

export interface Move {
  readonly label: string
  /** Of a stream: what each of its items is. */
  readonly payload?: Shape
  readonly sealed?: true
  /** The message opens a stream; `next` is reached when both sides know whether it was ended or cancelled. */
  readonly stream?: StreamForm
  readonly next: number
  /** `start`, the labels of the enclosing branches, the own label. */
  readonly path: readonly string[]
  readonly earlier: EarlierLabels
  readonly doc?: string
  readonly source: SourceSpan
}

/** The messages before a move in its own list of steps: the first `count` of `labels`, which all moves of the list share. */
export interface EarlierLabels {
  readonly labels: readonly string[]
  readonly count: number
}
