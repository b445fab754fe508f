/**
 * Sessions whose opener has a version that this side does not know: whether they run is the opener's to say. What it has sent
 * before it could know waits here, unread. It is as much as an opener may send before it hears anything: a window of messages,
 * and of one stream its first item, its end and a first credit.
 */

import { SteerError } from '../base/errors.ts'
import { FRAME } from '../wire/frame.ts'
import { NumberMap } from './number-map.ts'
import type { Serving } from './registry.ts'
import type { SessionCore } from './session.ts'
import { ReceiveWindow, type WindowSize } from './window.ts'

/** A session that waits for its verdict. */
interface Undecided {
  readonly session: SessionCore
  readonly serving: Serving
  readonly frames: readonly HeldFrame[]
}

interface HeldFrame {
  readonly kind: number
  /** Its body, copied. */
  readonly body: Uint8Array
}

interface Held extends Undecided {
  readonly frames: HeldFrame[]
  readonly window: ReceiveWindow
}

/** The frames that wait, each but messages at most once. Whatever else may come ends the session, or decides on it. */
const WAITING: ReadonlySet<number> = new Set([
  FRAME.message,
  FRAME.streamItem,
  FRAME.streamEnd,
  FRAME.streamCredit,
] satisfies number[])

const TOO_MUCH = 'the other side sends more of a stream than it may before it has heard anything'

/** Stands between the frames that arrive and what they say. */
export class UndecidedSessions {
  readonly #window: WindowSize
  readonly #held = new NumberMap<Held>()

  constructor(window: WindowSize) {
    this.#window = window
  }

  add(session: SessionCore, serving: Serving): void {
    this.#held.set(session.id, { session, serving, frames: [], window: new ReceiveWindow(this.#window) })
  }

  /** The session is decided on, or over. */
  take(id: number): Undecided | undefined {
    const held = this.#held.get(id)
    if (held !== undefined) this.#held.delete(id)
    return held
  }

  /** Whether the frame waits here, or has ended its session; else it is for others to read. */
  takesFrame(kind: number, session: number, bytes: Uint8Array, start: number, end: number): boolean {
    const isHeld = this.#held.size > 0 && WAITING.has(kind)
    const held = isHeld ? this.#held.get(session) : undefined
    if (held === undefined) return false
    const fits =
      kind === FRAME.message
        ? held.window.admit(payloadBytes(bytes, start, end))
        : !held.frames.some((other) => other.kind === kind)
    // Codecs read from a Buffer.
    if (fits) held.frames.push({ kind, body: Buffer.from(bytes.subarray(start, end)) })
    else
      held.session.fail(
        new SteerError('resource_exhausted', kind === FRAME.message ? held.window.describe() : TOO_MUCH),
      )
    return true
  }
}

/** What follows the number of the label, as windows count. */
function payloadBytes(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at]! >= 0x80) at++
  return Math.max(0, end - at - 1)
}
