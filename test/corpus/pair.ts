/**
 * Two machines that were not made from one declaration: what the product of `codegen/check` says of them, in which words, and
 * their machine in our IR where it finds nothing.
 */

import { exploreProduct } from '../../codegen/check/product.ts'
import { readSide, type SideMachine, type SideState } from '../../codegen/check/side-machine.ts'
import type { CounterexampleKind } from '../../codegen/diagnostics/index.ts'
import type { ProtocolDeclaration } from '../../src/ir/declaration.ts'
import type { Machine, MachineNode, Move } from '../../src/ir/machine.ts'
import { createModel } from '../../src/ir/model.ts'
import type { SourceSpan } from '../../src/ir/source.ts'
import type { Rejection } from './verdict.ts'

/** The codes for what the product complains about. In these languages nothing needs to end, and no state is missing. */
const CODES: Readonly<Record<Exclude<CounterexampleKind, 'no-end' | 'missing-state'>, Rejection>> = {
  'both-send': 'full-duplex',
  'both-wait': 'deadlock',
  'unspecified-reception': 'unspecified-reception',
  'orphan-message': 'orphan',
  'left-waiting': 'deadlock',
}

export function codeOfKind(kind: CounterexampleKind): Rejection {
  if (kind === 'no-end' || kind === 'missing-state') throw new Error(`the product finds ${kind} in a corpus pair`)
  return CODES[kind]
}

/** Where an edge of a side is written. */
export type SpanOf = (side: 'master' | 'peer', state: number, label: string) => SourceSpan

/** One machine for a pair in which the product finds nothing, with a node for each pair of states that can be reached. */
export function machineOfPair(master: SideMachine, peer: SideMachine, spanOf: SpanOf): Machine {
  const numbers = new Map<string, number>()
  const pairs: (readonly [number, number])[] = []
  const numberOf = (ours: number, theirs: number): number => {
    const key = `${ours} ${theirs}`
    const number = numbers.get(key) ?? pairs.push([ours, theirs]) - 1
    numbers.set(key, number)
    return number
  }
  numberOf(0, 0)
  const nodes: MachineNode[] = []
  for (let number = 0; number < pairs.length; number++) {
    const [ours, theirs] = pairs[number]!
    const [mine, other] = [master.states[ours]!, peer.states[theirs]!]
    if (mine.does === 'end') {
      nodes.push({ kind: 'end' })
      continue
    }
    const from = mine.does === 'send' ? 'master' : 'peer'
    const sender = from === 'master' ? mine : other
    const moves = [...sender.edges.keys()].map((label): Move => {
      const source = spanOf(from, from === 'master' ? ours : theirs, label)
      const next = numberOf(targetOf(mine, label), targetOf(other, label))
      return { label, next, path: ['start', label], earlier: { labels: [], count: 0 }, source }
    })
    nodes.push({ kind: 'message', from, moves, source: moves[0]!.source })
  }
  return { nodes, forever: [], scopes: [] }
}

function targetOf(state: SideState, label: string): number {
  const edge = state.edges.get(label)
  if (edge === undefined) throw new Error(`the product finds nothing, and "${label}" is not expected`)
  return edge.next
}

/**
 * The last word on what is accepted: the machine goes through the same table that a generated file would get, and each side of
 * that is read back and run against the other. A complaint here would be a defect of ours, not of the file.
 */
export function assertEmitted(name: string, machine: Machine): void {
  const source = { file: name, line: 1, column: 1, length: 1 }
  const declaration: ProtocolDeclaration = { exportName: name, name, open: false, source, steps: [] }
  const { table } = createModel(declaration, machine, [])
  const found = exploreProduct(readSide(table, 'master'), readSide(table, 'peer'))
  if (found !== undefined) throw new Error(`${name}: accepted, and its table is not safe: ${found.problem}`)
}
