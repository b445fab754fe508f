/** Every machine with two moving states, one end and two labels, and what it means in the terms of the explorer and the checker. */

import type { SideMachine, SideState } from '../../codegen/check/side-machine.ts'
import type { Automaton, AutomatonState, Edge } from './explore.ts'

const LABELS = ['a', 'b'] as const
/** States 0 and 1 move, 2 is the end. */
const END = 2
const STATES = 3

/** What a moving state does: it sends or receives, and each label it has leads somewhere. */
interface Moving {
  readonly sends: boolean
  /** By label; undefined where the state does not have it. At least one is there. */
  readonly targets: readonly [number | undefined, number | undefined]
}

export interface Candidate {
  readonly first: Moving
  readonly second: Moving
  /** How many of all machines this one stands for. */
  readonly standsFor: number
}

/** The 30 moving states: two directions, times the 15 ways to give at least one of two labels one of three targets. */
export function allMovingStates(): readonly Moving[] {
  const targets = [undefined, 0, 1, END]
  return [true, false].flatMap((sends) =>
    targets.flatMap((first) =>
      targets.flatMap((second): Moving[] =>
        first === undefined && second === undefined ? [] : [{ sends, targets: [first, second] }],
      ),
    ),
  )
}

/**
 * All 900 machines, as 436 that can behave differently. The one symmetry that is used: where state 0 has no edge to state 1,
 * no run of the machine, alone or in any pair, is ever in state 1, since runs start in 0, stay there over an edge to 0 and stop
 * at the end. So what state 1 would do has no effect on which configurations can be reached, and one machine stands for the 30
 * that differ in state 1 alone. Nothing is assumed about the pair: neither that roles nor that labels can be exchanged.
 */
export function allMachines(): readonly Candidate[] {
  const moving = allMovingStates()
  return moving.flatMap((first): Candidate[] => {
    if (first.targets.includes(1)) return moving.map((second) => ({ first, second, standsFor: 1 }))
    return [{ first, second: moving[0]!, standsFor: moving.length }]
  })
}

/** As the explorer reads it. */
export function asAutomaton({ first, second }: Candidate): Automaton {
  return { states: [automatonState(first), automatonState(second), { final: true, sends: [], receives: [] }] }
}

function automatonState({ sends, targets }: Moving): AutomatonState {
  const edges = targets.flatMap((target, label): Edge[] => (target === undefined ? [] : [{ label, target }]))
  return { final: false, sends: sends ? edges : [], receives: sends ? [] : edges }
}

/** As the checker reads it. */
export function asSideMachine({ first, second }: Candidate): SideMachine {
  const states = [sideState(first), sideState(second), { does: 'end', edges: new Map() } as const]
  if (states.length !== STATES) throw new Error('a machine has three states')
  return { states }
}

function sideState({ sends, targets }: Moving): SideState {
  const edges = targets.flatMap((target, label) =>
    target === undefined ? [] : [[LABELS[label]!, { next: target }] as const],
  )
  return { does: sends ? 'send' : 'receive', edges: new Map(edges) }
}
