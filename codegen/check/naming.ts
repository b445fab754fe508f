/** The rules on names: labels, states, points, outcomes. */

import type { Machine, Move, PointNode } from '../../src/ir/machine.ts'
import type { ProtocolModel } from '../../src/ir/model.ts'
import type { Side } from '../../src/ir/states.ts'
import { nodeAt, reachableNodes } from '../../src/ir/walk.ts'
import { createDiagnostic, type Diagnostic } from '../diagnostics/index.ts'
import { pascalCase } from '../../src/ir/pascal-case.ts'

export function checkNaming(model: ProtocolModel): Diagnostic[] {
  return [
    ...checkLabels(model.machine),
    ...checkStates(model.sides.master),
    ...checkStates(model.sides.peer),
    ...checkPoints(model),
    ...model.outcomes.clashes.map(([first, other]) => describeOutcomeClash(model, first, other)),
  ]
}

function checkLabels(machine: Machine): Diagnostic[] {
  const first = new Map<string, Move>()
  const reported = new Set<string>()
  const diagnostics: Diagnostic[] = []
  for (const move of reachableMoves(machine)) {
    const other = first.get(pascalCase(move.label))
    if (other === undefined) first.set(pascalCase(move.label), move)
    if (other === undefined || other.label === move.label || reported.has(move.label)) continue
    reported.add(move.label)
    const message = `the labels "${other.label}" and "${move.label}" would give types of the same name, ${pascalCase(move.label)}`
    const related = [{ message: `the label "${other.label}"`, source: other.source }]
    diagnostics.push(createDiagnostic('STEER2014', move.source, { message, related }))
  }
  return diagnostics
}

function reachableMoves(machine: Machine): Move[] {
  return reachableNodes(machine).flatMap((number) => {
    const node = nodeAt(machine, number)
    return node.kind === 'message' ? node.moves : []
  })
}

function checkStates(side: Side): Diagnostic[] {
  return side.states.flatMap((state) => {
    if (!state.numbered || state.move === undefined) return []
    const message = `nothing but a number tells the state "${state.name}" of the ${side.role} apart`
    return [createDiagnostic('STEER2009', state.move.source, { message })]
  })
}

function checkPoints({ machine, sides }: ProtocolModel): Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  const first = new Map<string, PointNode>()
  for (const number of reachableNodes(machine)) {
    const node = nodeAt(machine, number)
    if (node.kind !== 'point') continue
    const other = first.get(node.name)
    if (other !== undefined) {
      const related = [{ message: 'the first one', source: other.source }]
      const message = `there are two points "${node.name}"`
      diagnostics.push(createDiagnostic('STEER2012', node.source, { message, related }))
      continue
    }
    first.set(node.name, node)
    diagnostics.push(...checkPoint(node, [sides.master, sides.peer]))
  }
  return diagnostics
}

function checkPoint(point: PointNode, sides: readonly Side[]): Diagnostic[] {
  const owner = sides.find((side) => side.states.some((state) => state.merged && state.name === point.name))
  if (owner === undefined) {
    return [createDiagnostic('STEER2011', point.source, { message: `the point "${point.name}" names no state` })]
  }
  const same = owner.states.find((state) => !state.merged && state.name === point.name)
  if (same === undefined) return []
  const message = `the ${owner.role} has a state "${point.name}" already`
  const related =
    same.move === undefined ? [] : [{ message: 'the message that gives it its name', source: same.move.source }]
  return [createDiagnostic('STEER2012', point.source, { message, related, hint: 'give the point another name' })]
}

function describeOutcomeClash({ outcomes }: ProtocolModel, first: Move, other: Move): Diagnostic {
  const related = [{ message: 'the other message that ends the session', source: first.source }]
  const message = `two outcomes would be called "${outcomes.names.get(other) ?? other.label}"`
  return createDiagnostic('STEER2013', other.source, { message, related })
}
