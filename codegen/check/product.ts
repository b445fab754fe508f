/**
 * The exact proof for half-duplex pairs: the two machines are run against each other in step, over every pair of states that
 * can be reached. Both are read from the table that is about to be written out, each by its own side's rules. After Cécé and
 * Finkel (2005), this decides safety of two half-duplex machines; it costs O(states × labels).
 */

import type { Role } from '../../src/ir/source.ts'
import type { Table, TablePoint } from '../../src/ir/table.ts'

/** One side's machine. State 0 is the start. */
export interface SideMachine {
  readonly states: readonly SideState[]
}

export interface SideState {
  readonly does: 'send' | 'receive' | 'end'
  /** By label; automatic frames with a colon in front. */
  readonly edges: ReadonlyMap<string, number>
}

/** What is wrong with a pair, and the shortest way there. */
export interface Counterexample {
  readonly problem: string
  readonly trace: readonly TraceStep[]
}

export interface TraceStep {
  readonly from: Role
  readonly label: string
}

interface Pair {
  readonly master: number
  readonly peer: number
  readonly before?: { readonly pair: Pair; readonly step: TraceStep }
}

/** The machine of one side, as that side reads the table. */
export function readSide(table: Table, role: Role): SideMachine {
  const start = skipLocals(table, 0)
  const numbers = table.points.map((_, number) => skipLocals(table, number))
  const states = table.points.map((point) => readState(point, role, (number) => numbers[number]!))
  // The start is read through the hooks in front of it, as every other place is.
  const startState = states[start]!
  return { states: [startState, ...states.slice(1)] }
}

function readState(point: TablePoint, role: Role, behind: (number: number) => number): SideState {
  if (point.kind === 'end') return { does: 'end', edges: new Map() }
  if (point.kind === 'local' || point.kind === 'enter') return { does: 'receive', edges: new Map() }
  const edges =
    point.kind === 'signal'
      ? [[`:${point.signal}`, point.next] as const]
      : point.moves.map((move) => [move.label, move.next] as const)
  const does = point.from === role ? 'send' : 'receive'
  return { does, edges: new Map(edges.map(([label, next]) => [label, behind(next)])) }
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

/** The first problem in breadth-first order, so that its trace is as short as can be; undefined where there is none. */
export function exploreProduct(master: SideMachine, peer: SideMachine): Counterexample | undefined {
  const open: Pair[] = [{ master: 0, peer: 0 }]
  const seen = new Set(['0 0'])
  for (const pair of open) {
    const ours = master.states[pair.master]
    const theirs = peer.states[pair.peer]
    if (ours === undefined || theirs === undefined) return { problem: 'a state is missing', trace: traceOf(pair) }
    const problem = problemOf(ours, theirs)
    if (problem !== undefined) return { problem, trace: traceOf(pair) }
    const [from, sender, receiver] =
      ours.does === 'send' ? (['master', ours, theirs] as const) : (['peer', theirs, ours] as const)
    for (const [label, next] of sender.edges) {
      const step = { from, label }
      const other = receiver.edges.get(label)
      if (other === undefined) {
        return { problem: `the other side does not expect "${label}"`, trace: [...traceOf(pair), step] }
      }
      const [nextMaster, nextPeer] = from === 'master' ? [next, other] : [other, next]
      const key = `${nextMaster} ${nextPeer}`
      if (seen.has(key)) continue
      seen.add(key)
      open.push({ master: nextMaster, peer: nextPeer, before: { pair, step } })
    }
  }
  return undefined
}

function problemOf(master: SideState, peer: SideState): string | undefined {
  if (master.does === 'end' && peer.does === 'end') return undefined
  if (master.does === 'send' && peer.does === 'send') return 'both sides may send'
  if (master.does === 'receive' && peer.does === 'receive') return 'both sides wait'
  const ended = master.does === 'end' ? 'master' : peer.does === 'end' ? 'peer' : undefined
  if (ended === undefined) return undefined
  const other = ended === 'master' ? peer : master
  return other.does === 'send'
    ? `the ${ended} has ended, and what the other side sends stays unread`
    : `the ${ended} has ended, and the other side waits`
}

function traceOf(pair: Pair): TraceStep[] {
  const trace: TraceStep[] = []
  for (let { before } = pair; before !== undefined; before = before.pair.before) trace.push(before.step)
  return trace.reverse()
}

/** A trace as a sequence diagram in text, one line for each message. */
export function drawTrace(trace: readonly TraceStep[]): string {
  const width = Math.max(0, ...trace.map((step) => step.label.length)) + 2
  const lines = trace.map(({ from, label }) => {
    const left = '─'.repeat(Math.ceil((width - label.length) / 2))
    const right = '─'.repeat(Math.floor((width - label.length) / 2))
    return from === 'master' ? `  master ${left} ${label} ${right}▶ peer` : `  master ◀${left} ${label} ${right} peer`
  })
  return lines.join('\n')
}
