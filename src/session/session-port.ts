/** What a session asks of its link. */

import type { Clock } from '../base/clock.ts'
import type { ErrorCode } from '../base/errors.ts'
import type { Link } from '../kernel/link.ts'
import type { Edge } from '../kernel/program.ts'
import type { StreamEnd } from '../kernel/state.ts'
import type { WindowSize } from './window.ts'

export interface SessionPort<Core> {
  /** The link as user code knows it. */
  readonly link: Link
  /** How much the other side takes in before it gives credit. */
  readonly remoteWindow: WindowSize
  /** Rises with every sweep. Sessions note it at each frame, and so know how long none came without looking at a clock. */
  readonly epoch: number
  /** How much this side takes in before it gives credit. */
  readonly localWindow: WindowSize
  /** For the scopes of `within`. */
  readonly clock: Clock
  /** Where its frames go. */
  readonly frames: SessionFrames
  /** False while so much waits to go out that no further message should be made; `resume` is called when that has changed. */
  hasRoom(session: Core): boolean
  /** The session is over; its number may be forgotten. */
  release(session: Core): void
}

export interface SessionFrames {
  /** Returns the bytes of the payload. */
  message(session: number, edge: Edge, payload: unknown): number
  item(session: number, edge: Edge, item: unknown): void
  streamEnd(session: number, how: StreamEnd | undefined): void
  streamCredit(session: number, items: number): void
  credit(session: number, messages: number, bytes: number): void
  cancel(session: number, reason: string | undefined): void
  reset(session: number, code: ErrorCode, text: string): void
}
