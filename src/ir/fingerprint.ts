/**
 * The fingerprint of a protocol: what both ends must agree on, and nothing else. Only the generator computes one; programs
 * carry it as text, so that none of them loads this file.
 */

import type { Machine, MachineNode, Move } from './machine.ts'
import { minimise, type AutomatonState } from './minimise.ts'
import type { Shape, TypeDefinition } from './shape.ts'
import { digestShape, sha256 } from './shape-digest.ts'
import { nodeAt, reachableNodes } from './walk.ts'

/** Changes whenever the rule does, so that the results of two rules never meet. */
const RULE = 'coxswain fingerprint 1'

/**
 * SHA-256 over the minimised wire machine and the payload shapes, as 64 hex digits. Hooks, points, scopes of
 * time, windows, names, documentation and the order of branches and members do not count; labels, directions, payloads,
 * refinements, streams, automatic frames and `open` do.
 */
export function fingerprintOf(machine: Machine, types: readonly TypeDefinition[], open: boolean): string {
  return sha256(canonicalText(machine, types, open))
}

/** The text that is hashed: a head, then one line for each class of states, numbered from the start by sorted letters. */
export function canonicalText(machine: Machine, types: readonly TypeDefinition[], open: boolean): string {
  const states = wireStates(machine, types)
  const classes = minimise({ states })
  const numbers = new Map([[classes[0]!, 0]])
  const order = [0]
  const lines = [JSON.stringify([RULE, open ? 'open' : 'closed'])]
  for (let index = 0; index < order.length; index++) {
    const state = states[order[index]!]!
    const edges = [...state.edges].sort(([left], [right]) => (left < right ? -1 : 1))
    const targets = edges.map(([letter, target]) => {
      const targetClass = classes[target]!
      if (!numbers.has(targetClass)) numbers.set(targetClass, order.push(target) - 1)
      return [letter, numbers.get(targetClass)]
    })
    lines.push(JSON.stringify([state.colour, ...targets]))
  }
  return lines.join('\n')
}

/** The machine without what never crosses the wire. State 0 is the start. */
function wireStates(machine: Machine, types: readonly TypeDefinition[]): AutomatonState[] {
  const start = onTheWire(machine, 0)
  const kept = reachableNodes(machine).filter((number) => onTheWire(machine, number) === number && number !== start)
  const numbers = new Map([start, ...kept].map((number, index) => [number, index]))
  const digests = new Map<number, string>()
  const digest = (payload: Shape | undefined): string => {
    if (payload === undefined) return ''
    if (payload.kind !== 'reference') return digestShape(payload, types)
    const known = digests.get(payload.type) ?? digestShape(payload, types)
    digests.set(payload.type, known)
    return known
  }
  const numberOf = (number: number): number => numbers.get(onTheWire(machine, number))!
  return [...numbers.keys()].map((number) => createState(nodeAt(machine, number), numberOf, digest))
}

function onTheWire(machine: Machine, from: number): number {
  let number = from
  for (let steps = 0; steps <= machine.nodes.length; steps++) {
    const node = nodeAt(machine, number)
    if (node.kind === 'message' || node.kind === 'signal' || node.kind === 'end') return number
    number = node.next
  }
  throw new Error('the machine goes round without a message')
}

function createState(
  node: MachineNode,
  numberOf: (number: number) => number,
  digest: (payload: Shape | undefined) => string,
): AutomatonState {
  switch (node.kind) {
    case 'message': {
      const edges = node.moves.map((move) => [letterOf(move, digest(move.payload)), numberOf(move.next)] as const)
      return { colour: node.from, edges: new Map(edges) }
    }
    case 'signal':
      // User labels have no colon, so an automatic frame is never taken for a message.
      return { colour: node.from, edges: new Map([[`:${node.signal}`, numberOf(node.next)]]) }
    default:
      return { colour: 'end', edges: new Map() }
  }
}

function letterOf(move: Move, payload: string): string {
  const words = [move.label, move.stream && 'stream', move.sealed && 'sealed', payload]
  return words.filter(Boolean).join(' ')
}
