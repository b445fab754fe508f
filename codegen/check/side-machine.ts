/**
 * One side's machine, as that side reads the table that is about to be written out: the same table, each side by its own rules.
 * Hooks and the beginnings of scopes are looked through, since nothing of them crosses the wire.
 */

import type { Machine } from '../../src/ir/machine.ts'
import type { Shape } from '../../src/ir/shape.ts'
import type { Role, SourceSpan } from '../../src/ir/source.ts'
import { numberBehindPoints, tableNodes, type Table, type TableMove, type TablePoint } from '../../src/ir/table.ts'
import { nodeAt } from '../../src/ir/walk.ts'

/** State 0 is the start. */
export interface SideMachine {
  readonly states: readonly SideState[]
  /** The heads of loops that have no end on purpose. Absent: nothing needs to end. */
  readonly forever?: ReadonlySet<number>
}

export interface SideState {
  readonly does: 'send' | 'receive' | 'end'
  /** By label; automatic frames with a colon in front. */
  readonly edges: ReadonlyMap<string, SideEdge>
  readonly source?: SourceSpan
}

/** A message, a stream or an automatic frame, as one letter. */
export interface SideEdge {
  readonly next: number
  readonly stream?: true
  readonly sealed?: true
  /** Tells payloads apart; empty for none. Absent: nothing is known of it. */
  readonly payload?: string
  readonly source?: SourceSpan
}

/** The machine of one side. With the machine that the table was made from it knows its places, and which loops have no end. */
export function readSide(table: Table, role: Role, machine?: Machine): SideMachine {
  const origin = machine === undefined ? undefined : originOf(machine)
  const numbers = table.points.map((_, number) => skipLocals(table, number))
  const start = skipLocals(table, 0)
  const read = (number: number): SideState => {
    return readState(table.points[number]!, role, origin?.points[number], (next) => behind(numbers, next))
  }
  // The start is read through the hooks in front of it, as every other place is.
  const states = table.points.map((_, number) => read(number === 0 ? start : number))
  if (origin === undefined) return { states }
  const heads = origin.forever.filter((head) => head < numbers.length)
  return { states, forever: new Set(heads.flatMap((head) => (numbers[head] === start ? [0, start] : numbers[head]!))) }
}

function readState(
  point: TablePoint,
  role: Role,
  origin: PointOrigin | undefined,
  behind: (number: number) => number,
): SideState {
  const place = origin?.source === undefined ? {} : { source: origin.source }
  switch (point.kind) {
    case 'end':
      return { does: 'end', edges: new Map(), ...place }
    case 'local':
    case 'enter':
      // Nothing leads here: every edge is read through it.
      return { does: 'receive', edges: new Map(), ...place }
    case 'signal': {
      const edge = { next: behind(point.next), payload: '', ...place }
      return { does: point.from === role ? 'send' : 'receive', edges: new Map([[`:${point.signal}`, edge]]), ...place }
    }
    case 'message': {
      const edges = point.moves.map((move) => {
        return [move.label, readEdge(move, origin?.moves.get(move.label) ?? origin?.source, behind(move.next))] as const
      })
      return { does: point.from === role ? 'send' : 'receive', edges: new Map(edges), ...place }
    }
  }
}

function readEdge(move: TableMove, source: SourceSpan | undefined, next: number): SideEdge {
  return {
    next,
    payload: payloadKey(move.payload),
    ...(move.stream === undefined ? {} : { stream: true }),
    ...(move.sealed === undefined ? {} : { sealed: true }),
    ...(source === undefined ? {} : { source }),
  }
}

const payloadKeys = new WeakMap<Shape, string>()

function payloadKey(payload: Shape | undefined): string {
  if (payload === undefined) return ''
  const key = payloadKeys.get(payload) ?? JSON.stringify(payload, writable)
  payloadKeys.set(payload, key)
  return key
}

/** Values of literals that JSON has no form for. */
function writable(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { bigint: String(value) }
  return Object.is(value, -0) ? { number: '-0' } : value
}

function behind(numbers: readonly number[], next: number): number {
  const number = numbers[next]
  if (number === undefined) throw new Error(`the table has no point ${next}`)
  return number
}

function skipLocals(table: Table, from: number): number {
  let number = from
  for (let steps = 0; steps <= table.points.length; steps++) {
    const point = table.points[number]
    if (point === undefined) throw new Error(`the table has no point ${number}`)
    if (point.kind !== 'local' && point.kind !== 'enter') return number
    number = point.next
  }
  throw new Error('the table goes round without a message')
}

/** What a table does not say of itself: where its points are declared, and which of them are heads of endless loops. */
interface Origin {
  readonly points: readonly PointOrigin[]
  readonly forever: readonly number[]
}

interface PointOrigin {
  readonly source?: SourceSpan
  readonly moves: ReadonlyMap<string, SourceSpan>
}

function originOf(machine: Machine): Origin {
  const numbers = tableNodes(machine)
  const points = numbers.map((number): PointOrigin => {
    const node = nodeAt(machine, number)
    if (node.kind === 'end') return { moves: new Map() }
    const moves = node.kind === 'message' ? node.moves.map(({ label, source }) => [label, source] as const) : []
    return { source: node.source, moves: new Map(moves) }
  })
  const byNode = new Map(numbers.map((number, index) => [number, index]))
  const heads = machine.forever.flatMap((head) => byNode.get(numberBehindPoints(machine, head)) ?? [])
  return { points, forever: heads }
}
