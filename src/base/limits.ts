/** Every bound of the library in one place. Nothing that the other side or the program can make grow is without one. */

import { SteerError } from './errors.ts'

/**
 * The bounds of a link and its sessions. Each can be given to `listen`, `connect` and `attach`; what is left out has the
 * default. The two ends may differ: what one end takes in is told to the other when the link opens.
 */
export interface Limits {
  /**
   * Longest frame taken in, in bytes, header included. Default 1 MiB, at least 1 KiB, at most 64 MiB. A longer one that
   * arrives closes the link with `frame_too_large` before anything is allocated for it; one that this side is asked to send
   * fails that session with `frame_too_large`.
   */
  readonly frameMaxBytes: number
  /**
   * Messages of one session that may lie here unread, for protocols in which one side sends and sends. Default 256, at least
   * 1, at most 65 535. The sender waits for credit; one that does not loses its session with `resource_exhausted`.
   */
  readonly windowMessages: number
  /**
   * Bytes of such messages, as they stand on the wire. Default 256 KiB, at least 1 KiB, at most 64 MiB. Checked before a
   * message is sent, so that one message may go over it.
   */
  readonly windowBytes: number
  /** Sessions that the other side may have open at once on one link. Default 100 000. More are refused with `resource_exhausted`. */
  readonly sessionsMax: number
  /**
   * Bytes written but not yet taken by the transport. Default 8 MiB. Over it the link closes with `slow_peer`: it is a
   * safety net, sessions are paced by their windows long before.
   */
  readonly outboundMaxBytes: number
  /**
   * From the opened transport to the opened link, in ms. Default 5000. Then the connection is dropped; whoever dialled gets
   * `deadline_exceeded`.
   */
  readonly openMaxMs: number
  /** Accepted connections that have not opened their link yet. Default 128. When it is full the oldest gives way. */
  readonly openingMax: number
}

/** What holds where nothing else is given. */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  frameMaxBytes: 1024 * 1024,
  windowMessages: 256,
  windowBytes: 256 * 1024,
  sessionsMax: 100_000,
  outboundMaxBytes: 8 * 1024 * 1024,
  openMaxMs: 5000,
  openingMax: 128,
})

/** Lowest and highest value of each limit. The time is bounded by Node's timers, which fire at once from 2^31 ms on. */
const RANGES: Readonly<Record<keyof Limits, readonly [min: number, max: number]>> = {
  frameMaxBytes: [1024, 64 * 1024 * 1024],
  windowMessages: [1, 65_535],
  windowBytes: [1024, 64 * 1024 * 1024],
  sessionsMax: [1, 10_000_000],
  outboundMaxBytes: [64 * 1024, 1024 * 1024 * 1024],
  openMaxMs: [1, 2 ** 31 - 1],
  openingMax: [1, 100_000],
}

/**
 * Fills in the defaults.
 *
 * @throws SteerError `misuse` for an unknown name, and for a value that is no integer in its range.
 */
export function resolveLimits(given: Partial<Limits> | undefined): Limits {
  if (given === undefined) return DEFAULT_LIMITS
  const limits: Record<string, number> = { ...DEFAULT_LIMITS }
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    if (!Object.hasOwn(RANGES, name)) throw new SteerError('misuse', `there is no limit called "${name}"`)
    const [min, max] = RANGES[name as keyof Limits]
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new SteerError('misuse', `limits.${name} must be an integer from ${min} to ${max}, not ${String(value)}`)
    }
    limits[name] = value
  }
  return Object.freeze(limits as unknown as Limits)
}
