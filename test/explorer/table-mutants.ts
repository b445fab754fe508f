/** Every way to break a table in one place. */

import type { Table, TableMove, TablePoint } from '../../src/ir/table.ts'
import type { Role } from '../../src/ir/source.ts'

export interface Mutant {
  /** What was done, for whoever looks at a failure. */
  readonly change: string
  readonly kind: Change
  readonly table: Table
}

export type Change = 'swap' | 'drop' | 'redirect' | 'relabel' | 'stream' | 'seal' | 'payload'

/** More targets than this, and an edge is led to a sample of them, spread over the table. */
const TARGETS_MAX = 20

export function mutantsOf(table: Table): Mutant[] {
  return table.points.flatMap((point, number) =>
    mutatePoint(point, targetsFor(table, number)).map(([kind, how, changed]) => {
      const points = table.points.map((other, index) => (index === number ? changed : other))
      return { kind, change: `${kind} at ${number}: ${how}`, table: { ...table, points } }
    }),
  )
}

type Changed<T> = readonly [kind: Change, how: string, changed: T]

function mutatePoint(point: TablePoint, targets: readonly number[]): Changed<TablePoint>[] {
  switch (point.kind) {
    case 'end':
      return []
    case 'message': {
      const swapped: Changed<TablePoint> = ['swap', 'the other side sends', { ...point, from: otherThan(point.from) }]
      return [
        swapped,
        ...mutateMoves(point.moves, targets).map(([kind, how, moves]) => [kind, how, { ...point, moves }] as const),
      ]
    }
    case 'signal': {
      const signal = point.signal === 'handshake' ? 'keepalive' : 'handshake'
      return [
        ['swap', 'the other side sends', { ...point, from: otherThan(point.from) }],
        ['relabel', signal, { ...point, signal }],
        ...redirect(point, targets),
      ]
    }
    case 'local':
      return [
        ['swap', 'the other side runs it', { ...point, side: otherThan(point.side) }],
        ...redirect(point, targets),
      ]
    case 'enter':
      return redirect(point, targets)
  }
}

function mutateMoves(moves: readonly TableMove[], targets: readonly number[]): Changed<readonly TableMove[]>[] {
  return moves.flatMap((move, index): Changed<readonly TableMove[]>[] => {
    const others = moves.filter((_, other) => other !== index)
    const replaced = mutateMove(move, targets).map(([kind, how, changed]) => {
      return [kind, `${move.label} ${how}`, moves.map((other) => (other === move ? changed : other))] as const
    })
    const exchanged = moves.slice(index + 1).map((other) => {
      const swapped = moves.map((each) => {
        if (each === move) return { ...each, label: other.label }
        return each === other ? { ...each, label: move.label } : each
      })
      return ['relabel', `${move.label} and ${other.label}`, swapped] as const
    })
    return [['drop', move.label, others], ...replaced, ...exchanged]
  })
}

function mutateMove(move: TableMove, targets: readonly number[]): Changed<TableMove>[] {
  const { stream, sealed, payload, ...bare } = move
  const carried = payload === undefined ? {} : { payload }
  const streamed = stream === undefined ? {} : { stream }
  const closed = sealed === undefined ? {} : { sealed }
  return [
    ...redirect(move, targets),
    ['relabel', 'as no other', { ...move, label: 'mutant' }],
    ['stream', 'or not', { ...bare, ...carried, ...closed, ...(stream === undefined ? { stream: 4 } : {}) }],
    ['seal', 'or not', { ...bare, ...carried, ...streamed, ...(sealed === undefined ? { sealed: true } : {}) }],
    [
      'payload',
      'or not',
      { ...bare, ...streamed, ...closed, ...(payload === undefined ? { payload: { kind: 'boolean' } } : {}) },
    ],
  ]
}

function redirect<T extends { readonly next: number }>(edge: T, targets: readonly number[]): Changed<T>[] {
  return targets.flatMap((next): Changed<T>[] =>
    next === edge.next ? [] : [['redirect', `to ${next}`, { ...edge, next }]],
  )
}

function targetsFor({ points }: Table, number: number): number[] {
  const every = [...points.keys()]
  if (every.length <= TARGETS_MAX) return every
  return Array.from({ length: TARGETS_MAX }, (_, index) => {
    return (number + Math.floor((index * every.length) / TARGETS_MAX)) % every.length
  })
}

function otherThan(role: Role): Role {
  return role === 'master' ? 'peer' : 'master'
}
