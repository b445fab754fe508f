/** What one side of a protocol sees: its states with their names, and where each of them goes on. */

import type { Machine, MessageNode, Move } from './machine.ts'
import { nameMoves } from './names.ts'
import type { Role, SourceSpan } from './source.ts'
import { nodeAt, reachableNodes, restFrom } from './walk.ts'

/** One occurrence of a message, as one side sees it. */
export interface State {
  readonly kind: 'start' | 'arrival' | 'sent'
  /** Name by the labels: `ask`, `EHLO.250`, `sent.tick`, `start`. */
  readonly ownName: string
  /** What the user sees: the name of the point that merges it with others, else `ownName`. */
  readonly name: string
  /** Whether a point gives the name; then `ownName` is the state's `via`. */
  readonly merged: boolean
  /** The message that arrived or was sent; absent at the start. */
  readonly move?: Move
  /** Number of the node where it goes on: a message node or the end. */
  readonly rest: number
  readonly turn: Turn
  readonly numbered: boolean
}

/** Whose move it is at the state: this side's, the other's, or nobody's any more. */
export type Turn = 'mine' | 'theirs' | 'over'

export interface Side {
  readonly role: Role
  /** In the order of the declaration; `start` first. */
  readonly states: readonly State[]
  readonly start: State | undefined
  /** By the message that arrived. */
  readonly arrivals: ReadonlyMap<Move, State>
  /** By the message that was sent; only where this side moves again. */
  readonly sent: ReadonlyMap<Move, State>
  /** The hooks of this side, in the order of the declaration, each with the first place that names it. */
  readonly hooks: ReadonlyMap<string, SourceSpan>
}

/** The states of one side of a machine whose rounds all have a message. Only what can be reached counts. */
export function statesOf(machine: Machine, role: Role): Side {
  const arrivals: Move[] = []
  const sent: Move[] = []
  const hooks = new Map<string, SourceSpan>()
  for (const number of reachableNodes(machine)) {
    const node = nodeAt(machine, number)
    if (node.kind === 'local' && node.side === role && !hooks.has(node.name)) hooks.set(node.name, node.source)
    if (node.kind !== 'message') continue
    if (node.from !== role) arrivals.push(...node.moves)
    else sent.push(...node.moves.filter((move) => movesAt(machine, move.next, role)))
  }
  const start = movesAt(machine, 0, role) ? createState(machine, role, 'start', 'start') : undefined
  const arrivalStates = createStates(machine, role, 'arrival', arrivals)
  const sentStates = createStates(machine, role, 'sent', sent)
  const states = [...(start === undefined ? [] : [start]), ...inOrder(machine, arrivalStates, sentStates)]
  return { role, states, start, arrivals: arrivalStates, sent: sentStates, hooks }
}

function movesAt(machine: Machine, place: number, role: Role): boolean {
  const { node } = restFrom(machine, place)
  return node.kind === 'message' && node.from === role
}

function createStates(
  machine: Machine,
  role: Role,
  kind: 'arrival' | 'sent',
  moves: readonly Move[],
): ReadonlyMap<Move, State> {
  const names = nameMoves(moves)
  return new Map(
    moves.map((move) => {
      const given = names.get(move)
      if (given === undefined) throw new Error(`no name for ${move.label}`)
      const ownName = kind === 'sent' ? `sent.${given.name}` : given.name
      return [move, createState(machine, role, kind, ownName, move, given.numbered)]
    }),
  )
}

function createState(
  machine: Machine,
  role: Role,
  kind: State['kind'],
  ownName: string,
  move?: Move,
  numbered = false,
): State {
  const rest = restFrom(machine, move?.next ?? 0)
  const turn = rest.node.kind === 'end' ? 'over' : rest.node.from === role ? 'mine' : 'theirs'
  // A point names the states of the side whose turn it is there. Of several on one way the first is the nearest.
  const point = turn === 'mine' ? rest.points[0] : undefined
  return {
    kind,
    ownName,
    name: point?.name ?? ownName,
    merged: point !== undefined,
    rest: rest.number,
    turn,
    numbered: numbered && point === undefined,
    ...(move === undefined ? {} : { move }),
  }
}

function inOrder(machine: Machine, ...maps: ReadonlyMap<Move, State>[]): State[] {
  const messages = reachableNodes(machine)
    .map((number) => nodeAt(machine, number))
    .filter((node): node is MessageNode => node.kind === 'message')
  return messages.flatMap((node) => node.moves.flatMap((move) => maps.flatMap((map) => map.get(move) ?? [])))
}

/** The name of each outcome, by the move after which only automatic steps follow. */
export interface Outcomes {
  readonly names: ReadonlyMap<Move, string>
  /** Pairs that even their paths do not tell apart: the first and the other. */
  readonly clashes: readonly (readonly [first: Move, other: Move])[]
}

/**
 * Names the outcomes of a protocol: by the last label where it is unique, else by `master.LABEL` or `peer.LABEL`, else by the
 * path. Every session can also end as `cancelled`, so that label never stands alone.
 */
export function outcomesOf(machine: Machine): Outcomes {
  const endings: { readonly move: Move; readonly from: Role }[] = []
  for (const number of reachableNodes(machine)) {
    const node = nodeAt(machine, number)
    if (node.kind !== 'message') continue
    for (const move of node.moves) {
      if (restFrom(machine, move.next).node.kind === 'end') endings.push({ move, from: node.from })
    }
  }
  const byLabel = countOf(endings.map(({ move }) => move.label))
  const bySender = countOf(endings.map(({ move, from }) => `${from}.${move.label}`))
  const names = new Map<Move, string>()
  const first = new Map<string, Move>()
  const clashes: (readonly [Move, Move])[] = []
  for (const { move, from } of endings) {
    const sender = `${from}.${move.label}`
    const isUnique = byLabel.get(move.label) === 1 && move.label !== 'cancelled'
    const name = isUnique ? move.label : bySender.get(sender) === 1 ? sender : move.path.join('.')
    const other = first.get(name)
    if (other !== undefined) clashes.push([other, move])
    else first.set(name, move)
    names.set(move, name)
  }
  return { names, clashes }
}

function countOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
