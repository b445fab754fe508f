/**
 * One side of a table as the explorer reads it. This shares nothing with how `codegen/check` reads a table. A stream is either one
 * letter, as it is for the checker, or what it is on the wire: items, an end, and the other side's word on how it ended.
 */

import type { Role } from '../../src/ir/source.ts'
import type { Table, TableMove, TablePoint } from '../../src/ir/table.ts'
import type { Automaton, AutomatonState, Edge } from './explore.ts'

export type StreamForm = 'letter' | 'frames'

/** Thrown where a table leads nowhere, or goes round without ever coming to a message. */
export class MalformedTable extends Error {}

interface Draft {
  readonly final: boolean
  readonly sends: Edge[]
  readonly receives: Edge[]
}

/** Reads tables that share their letters. */
export class TableReader {
  readonly #letters = new Map<string, number>()
  readonly #streams: StreamForm

  constructor(streams: StreamForm) {
    this.#streams = streams
  }

  read(table: Table, role: Role): Automaton {
    const numbers = table.points.map((_, number) => resting(table, number))
    const states: Draft[] = table.points.map((point) => ({ final: point.kind === 'end', sends: [], receives: [] }))
    table.points.forEach((point, number) => {
      const sends = 'from' in point && point.from === role
      const edges = sends ? states[number]!.sends : states[number]!.receives
      for (const { letter, next, isStream } of actionsOf(point)) {
        const target = numbers[next]
        if (target === undefined) throw new MalformedTable(`there is no point ${next}`)
        const opened = isStream && this.#streams === 'frames' ? this.#stream(sends, target, states) : target
        edges.push({ label: this.#number(letter), target: opened })
      }
    })
    const start = numbers[0]!
    return { states: start === 0 ? states : moveToFront(states, start) }
  }

  /** The states of an open stream on one side; `next` is where the session goes on. Gives the first of them. */
  #stream(sends: boolean, next: number, states: Draft[]): number {
    const [item, end, ended, cancelled] = ['item', 'end', 'ended', 'cancelled'].map((name) => this.#number(`|${name}`))
    const body = states.length
    const [closing, last] = [body + 1, body + 2]
    const edge = (label: number | undefined, target: number): Edge => ({ label: label!, target })
    if (sends) {
      states.push({ final: false, sends: [edge(item, body), edge(end, closing)], receives: [edge(cancelled, last)] })
      states.push({ final: false, sends: [], receives: [edge(ended, next), edge(cancelled, next)] })
      states.push({ final: false, sends: [edge(end, next)], receives: [] })
    } else {
      states.push({ final: false, sends: [edge(cancelled, last)], receives: [edge(item, body), edge(end, closing)] })
      states.push({ final: false, sends: [edge(ended, next), edge(cancelled, next)], receives: [] })
      states.push({ final: false, sends: [], receives: [edge(item, last), edge(end, next)] })
    }
    return body
  }

  #number(letter: string): number {
    const number = this.#letters.get(letter) ?? this.#letters.size
    this.#letters.set(letter, number)
    return number
  }
}

interface Action {
  readonly letter: string
  readonly next: number
  readonly isStream: boolean
}

function actionsOf(point: TablePoint): Action[] {
  if (point.kind === 'signal') return [{ letter: `:${point.signal}`, next: point.next, isStream: false }]
  if (point.kind !== 'message') return []
  return point.moves.map((move) => ({ letter: letterOf(move), next: move.next, isStream: move.stream !== undefined }))
}

function letterOf({ label, stream, sealed, payload }: TableMove): string {
  return JSON.stringify([label, stream === undefined ? 'message' : 'stream', sealed === true, payload ?? null])
}

/** The next point that crosses the wire, or the end. */
function resting({ points }: Table, from: number): number {
  const seen = new Set<number>()
  for (let number = from; ;) {
    const point = points[number]
    if (point === undefined || seen.has(number)) throw new MalformedTable(`no message behind point ${from}`)
    if (point.kind !== 'local' && point.kind !== 'enter') return number
    seen.add(number)
    number = point.next
  }
}

/** The same with state `start` in the place of state 0, which nothing leads to. */
function moveToFront(states: readonly AutomatonState[], start: number): AutomatonState[] {
  return states.map((state, number) => (number === 0 ? states[start]! : state))
}
