/** Ways through a machine: over the automatic nodes to the next turn, and to everything that can be reached. */

import type { EndNode, Machine, MachineNode, MessageNode, PointNode } from './machine.ts'

/** Where the automatic nodes behind a place end. */
export interface Rest {
  readonly number: number
  readonly node: MessageNode | EndNode
  /** The points on the way, first met first. */
  readonly points: readonly PointNode[]
}

/** The node of that number. */
export function nodeAt(machine: Machine, number: number): MachineNode {
  const node = machine.nodes[number]
  if (node === undefined) throw new Error(`the machine has no node ${number}`)
  return node
}

/** The numbers of the nodes that may come next. */
export function successorsOf(node: MachineNode): readonly number[] {
  if (node.kind === 'end') return []
  return node.kind === 'message' ? node.moves.map((move) => move.next) : [node.next]
}

/** Walks over signals, hooks and points. The checks have refused rounds of these alone; here they are an assertion. */
export function restFrom(machine: Machine, from: number): Rest {
  const points: PointNode[] = []
  let number = from
  for (let steps = 0; steps <= machine.nodes.length; steps++) {
    const node = nodeAt(machine, number)
    if (node.kind === 'message' || node.kind === 'end') return { number, node, points }
    if (node.kind === 'point') points.push(node)
    number = node.next
  }
  throw new Error('the machine goes round without a message')
}

/** The numbers of the nodes that can be reached from the start, ascending, which is the order of the declaration. */
export function reachableNodes(machine: Machine): readonly number[] {
  const seen = new Set([0])
  const open = [0]
  for (let number = open.pop(); number !== undefined; number = open.pop()) {
    for (const next of successorsOf(nodeAt(machine, number))) {
      if (seen.has(next)) continue
      seen.add(next)
      open.push(next)
    }
  }
  return [...seen].sort((left, right) => left - right)
}
