/**
 * The table of a generated file, as data: the machine without points, with the names of states and outcomes on its moves. The
 * safety check reads this form and no other, so that what is proved is what is written out.
 */

import type { Machine, MachineNode, MessageNode, Move } from './machine.ts'
import type { Shape } from './shape.ts'
import type { Role } from './source.ts'
import type { Outcomes, Side, State } from './states.ts'
import { nodeAt, reachableNodes } from './walk.ts'

/** Mirrors `Definition` of the kernel, with shapes where that has codecs. */
export interface Table {
  readonly start: { readonly master?: string; readonly peer?: string }
  readonly points: readonly TablePoint[]
  /** How long a side may stay in each scope of `within`, in ms. */
  readonly scopes: readonly number[]
}

export type TablePoint =
  | ({ readonly kind: 'message'; readonly from: Role; readonly moves: readonly TableMove[] } & Inside)
  | ({
      readonly kind: 'signal'
      readonly from: Role
      readonly signal: 'handshake' | 'keepalive'
      readonly next: number
    } & Inside)
  | ({ readonly kind: 'local'; readonly side: Role; readonly local: string; readonly next: number } & Inside)
  | { readonly kind: 'enter'; readonly scope: number; readonly next: number }
  | { readonly kind: 'end' }

/** Which scopes a point is in, outermost first; absent: none. */
interface Inside {
  readonly within?: readonly number[]
}

export interface TableMove {
  readonly label: string
  readonly next: number
  readonly payload?: Shape
  readonly sealed?: true
  /** The message opens a stream of items of that payload; the receiver holds so many of them. */
  readonly stream?: number
  readonly at: string
  readonly via?: string
  readonly sent?: string
  readonly sentVia?: string
  readonly outcome?: string
}

/** Writes the machine down with the names that its two sides give. Only what can be reached is in it. */
export function createTable(machine: Machine, sides: Readonly<Record<Role, Side>>, outcomes: Outcomes): Table {
  const ordered = tableNodes(machine)
  const numbers = new Map(ordered.map((number, index) => [number, index]))
  const numberOf = (number: number): number => numbers.get(numberBehindPoints(machine, number))!
  return {
    start: { ...startName('master', sides.master.start), ...startName('peer', sides.peer.start) },
    points: ordered.map((number) => createPoint(nodeAt(machine, number), numberOf, sides, outcomes)),
    scopes: machine.scopes.map(({ ms }) => ms),
  }
}

/** Which node of the machine each point of its table is, in the order of the table. */
export function tableNodes(machine: Machine): readonly number[] {
  const kept = reachableNodes(machine).filter((number) => nodeAt(machine, number).kind !== 'point')
  const start = numberBehindPoints(machine, 0)
  // A session starts at number 0. Only where points come first is that not the first node that is kept.
  return [start, ...kept.filter((number) => number !== start)]
}

/** The first node from here that has a place in the table. */
export function numberBehindPoints(machine: Machine, from: number): number {
  let number = from
  for (let node = nodeAt(machine, number); node.kind === 'point'; node = nodeAt(machine, number)) number = node.next
  return number
}

function startName(role: Role, start: State | undefined): { readonly master?: string; readonly peer?: string } {
  if (!start?.merged) return {}
  return role === 'master' ? { master: start.name } : { peer: start.name }
}

function createPoint(
  node: MachineNode,
  numberOf: (number: number) => number,
  sides: Readonly<Record<Role, Side>>,
  outcomes: Outcomes,
): TablePoint {
  switch (node.kind) {
    case 'message':
      return {
        kind: 'message',
        from: node.from,
        moves: node.moves.map((move) => createTableMove(node, move, numberOf(move.next), sides, outcomes)),
        ...inside(node),
      }
    case 'signal':
      return { kind: 'signal', from: node.from, signal: node.signal, next: numberOf(node.next), ...inside(node) }
    case 'local':
      return { kind: 'local', side: node.side, local: node.name, next: numberOf(node.next), ...inside(node) }
    case 'enter':
      return { kind: 'enter', scope: node.scope, next: numberOf(node.next) }
    case 'end':
      return { kind: 'end' }
    case 'point':
      throw new Error('a point has no place in the table')
  }
}

function inside({ within }: Inside): Inside {
  return within === undefined ? {} : { within }
}

function createTableMove(
  node: MessageNode,
  move: Move,
  next: number,
  sides: Readonly<Record<Role, Side>>,
  outcomes: Outcomes,
): TableMove {
  const [sender, receiver] = node.from === 'master' ? [sides.master, sides.peer] : [sides.peer, sides.master]
  const arrival = receiver.arrivals.get(move)
  if (arrival === undefined) throw new Error(`no state for ${move.label}`)
  const sent = sender.sent.get(move)
  const outcome = outcomes.names.get(move)
  return {
    label: move.label,
    next,
    ...(move.payload === undefined ? {} : { payload: move.payload }),
    ...(move.sealed === undefined ? {} : { sealed: move.sealed }),
    ...(move.stream === undefined ? {} : { stream: move.stream.window }),
    at: arrival.name,
    ...(arrival.merged ? { via: arrival.ownName } : {}),
    ...(sent === undefined ? {} : { sent: sent.name }),
    ...(sent?.merged === true ? { sentVia: sent.ownName } : {}),
    ...(outcome === undefined ? {} : { outcome }),
  }
}
