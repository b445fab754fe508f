/** Notices that something is not heard of any more. */

import type { Clock, Timer } from '../../base/clock.ts'

export interface SilenceWatch {
  beat(): void
  close(): void
}

/**
 * Calls `onSilence` once, when nothing was heard for `silenceMs`.
 *
 * A stall of this thread is no silence of others: what they sent meanwhile comes in after the timers. So after a timer that is
 * late they get half of the time again.
 */
export function watchSilence(clock: Clock, silenceMs: number, onSilence: (forMs: number) => void): SilenceWatch {
  let heardAt = clock.now()
  let timer: Timer
  const wait = (delayMs: number): void => {
    const dueAt = clock.now() + delayMs
    timer = clock.after(Math.max(1, delayMs), () => look(dueAt))
  }
  const look = (dueAt: number): void => {
    const nowMs = clock.now()
    const silentMs = nowMs - heardAt
    if (silentMs < silenceMs) return wait(silenceMs - silentMs)
    if (nowMs - dueAt > silenceMs / 2) return wait(silenceMs / 2)
    onSilence(silentMs)
  }
  wait(silenceMs)
  return {
    beat: () => {
      heardAt = clock.now()
    },
    close: () => timer.cancel(),
  }
}
