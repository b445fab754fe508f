/** Communicating machines as they are written: participants with states by name and what each may do. */

import type { Position } from './verdict.ts'

export interface System {
  readonly participants: readonly Participant[]
}

export interface Participant {
  readonly name: string
  readonly at: Position
  /** The state where it begins. Every state that a transition names is in `states`, with or without transitions. */
  readonly start: string
  readonly states: ReadonlyMap<string, readonly Transition[]>
}

export interface Transition extends Position {
  readonly partner: string
  readonly does: 'send' | 'receive'
  readonly label: string
  /** Empty for none. */
  readonly payload: string
  readonly target: string
}
