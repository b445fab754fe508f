/**
 * The machine of a protocol: one automaton for the pair. At each node exactly one side may act, so the peer's machine is the
 * master's with the directions read the other way; nothing is projected and nothing can disagree.
 */

import type { Shape } from './shape.ts'
import type { Role, SourceSpan } from './source.ts'

export interface Machine {
  /** Node 0 is where a session starts. */
  readonly nodes: readonly MachineNode[]
}

export type MachineNode =
  /** A message of the user's: `from` picks one of `moves` (sorted as declared, at least one). */
  | { readonly kind: 'message'; readonly from: Role; readonly moves: readonly Move[]; readonly source: SourceSpan }
  /** An automatic frame. A handshake is two of them, one each way. */
  | {
      readonly kind: 'signal'
      readonly from: Role
      readonly signal: 'handshake' | 'keepalive'
      readonly next: number
      readonly source: SourceSpan
    }
  /** A hook of one side; `both` is two nodes, master first. */
  | { readonly kind: 'local'; readonly side: Role; readonly name: string; readonly next: number; readonly source: SourceSpan }
  /** A name for the place; nothing happens. */
  | { readonly kind: 'point'; readonly name: string; readonly next: number; readonly source: SourceSpan }
  | { readonly kind: 'end' }

export interface Move {
  readonly label: string
  readonly payload?: Shape
  readonly next: number
  /** `start`, the labels of the enclosing branches, the own label. */
  readonly path: readonly string[]
  /** The labels of the messages before it in its own list of steps, nearest last. */
  readonly earlier: readonly string[]
  readonly doc?: string
  readonly source: SourceSpan
}
