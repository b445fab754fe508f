/**
 * Failures kept in a file, so that a process that crashes again and again also waits longer and longer. Lines of JSON, appended
 * as things happen and in one write each: what a `kill -9` leaves is a whole line or, at worst, a torn last one, which is
 * skipped. The writes are synchronous: a failure may be the last thing that this process does.
 */

import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { SteerError } from '../base/errors.ts'

/** What happened to a service. */
export type KeptEvent = 'start' | 'failure' | 'healthy' | 'stop'

export interface KeptLine {
  /** The wall clock, in ISO 8601. For people; nothing is computed from it but how long ago the last line was. */
  readonly at: string
  readonly service: string
  readonly event: KeptEvent
  /** Failures in a row, as they stand now. */
  readonly failures: number
  readonly outcome?: string | undefined
  readonly error?: string | undefined
}

/** What earlier processes left of a service. */
export interface Kept {
  readonly failures: number
  /** Since the last line of the service, in ms. */
  readonly elapsedMs: number
}

/** Lines kept when the file is opened, the newest. */
const KEEP_LINES = 1000
/** When the file has grown to this, it is cut while the reactor runs. About ten times what is kept. */
const FILE_MAX_BYTES = 4 * 1024 * 1024
/** Longest text of an error. */
const TEXT_MAX = 500

/** Files of the reactors that run: two in one file would cut each other's lines away. */
const inUse = new Set<string>()

export class FailureStore {
  readonly #path: string
  readonly #clock: Clock
  /** Of earlier processes, by service. */
  readonly kept: ReadonlyMap<string, Kept>
  #file: number
  #bytes: number
  #closed = false
  /** The wall clock at the zero of the monotonic one, as the file system says it. */
  readonly #epochMs: number
  /** The last line of each service, without which a cut would forget it. */
  readonly #last = new Map<string, KeptLine>()
  /** Services of which this process has said that they run. What an earlier one said is the death that it is counted for. */
  readonly #running = new Set<string>()

  /**
   * @throws SteerError `unavailable` where the folder cannot be made or written to, `misuse` where another reactor of this
   * process keeps its failures in the same file.
   */
  constructor(folder: string, name: string, clock: Clock) {
    this.#path = resolve(folder, `${name}.failures.jsonl`)
    this.#clock = clock
    if (inUse.has(this.#path)) {
      throw new SteerError('misuse', `another reactor called "${name}" keeps its failures in the same stateDir`)
    }
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const lines = readLines(this.#path)
      for (const line of lines) this.#last.set(line.service, line)
      this.#file = this.#rewrite(lines)
      // The file was written just now, so its time is the wall clock's.
      const { mtimeMs, size } = fstatSync(this.#file)
      this.#epochMs = mtimeMs - clock.now()
      this.#bytes = size
      this.kept = summarise(this.#last, mtimeMs)
      inUse.add(this.#path)
    } catch (error) {
      throw SteerError.from(error, 'unavailable', 'stateDir cannot be used')
    }
  }

  append(service: string, event: KeptEvent, failures: number, outcome?: string, error?: unknown): void {
    if (this.#closed) return
    const line: KeptLine = {
      at: new Date(this.#epochMs + this.#clock.now()).toISOString(),
      service,
      event,
      failures,
      outcome,
      error: error === undefined ? undefined : textOf(error).slice(0, TEXT_MAX),
    }
    this.#last.set(service, line)
    if (event === 'start' || event === 'healthy') this.#running.add(service)
    else this.#running.delete(service)
    const text = `${JSON.stringify(line)}\n`
    try {
      this.#bytes += writeSync(this.#file, text)
      if (this.#bytes > FILE_MAX_BYTES) this.#cut()
    } catch {
      // A full disk must not stop what it is to keep an account of.
    }
  }

  /** True where the last that this process has kept of the service is that it runs. */
  isRunning(service: string): boolean {
    return this.#running.has(service)
  }

  /** Idempotent. The name may be taken again. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    inUse.delete(this.#path)
    closeSync(this.#file)
  }

  #cut(): void {
    closeSync(this.#file)
    this.#file = this.#rewrite(readLines(this.#path))
    this.#bytes = fstatSync(this.#file).size
  }

  /** The newest lines, and the last of each service, in a new file that takes the place of the old one in one step. */
  #rewrite(lines: readonly KeptLine[]): number {
    const newest = new Set(lines.slice(-KEEP_LINES))
    const last = new Set(new Map(lines.map((line) => [line.service, line])).values())
    const keep = lines.filter((line) => newest.has(line) || last.has(line))
    const temporary = `${this.#path}.${process.pid}.tmp`
    const file = openSync(temporary, 'w', 0o600)
    writeSync(file, keep.map((line) => `${JSON.stringify(line)}\n`).join(''))
    // Without bytes nothing may touch the time of the file.
    fsyncSync(file)
    closeSync(file)
    renameSync(temporary, this.#path)
    return openSync(this.#path, 'a', 0o600)
  }
}

/** A service that was started and neither stopped nor counted since died with its process. */
function summarise(last: ReadonlyMap<string, KeptLine>, nowMs: number): Map<string, Kept> {
  const kept = new Map<string, Kept>()
  for (const [service, { event, failures, at }] of last) {
    if (event === 'stop') continue
    const died = event === 'start' || event === 'healthy'
    const elapsedMs = Math.max(0, nowMs - Date.parse(at))
    kept.set(service, { failures: died ? failures + 1 : failures, elapsedMs })
  }
  return kept
}

function readLines(path: string): KeptLine[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return []
  }
  return text.split('\n').flatMap((line) => parseLine(line) ?? [])
}

/** Believes nothing of a file that anybody may have edited. */
function parseLine(text: string): KeptLine | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { at, service, event, failures, outcome, error } = value as Record<string, unknown>
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at)) || typeof service !== 'string') return undefined
  if (event !== 'start' && event !== 'failure' && event !== 'healthy' && event !== 'stop') return undefined
  if (typeof failures !== 'number' || !Number.isInteger(failures) || failures < 0) return undefined
  return {
    at,
    service,
    event,
    failures: Math.min(failures, 1_000_000),
    outcome: typeof outcome === 'string' ? outcome : undefined,
    error: typeof error === 'string' ? error : undefined,
  }
}

function textOf(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  } catch {
    return `a thrown ${typeof error} that has no text`
  }
}
