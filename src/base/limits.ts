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
   * Messages of one session that may lie here unread, for protocols in which one side sends and sends. Default 4096, at least
   * 1, at most 65 535. The sender waits for credit; one that does not loses its session with `resource_exhausted`.
   */
  readonly windowMessages: number
  /**
   * Bytes of such messages, as they stand on the wire. Default 512 KiB, at least 1 KiB, at most 64 MiB. Checked before a
   * message is sent, so that one message may go over it.
   */
  readonly windowBytes: number
  /** Sessions that the other side may have open at once on one link. Default 100 000. More are refused with `resource_exhausted`. */
  readonly sessionsMax: number
  /**
   * Bytes written but not yet taken by the transport. Default 8 MiB. From half of it on, messages wait; over it, which only
   * answers to a side that asks and does not read can reach, the link closes with `slow_peer`.
   */
  readonly outboundMaxBytes: number
  /**
   * From the opened transport to the opened link, in ms. Default 5000. Then the connection is dropped; whoever dialled gets
   * `deadline_exceeded`.
   */
  readonly openMaxMs: number
  /** Accepted connections that have not opened their link yet. Default 128. When it is full the oldest gives way. */
  readonly openingMax: number
  /** The same from one address. Default 16. */
  readonly openingPerAddressMax: number
  /** Open links of one listener. Default 10 000. More are closed with `resource_exhausted`. */
  readonly linksMax: number
  /** Open links of one listener from one address. Default 1000. More are closed with `resource_exhausted`. */
  readonly linksPerAddressMax: number
  /**
   * Longest time without a frame of a session in either direction, in ms. Default 600 000, ten minutes; `Infinity` only by
   * name. Then the session ends on both sides with `deadline_exceeded`, at the latest an eighth later: healthy pings do not
   * keep a session whose handler never returns.
   */
  readonly turnMaxMs: number
  /** Silence on the link after which this side pings, in ms. Default 20 000; never faster than the other side's floor. */
  readonly pingEveryMs: number
  /** Silence after a ping after which the link ends with `unavailable`, in ms. Default 10 000. Own stalls do not count. */
  readonly pingAnswerMs: number
  /** Pings that come faster than one in so many ms, after a burst of three, close the link with `too_many_pings`. Default 5000. */
  readonly pingFloorMs: number
  /** Bytes wait and none has left for so long, in ms: the link ends with `slow_peer`. Default 10 000. Own stalls do not count. */
  readonly writeStallMs: number
  /** Sessions that the other side may open, as a burst. Default 200 000. Over it the link closes with `resource_exhausted`. */
  readonly opensBurst: number
  /** How fast that burst is given back, in sessions a second. Default 500 000, more than a link can carry of honest ones. */
  readonly opensPerSecond: number
  /**
   * Refused opens, cancels, resets and frames for sessions that are over, as a burst. Default 20 000. They are charged to
   * whoever sends them, since the work that they throw away has been done. Over it the link closes with `resource_exhausted`.
   */
  readonly discardsBurst: number
  /** How fast that burst is given back, in frames a second. Default 2000. */
  readonly discardsPerSecond: number
}

/** What holds where nothing else is given. */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  frameMaxBytes: 1024 * 1024,
  windowMessages: 4096,
  windowBytes: 512 * 1024,
  sessionsMax: 100_000,
  outboundMaxBytes: 8 * 1024 * 1024,
  openMaxMs: 5000,
  openingMax: 128,
  openingPerAddressMax: 16,
  linksMax: 10_000,
  linksPerAddressMax: 1000,
  turnMaxMs: 600_000,
  pingEveryMs: 20_000,
  pingAnswerMs: 10_000,
  pingFloorMs: 5000,
  writeStallMs: 10_000,
  opensBurst: 200_000,
  opensPerSecond: 500_000,
  discardsBurst: 20_000,
  discardsPerSecond: 2000,
})

/** No frame is longer than this, whatever either side announces. */
export const FRAME_MAX_BYTES: number = 64 * 1024 * 1024

/** Node's timers fire at once from 2^31 ms on. */
const TIME_MAX_MS = 2 ** 31 - 1

/** Lowest and highest value of each limit. */
const RANGES: Readonly<Record<keyof Limits, readonly [min: number, max: number]>> = {
  frameMaxBytes: [1024, FRAME_MAX_BYTES],
  windowMessages: [1, 65_535],
  windowBytes: [1024, 64 * 1024 * 1024],
  sessionsMax: [1, 10_000_000],
  outboundMaxBytes: [64 * 1024, 1024 * 1024 * 1024],
  openMaxMs: [1, TIME_MAX_MS],
  openingMax: [1, 100_000],
  openingPerAddressMax: [1, 100_000],
  linksMax: [1, 10_000_000],
  linksPerAddressMax: [1, 10_000_000],
  turnMaxMs: [1, TIME_MAX_MS],
  pingEveryMs: [1, TIME_MAX_MS],
  pingAnswerMs: [1, TIME_MAX_MS],
  pingFloorMs: [1, TIME_MAX_MS],
  writeStallMs: [1, TIME_MAX_MS],
  opensBurst: [1, 1_000_000_000],
  opensPerSecond: [1, 1_000_000_000],
  discardsBurst: [1, 1_000_000_000],
  discardsPerSecond: [1, 1_000_000_000],
}

/**
 * Fills in the defaults.
 *
 * @throws SteerError `misuse` for an unknown name, and for a value that is no integer in its range.
 */
export function resolveLimits(given: Partial<Limits> | undefined): Limits {
  if (given === undefined) return DEFAULT_LIMITS
  const limits: Record<string, number> = { ...DEFAULT_LIMITS }
  for (const [name, value] of Object.entries<unknown>(given)) {
    if (value === undefined) continue
    if (!Object.hasOwn(RANGES, name)) throw new SteerError('misuse', `there is no limit called "${name}"`)
    limits[name] = checkLimit(name as keyof Limits, value)
  }
  return Object.freeze(limits as unknown as Limits)
}

function checkLimit(name: keyof Limits, value: unknown): number {
  const [min, max] = RANGES[name]
  if (typeof value === 'number') {
    if (name === 'turnMaxMs' && value === Infinity) return value
    if (Number.isInteger(value) && value >= min && value <= max) return value
  }
  throw new SteerError('misuse', `limits.${name} must be an integer from ${min} to ${max}, not ${String(value)}`)
}
