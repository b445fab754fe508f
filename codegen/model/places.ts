/** The protocol itself: its labels, its places, who moves at each, and where streams are. */

import type { Role } from '../../src/ir/source.ts'
import type { Table, TableMove } from '../../src/ir/table.ts'

/** A place between two frames, by the number of its point in the table; hooks and scopes of time are looked through. */
export interface ModelPlace {
  readonly number: number
  readonly from: Role
  readonly moves: readonly ModelMove[]
}

export interface ModelMove {
  readonly label: string
  readonly next: number
  /** An automatic step. */
  readonly signal: boolean
  /** The window of a stream. */
  readonly stream?: number
}

/** The protocol, as the model needs it. */
export interface Places {
  readonly start: number
  /** Undefined where no run comes to an end. */
  readonly end: number | undefined
  /** All places where somebody moves. */
  readonly moving: readonly ModelPlace[]
  /** Sorted as on the wire, where a label is its index. */
  readonly labels: readonly string[]
  /** How many points the table has; numbers of places are below it. */
  readonly count: number
}

/** Reads the places off the table that both sides run. */
export function readPlaces(table: Table): Places {
  const behind = (number: number): number => skipQuiet(table, number)
  const moving = table.points.flatMap((point, number): ModelPlace[] => {
    if (point.kind === 'message') {
      return [{ number, from: point.from, moves: point.moves.map((move) => readMove(move, behind(move.next))) }]
    }
    if (point.kind !== 'signal') return []
    return [
      { number, from: point.from, moves: [{ label: `:${point.signal}`, next: behind(point.next), signal: true }] },
    ]
  })
  const end = table.points.findIndex(({ kind }) => kind === 'end')
  const labels = [...new Set(moving.flatMap(({ moves }) => moves.map(({ label }) => label)))].sort()
  return { start: behind(0), end: end === -1 ? undefined : end, moving, labels, count: table.points.length }
}

function readMove({ label, stream }: TableMove, next: number): ModelMove {
  return { label, next, signal: false, ...(stream === undefined ? {} : { stream }) }
}

function skipQuiet({ points }: Table, from: number): number {
  let number = from
  for (let steps = 0; steps <= points.length; steps++) {
    const point = points[number]
    if (point === undefined) throw new Error(`the table has no point ${number}`)
    if (point.kind !== 'local' && point.kind !== 'enter') return number
    number = point.next
  }
  throw new Error('the table goes round without a message')
}

/** A stream, and the places from which only automatic steps lead to it: there its receiver has given credit already. */
export interface StreamPlaces {
  readonly number: number
  readonly from: Role
  readonly label: string
  readonly window: number
  readonly next: number
  readonly ahead: readonly number[]
}

export function streamsOf({ moving }: Places): readonly StreamPlaces[] {
  const places = new Map(moving.map((place) => [place.number, place]))
  const restOf = (number: number): number => {
    let place = places.get(number)
    while (place?.moves[0]?.signal === true) {
      number = place.moves[0].next
      place = places.get(number)
    }
    return number
  }
  return moving.flatMap(({ number, from, moves }) =>
    moves.flatMap(({ label, next, stream }): StreamPlaces[] => {
      if (stream === undefined) return []
      const ahead = moving.map((place) => place.number).filter((other) => restOf(other) === number)
      return [{ number, from, label, window: stream, next, ahead }]
    }),
  )
}

/** A name for each label that Promela takes: `L_sold_out`, `AUTO_keepalive`. */
export function nameLabels(labels: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const used = new Set<string>()
  for (const label of labels) {
    const base = label.startsWith(':') ? `AUTO_${label.slice(1)}` : `L_${label.replaceAll('-', '_')}`
    let name = base
    for (let count = 2; used.has(name); count++) name = `${base}_${count}`
    used.add(name)
    names.set(label, name)
  }
  return names
}
