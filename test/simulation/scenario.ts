/** What a run is put through: drawn as data before it starts, so that it can be printed and repeated. */

import type { ErrorCode, Limits } from 'coxswain'
import { DEFAULT_LIMITS } from '../../src/base/limits.ts'
import type { End, NetworkConditions } from 'coxswain/testing'
import type { Random } from '../../src/base/random.ts'
import type { Pace } from './player.ts'

export type Fault =
  | { readonly kind: 'cancel'; readonly atMs: number; readonly session: number; readonly by: 'opener' | 'server' }
  | { readonly kind: 'abort'; readonly atMs: number; readonly session: number }
  | { readonly kind: 'close'; readonly atMs: number; readonly end: End; readonly deadlineMs: number }
  | { readonly kind: 'cut'; readonly atMs: number; readonly how: 'end' | 'reset' }
  | { readonly kind: 'partition'; readonly atMs: number; readonly healsAtMs: number | undefined }
  | { readonly kind: 'slow reader'; readonly atMs: number; readonly end: End; readonly readsAtMs: number | undefined }
  | { readonly kind: 'stall'; readonly atMs: number; readonly end: End; readonly forMs: number }

export interface Scenario {
  readonly network: Partial<NetworkConditions>
  readonly limits: Readonly<Record<End, Partial<Limits>>>
  readonly faults: readonly Fault[]
  /** How often a program fails at one of its states. */
  readonly failing: number
  readonly paces: readonly Pace[]
  readonly slowMs: number
  /** Errors that may end a session; none where everything has to come to its outcome. */
  readonly codes: readonly ErrorCode[]
  /** Whether a session may end as cancelled though its script does not. */
  readonly cancels: boolean
  /** Whether every session that was opened is served: nothing can come between. */
  readonly allServed: boolean
  /** Until when every session has ended, in simulated ms. */
  readonly promisedMs: number
}

/** The longest of all conversations over the slowest of all networks. */
const CONVERSATION_MAX_MS = 600_000

const CALM: Scenario = {
  network: {},
  limits: { first: {}, second: {} },
  faults: [],
  failing: 0,
  paces: ['sync', 'promises', 'slow', 'mixed'],
  slowMs: 20,
  codes: [],
  cancels: false,
  allServed: true,
  promisedMs: CONVERSATION_MAX_MS,
}

function drawNetwork(random: Random): Partial<NetworkConditions> {
  return random.pick<Partial<NetworkConditions>>([
    {},
    { latencyMs: [0, 0], splitChance: 0, mergeChance: 1 },
    { latencyMs: [0, 30], splitChance: 0.9, mergeChance: 0 },
    { latencyMs: [1, 10], splitChance: 0.9, mergeChance: 0.9, bufferBytes: 64 },
    { stallChance: 0.1, stallMs: [10, 300] },
    { bytesPerMs: 5, bufferBytes: 256 },
  ])
}

function drawWindows(random: Random): Partial<Limits> {
  return { windowMessages: random.integer(1, 4), windowBytes: 1024, frameMaxBytes: random.pick([4096, 1024 * 1024]) }
}

export function drawCalm(random: Random): Scenario {
  return { ...CALM, network: drawNetwork(random) }
}

/** Nothing fails, but every buffer is as small as it can be. */
export function drawNarrow(random: Random): Scenario {
  return {
    ...CALM,
    network: drawNetwork(random),
    limits: { first: drawWindows(random), second: drawWindows(random) },
  }
}

/** Programs cancel, abort, fail, and close their links. */
export function drawUnruly(random: Random): Scenario {
  const faults = Array.from({ length: random.integer(1, 4) }, (): Fault => {
    const atMs = random.integer(0, 150)
    const session = random.integer(0, 4)
    return random.pick<() => Fault>([
      () => ({ kind: 'cancel', atMs, session, by: random.pick(['opener', 'server']) }),
      () => ({ kind: 'cancel', atMs, session, by: random.pick(['opener', 'server']) }),
      () => ({ kind: 'abort', atMs, session }),
      () => ({ kind: 'close', atMs, end: random.pick(['first', 'second']), deadlineMs: random.pick([0, 50, 10_000]) }),
    ])()
  })
  const closes = faults.some(({ kind }) => kind === 'close')
  return {
    ...CALM,
    network: drawNetwork(random),
    limits: random.chance(0.5) ? CALM.limits : { first: drawWindows(random), second: drawWindows(random) },
    faults,
    failing: 0.3,
    codes: ['aborted', ...(closes ? (['unavailable'] as const) : [])],
    cancels: true,
    allServed: !closes,
  }
}

/** The network breaks, stands still, or is not read from. */
export function drawBroken(random: Random): Scenario {
  const faults = Array.from({ length: random.integer(1, 3) }, (): Fault => {
    const atMs = random.integer(0, 200)
    const end = random.pick<End>(['first', 'second'])
    const later = random.chance(0.5) ? atMs + random.pick([50, 500, 20_000]) : undefined
    return random.pick<() => Fault>([
      () => ({ kind: 'cut', atMs, how: random.pick(['end', 'reset']) }),
      () => ({ kind: 'partition', atMs, healsAtMs: later }),
      () => ({ kind: 'slow reader', atMs, end, readsAtMs: later }),
      () => ({ kind: 'stall', atMs, end, forMs: random.pick([50, 15_000]) }),
    ])()
  })
  const windows = random.chance(0.5) ? {} : drawWindows(random)
  const limits = { first: { ...windows, ...drawTimes(random) }, second: { ...windows, ...drawTimes(random) } }
  const lastMs = Math.max(...faults.map(endOf))
  return {
    ...CALM,
    network: drawNetwork(random),
    limits,
    faults,
    promisedMs: CONVERSATION_MAX_MS + lastMs + Math.max(silenceMaxMs(limits.first), silenceMaxMs(limits.second)),
    allServed: false,
    codes: ['truncated', 'unavailable', 'slow_peer', 'deadline_exceeded'],
  }
}

/** When the last of it is over. */
function endOf(fault: Fault): number {
  if (fault.kind === 'partition') return fault.healsAtMs ?? fault.atMs
  if (fault.kind === 'slow reader') return fault.readsAtMs ?? fault.atMs
  return fault.kind === 'stall' ? fault.atMs + fault.forMs : fault.atMs
}

/** After how much silence, or so long without progress, a link has ended: the limits, and the two ticks that they may be late. */
function silenceMaxMs(given: Partial<Limits>): number {
  const { pingEveryMs, pingFloorMs, pingAnswerMs, writeStallMs } = { ...DEFAULT_LIMITS, ...given }
  const deadMs = Math.max(pingEveryMs, pingFloorMs, DEFAULT_LIMITS.pingFloorMs) + pingAnswerMs
  return Math.max(deadMs, writeStallMs) + 10_000
}

/** The promised times, in a scale at which they matter: pings are some seconds apart by default. */
function drawTimes(random: Random): Partial<Limits> {
  if (random.chance(0.3)) return {}
  return {
    pingEveryMs: random.pick([200, 1000]),
    pingAnswerMs: random.pick([100, 2000]),
    pingFloorMs: 50,
    writeStallMs: random.pick([300, 3000]),
    turnMaxMs: random.pick([80, 1000, 600_000]),
  }
}
