/** What a reactor is told of each service, and what holds where it is told nothing. */

import { SteerError } from '../base/errors.ts'
import type { Backoff } from './machine/backoff.ts'
import type { Intensity, MemberSpec, Restart } from './machine/member.ts'
import type { Service, ServiceDefaults } from './service.ts'

/** Where a service runs. `inline` shares the event loop and the memory of the reactor. */
export type Isolation = 'inline' | 'thread' | 'process'

/** Tells that a service is alive. */
export interface Watchdog {
  /**
   * How often the service is heard of, in ms, from 20. The event loop of an isolate beats by itself; after two times of
   * silence the isolate is replaced. A main that calls `ctx.beat()` once is held to it as well, inline too.
   */
  readonly beatEveryMs: number
}

/** What can be said of every service. */
export interface ServiceSettings extends ServiceDefaults {
  /** From 1 to 100 letters, digits, `_`, `.`, `-` and `:`; no other service of the reactor is called so. */
  readonly name: string
  /** Services that have to be ready before this one starts, and stop after it. */
  readonly dependsOn?: readonly string[] | undefined
  /** Default `permanent`. */
  readonly restart?: Restart | undefined
  readonly backoff?: Partial<Backoff> | undefined
  /** A cap of failures. Default none: a service ends only by its `init` or its `fallback`. */
  readonly intensity?: Intensity | undefined
  /** What to do while an old main does not settle: `wait`, the default, or `abort` the service. Two mains never overlap. */
  readonly zombie?: 'wait' | 'abort' | undefined
  readonly watchdog?: Watchdog | undefined
}

/** A service in this thread. */
export interface InlineSpec<M> extends ServiceSettings {
  readonly service: Service<M>
  readonly isolate?: 'inline' | undefined
}

/** A service in a thread or process of its own. It is given a clone of the metadata. */
export interface IsolatedSpec extends ServiceSettings {
  /** The module with the service, as a `file:` URL. */
  readonly module: URL
  /** Which export: a service, or a class that is made without arguments. Default `default`, else `service`. */
  readonly export?: string | undefined
  readonly isolate: 'thread' | 'process'
  /** Arguments of Node for the isolate. Default those of this process. */
  readonly execArgv?: readonly string[] | undefined
  /** Heap limits of a thread. They do not count what lies outside of the heap, as buffers do. */
  readonly resourceLimits?:
    | {
        readonly maxOldGenerationSizeMb?: number | undefined
        readonly maxYoungGenerationSizeMb?: number | undefined
        readonly stackSizeMb?: number | undefined
      }
    | undefined
}

export type ServiceSpec<M> = InlineSpec<M> | IsolatedSpec

const DEFAULT_BACKOFF: Backoff = { minMs: 100, maxMs: 30_000, factor: 2, resetAfterMs: 60_000 }
const TIME_MAX_MS = 2 ** 31 - 1

/**
 * Fills in the defaults.
 *
 * @throws SteerError `misuse` for a value out of its range.
 */
export function resolveSpec(spec: ServiceSpec<never>, remembered: MemberSpec['remembered']): MemberSpec {
  const name = checkName(spec.name)
  checkIsolation(spec)
  const brought: ServiceDefaults = isIsolated(spec) ? {} : (spec.service.defaults ?? {})
  const time = (key: 'initTimeoutMs' | 'graceMs' | 'stopTimeoutMs', fallback: number): number =>
    checkNumber(`${key} of "${name}"`, spec[key] ?? brought[key] ?? fallback, 1, TIME_MAX_MS)
  if (spec.watchdog !== undefined) {
    checkNumber(`watchdog.beatEveryMs of "${name}"`, spec.watchdog.beatEveryMs, 20, TIME_MAX_MS / 4)
  }
  return {
    name,
    dependsOn: [...new Set(spec.dependsOn ?? [])],
    restart: checkWord(name, 'restart', spec.restart ?? 'permanent', ['permanent', 'transient', 'temporary']),
    backoff: resolveBackoff(name, spec.backoff),
    intensity: spec.intensity === undefined ? undefined : checkIntensity(name, spec.intensity),
    initTimeoutMs: time('initTimeoutMs', 30_000),
    graceMs: time('graceMs', 5000),
    stopTimeoutMs: time('stopTimeoutMs', 5000),
    readyBy: checkWord(name, 'readyBy', spec.readyBy ?? brought.readyBy ?? 'main', ['main', 'call']),
    zombie: checkWord(name, 'zombie', spec.zombie ?? 'wait', ['wait', 'abort']),
    isolated: isIsolated(spec),
    remembered,
  }
}

export function isIsolated(spec: ServiceSpec<never>): spec is IsolatedSpec {
  return spec.isolate === 'thread' || spec.isolate === 'process'
}

function checkName(name: unknown): string {
  if (typeof name === 'string' && /^[\w.:-]{1,100}$/.test(name)) return name
  throw new SteerError('misuse', 'the name of a service has 1 to 100 letters, digits, "_", ".", "-" and ":"')
}

/** For programs that the compiler has not seen. */
function checkIsolation(spec: ServiceSpec<never>): void {
  checkWord(spec.name, 'isolate', spec.isolate ?? 'inline', ['inline', 'thread', 'process'])
  if (isIsolated(spec)) {
    const url: unknown = spec.module
    if (url instanceof URL && url.protocol === 'file:') return
    throw new SteerError('misuse', `"${spec.name}" needs a module, a file: URL, to run in a ${spec.isolate}`)
  }
  const service: unknown = spec.service
  if (isService(service)) return
  throw new SteerError('misuse', `"${spec.name}" has no main`)
}

/** True for whatever has a `main`. */
export function isService(value: unknown): value is Service {
  return typeof value === 'object' && value !== null && 'main' in value && typeof value.main === 'function'
}

function resolveBackoff(name: string, given: Partial<Backoff> = {}): Backoff {
  const { minMs = DEFAULT_BACKOFF.minMs, factor = DEFAULT_BACKOFF.factor } = given
  const { maxMs = Math.max(minMs, DEFAULT_BACKOFF.maxMs), resetAfterMs = DEFAULT_BACKOFF.resetAfterMs } = given
  checkNumber(`backoff.minMs of "${name}"`, minMs, 1, TIME_MAX_MS)
  checkNumber(`backoff.maxMs of "${name}"`, maxMs, minMs, TIME_MAX_MS)
  checkNumber(`backoff.resetAfterMs of "${name}"`, resetAfterMs, 1, TIME_MAX_MS)
  if (!(factor >= 1 && factor <= 100)) {
    throw new SteerError('misuse', `backoff.factor of "${name}" must be from 1 to 100, not ${String(factor)}`)
  }
  return { minMs, maxMs, factor, resetAfterMs }
}

function checkIntensity(name: string, intensity: Intensity): Intensity {
  const { max, withinMs, then } = intensity
  checkNumber(`intensity.max of "${name}"`, max, 0, 10_000)
  checkNumber(`intensity.withinMs of "${name}"`, withinMs, 1, TIME_MAX_MS)
  checkWord(name, 'intensity.then', then, ['abort', 'pause', 'escalate'])
  return { max, withinMs, then }
}

/** @throws SteerError `misuse` for what is no whole number in the range. */
export function checkNumber(what: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new SteerError('misuse', `${what} must be an integer from ${min} to ${Math.floor(max)}, not ${String(value)}`)
}

function checkWord<Word extends string>(name: string, what: string, value: Word, words: readonly Word[]): Word {
  if (words.includes(value)) return value
  throw new SteerError('misuse', `${what} of "${name}" must be one of ${words.join(', ')}, not ${value}`)
}
