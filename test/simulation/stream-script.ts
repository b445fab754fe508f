/** What happens in one stream, laid down before it takes place, and what each of its two ends notes of it. */

import { isDeepStrictEqual } from 'node:util'
import type { Random } from '../../src/base/random.ts'

/** What the program gives to be sent. */
export type SourceForm = 'async generator' | 'generator' | 'iterator' | 'array'

/** How the receiving program reads: with `for await`, item by item, or not at all. */
export type ReaderForm = 'for await' | 'iterator'

export interface StreamScript {
  readonly items: readonly unknown[]
  readonly window: number
  readonly source: SourceForm
  readonly reader: ReaderForm
  /** How many items the receiver takes before it stops; undefined where it reads to the end. */
  readonly takes: number | undefined
  /** Whether the receiver waits for the end before it moves on, where it need not. */
  readonly waits: boolean
}

export type StreamOutcome = 'ended' | 'cancelled'

/** What the sending program notes. */
export interface SourceNotes {
  /** Items that were asked for and given. */
  given: number
  /** The source was begun: only then its `finally` has something to do. */
  begun: boolean
  /** How often it was closed: its `finally`, its `return`, or its own end. */
  closings: number
  outcome: StreamOutcome | undefined
}

/** What the receiving program notes. */
export interface ReaderNotes {
  readonly taken: unknown[]
  outcome: StreamOutcome | undefined
  /** The program failed while it read. */
  failed: boolean
}

/** One stream of a run, seen from both ends. */
export interface StreamNotes {
  readonly source: SourceNotes
  readonly reader: ReaderNotes
  /** Most items that were given and not taken, at any moment. */
  mostHeld: number
}

export function createNotes(): StreamNotes {
  return {
    source: { given: 0, begun: false, closings: 0, outcome: undefined },
    reader: { taken: [], outcome: undefined, failed: false },
    mostHeld: 0,
  }
}

export function drawStream(window: number, drawItem: () => unknown, random: Random): StreamScript {
  const count = random.pick([0, 1, random.integer(0, window), random.integer(0, 3 * window + 2)])
  return {
    items: Array.from({ length: count }, drawItem),
    window,
    source: random.pick(['async generator', 'generator', 'iterator', 'array']),
    reader: random.pick(['for await', 'iterator']),
    takes: random.chance(0.6) ? undefined : random.integer(0, count),
    waits: random.chance(0.7),
  }
}

/** What the stream must come to; undefined where it depends on what is faster. */
export function expectedOutcome({ items, takes }: StreamScript): StreamOutcome | undefined {
  return takes === undefined ? 'ended' : outcomeAfter(takes, items)
}

/** Who has taken the last item and stops, or fails, may have heard the end or not. */
function outcomeAfter(taken: number, items: readonly unknown[]): StreamOutcome | undefined {
  return taken < items.length ? 'cancelled' : undefined
}

/** Everything that is wrong with one stream, as text. */
export function judgeStream(script: StreamScript, notes: StreamNotes, problem: (text: string) => void): void {
  const { source, reader, mostHeld } = notes
  const expected = reader.failed ? outcomeAfter(reader.taken.length, script.items) : expectedOutcome(script)
  for (const outcome of [source.outcome, reader.outcome]) {
    if (outcome !== undefined && expected !== undefined && outcome !== expected)
      problem(`it came to ${outcome}, expected ${expected}`)
  }
  if (source.outcome !== undefined && reader.outcome !== undefined && source.outcome !== reader.outcome)
    problem(`the sender heard ${source.outcome}, the receiver ${reader.outcome}`)
  if (reader.taken.length > source.given) problem(`${reader.taken.length} items were taken of ${source.given}`)
  if (!isDeepStrictEqual(reader.taken, script.items.slice(0, reader.taken.length))) problem('its items were altered')
  if (reader.outcome === 'ended' && reader.taken.length < script.items.length)
    problem(`it ended after ${reader.taken.length} of ${script.items.length} items`)
  if (mostHeld > script.window) problem(`${mostHeld} items were held, its window is ${script.window}`)
  if (source.closings > 1) problem(`its source was closed ${source.closings} times`)
  if (source.begun && source.closings === 0) problem('its source was not closed')
}
