/** The two sides of a machine of our IR, as the explorer reads them. Nothing of the generator takes part in this. */

import type { Machine, MachineNode } from '../../src/ir/machine.ts'
import type { Role } from '../../src/ir/source.ts'
import type { Automaton, AutomatonState, Edge } from '../explorer/explore.ts'

export function automataOf(machine: Machine): readonly [Automaton, Automaton] {
  const labels = new Map<string, number>()
  const numberOf = (label: string): number => {
    const number = labels.get(label) ?? labels.size
    labels.set(label, number)
    return number
  }
  const side = (role: Role): Automaton => ({ states: machine.nodes.map((node) => stateOf(node, role, numberOf)) })
  return [side('master'), side('peer')]
}

function stateOf(node: MachineNode, role: Role, numberOf: (label: string) => number): AutomatonState {
  if (node.kind === 'end') return { final: true, sends: [], receives: [] }
  if (node.kind !== 'message') throw new Error(`a corpus machine has no ${node.kind}`)
  const edges = node.moves.map(({ label, next }): Edge => ({ label: numberOf(label), target: next }))
  const sends = node.from === role
  return { final: false, sends: sends ? edges : [], receives: sends ? [] : edges }
}
