/**
 * What a link watches over time: whether the other side is alive, whether it reads, and when sessions have to be looked at.
 * Pure: it is told the time and what happened, and answers what to do. Nothing ticks for a session.
 */

import type { Limits } from '../base/limits.ts'

type WatchAction = 'ping' | 'dead' | 'slow' | 'sweep'

/** A look every so often, in ms, where nothing asks for more. */
const SLOWEST_TICK_MS = 5000
const FASTEST_TICK_MS = 5
/** Sessions are looked at so many times in the longest turn. */
export const SWEEPS_PER_TURN = 8

/** All times are whole milliseconds: an idle link would pay sixteen bytes for each that is not. */
export class LinkWatch {
  /** How often `tick` has to be called. */
  readonly tickMs: number
  readonly #pingEveryMs: number
  readonly #limits: Limits
  #dueAt: number
  #heardAt: number
  #pingedAt: number | undefined
  #heard = false
  #drained = 0
  #progressAt: number
  #sweptAt: number

  /** @param remotePingFloorMs the other side closes a link on which pings come faster. */
  constructor(limits: Limits, remotePingFloorMs: number, nowMs: number) {
    this.#limits = limits
    this.#pingEveryMs = Math.max(limits.pingEveryMs, remotePingFloorMs)
    const wanted = Math.min(
      this.#pingEveryMs / 4,
      limits.pingAnswerMs / 4,
      limits.writeStallMs / 4,
      sweepEveryMs(limits),
    )
    this.tickMs = Math.ceil(Math.min(Math.max(wanted, FASTEST_TICK_MS), SLOWEST_TICK_MS))
    this.#dueAt = nowMs + this.tickMs
    this.#heardAt = nowMs
    this.#progressAt = nowMs
    this.#sweptAt = nowMs
  }

  /** Bytes have come. Called for every chunk, so it looks at no clock. */
  heard(): void {
    this.#heard = true
  }

  /**
   * @param pendingBytes written and not gone.
   * @param drainedBytes gone since the link opened.
   */
  tick(nowMs: number, pendingBytes: number, drainedBytes: number): readonly WatchAction[] {
    // A tick that comes late says that this process stood still. What the other side sent meanwhile has not been read yet,
    // so the time lost counts for nobody.
    const lateMs = Math.max(0, nowMs - this.#dueAt)
    const lostMs = lateMs > this.tickMs ? lateMs : 0
    this.#dueAt = nowMs + this.tickMs
    const actions: WatchAction[] = []
    if (this.#isDead(nowMs, lostMs)) actions.push('dead')
    else if (this.#pingIsDue(nowMs)) actions.push('ping')
    if (this.#isSlow(nowMs, lostMs, pendingBytes, drainedBytes)) actions.push('slow')
    const sinceMs = nowMs - this.#sweptAt
    if (sinceMs >= sweepEveryMs(this.#limits)) {
      // As if it had come when it was due: sweeps would be the fewer the more ticks are late.
      this.#sweptAt = nowMs - Math.ceil(sinceMs % sweepEveryMs(this.#limits))
      actions.push('sweep')
    }
    return actions
  }

  #isDead(nowMs: number, lostMs: number): boolean {
    if (this.#heard) {
      this.#heard = false
      this.#heardAt = nowMs
      this.#pingedAt = undefined
    }
    if (this.#pingedAt === undefined) return false
    this.#pingedAt += lostMs
    return nowMs - this.#pingedAt >= this.#limits.pingAnswerMs
  }

  #pingIsDue(nowMs: number): boolean {
    if (this.#pingedAt !== undefined || nowMs - this.#heardAt < this.#pingEveryMs) return false
    this.#pingedAt = nowMs
    return true
  }

  #isSlow(nowMs: number, lostMs: number, pendingBytes: number, drainedBytes: number): boolean {
    if (pendingBytes === 0 || drainedBytes !== this.#drained) this.#progressAt = nowMs
    else this.#progressAt += lostMs
    this.#drained = drainedBytes
    return nowMs - this.#progressAt >= this.#limits.writeStallMs
  }
}

function sweepEveryMs(limits: Limits): number {
  return limits.turnMaxMs / SWEEPS_PER_TURN
}
