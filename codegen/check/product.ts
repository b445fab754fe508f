/**
 * The exact proof for half-duplex pairs: the two machines are run against each other in step, over every pair of states that
 * can be reached. After Cécé and Finkel (2005), this decides safety of two half-duplex machines; it costs O(states × labels).
 */

import type { Role } from '../../src/ir/source.ts'
import type { Counterexample, CounterexampleKind, Standing, TraceStep } from '../diagnostics/index.ts'
import type { SideEdge, SideMachine, SideState } from './side-machine.ts'

/**
 * The first problem in breadth-first order, so that its trace is as short as can be; undefined where there is none. That each
 * pair can come to an end is looked at where both sides say which of their loops have none, and only in a pair that is safe.
 */
export function exploreProduct(master: SideMachine, peer: SideMachine): Counterexample | undefined {
  const product = new Product(master, peer)
  return product.findUnsafe() ?? product.findEndless()
}

/** What is wrong at a pair, or with a step from it. */
interface Finding {
  readonly kind: CounterexampleKind
  readonly problem: string
  /** The step that is wrong: a message that was sent and is not expected. */
  readonly step?: TraceStep
}

class Product {
  readonly #master: SideMachine
  readonly #peer: SideMachine
  /** By number of the pair, in breadth-first order: its states, where it came from, and by which label. */
  readonly #masters: number[] = []
  readonly #peers: number[] = []
  readonly #before: number[] = []
  readonly #labels: string[] = []
  readonly #numbers = new Map<number, number>()
  /** Every step, as two pairs: from, to. */
  readonly #links: number[] = []

  constructor(master: SideMachine, peer: SideMachine) {
    this.#master = master
    this.#peer = peer
  }

  findUnsafe(): Counterexample | undefined {
    this.#reach(0, 0, -1, '')
    for (let pair = 0; pair < this.#masters.length; pair++) {
      const found = this.#expand(pair)
      if (found !== undefined) return this.#describe(pair, found)
    }
    return undefined
  }

  /** Backwards from the ends, and from the loops that are to have none. What is not met can go on, but never anywhere. */
  findEndless(): Counterexample | undefined {
    const [ours, theirs] = [this.#master.forever, this.#peer.forever]
    if (ours === undefined || theirs === undefined) return undefined
    const goals = this.#masters.flatMap((state, pair) => {
      const other = this.#peers[pair]!
      const isEnd = this.#master.states[state]?.does === 'end' || (ours.has(state) && theirs.has(other))
      return isEnd ? [pair] : []
    })
    const lost = this.#reaching(goals).indexOf(0)
    if (lost === -1) return undefined
    return this.#describe(lost, { kind: 'no-end', problem: 'from here on no end can be reached' })
  }

  #expand(pair: number): Finding | undefined {
    const ours = this.#master.states[this.#masters[pair]!]
    const theirs = this.#peer.states[this.#peers[pair]!]
    if (ours === undefined || theirs === undefined) return { kind: 'missing-state', problem: 'a state is missing' }
    const problem = problemOf(ours, theirs)
    if (problem !== undefined || ours.does === theirs.does) return problem
    const [from, sender, receiver] =
      ours.does === 'send' ? (['master', ours, theirs] as const) : (['peer', theirs, ours] as const)
    for (const [label, edge] of sender.edges) {
      const other = receiver.edges.get(label)
      const mismatch = mismatchOf(label, edge, other)
      if (other === undefined || mismatch !== undefined) {
        return { kind: 'unspecified-reception', problem: mismatch ?? '', step: stepOf(from, label, edge) }
      }
      if (from === 'master') this.#reach(edge.next, other.next, pair, label)
      else this.#reach(other.next, edge.next, pair, label)
    }
    return undefined
  }

  #reach(master: number, peer: number, before: number, label: string): void {
    const key = master * (this.#peer.states.length + 1) + peer
    let number = this.#numbers.get(key)
    if (number === undefined) {
      number = this.#masters.push(master) - 1
      this.#peers.push(peer)
      this.#before.push(before)
      this.#labels.push(label)
      this.#numbers.set(key, number)
    }
    if (before !== -1) this.#links.push(before, number)
  }

  /** For each pair 1 where a goal can be reached, else 0. */
  #reaching(goals: readonly number[]): Uint8Array {
    const before = this.#masters.map((): number[] => [])
    for (let link = 0; link < this.#links.length; link += 2) before[this.#links[link + 1]!]!.push(this.#links[link]!)
    const found = new Uint8Array(this.#masters.length)
    for (const goal of goals) found[goal] = 1
    const open = [...goals]
    for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
      for (const previous of before[pair]!) {
        if (found[previous] === 1) continue
        found[previous] = 1
        open.push(previous)
      }
    }
    return found
  }

  #describe(pair: number, { kind, problem, step }: Finding): Counterexample {
    const standing = {
      master: standingOf(this.#master.states[this.#masters[pair]!]),
      peer: standingOf(this.#peer.states[this.#peers[pair]!]),
    }
    return { kind, problem, trace: [...this.#traceTo(pair), ...(step === undefined ? [] : [step])], standing }
  }

  #traceTo(pair: number): TraceStep[] {
    const trace: TraceStep[] = []
    for (let at = pair; this.#before[at] !== -1; at = this.#before[at]!) {
      const ours = this.#master.states[this.#masters[this.#before[at]!]!]!
      const theirs = this.#peer.states[this.#peers[this.#before[at]!]!]!
      const [from, sender] = ours.does === 'send' ? (['master', ours] as const) : (['peer', theirs] as const)
      const label = this.#labels[at]!
      trace.push(stepOf(from, label, sender.edges.get(label)))
    }
    return trace.reverse()
  }
}

/** What is wrong with where the two stand, before anything is sent. */
function problemOf(master: SideState, peer: SideState): Finding | undefined {
  if (master.does === 'end' && peer.does === 'end') return undefined
  if (master.does === 'send' && peer.does === 'send') return { kind: 'both-send', problem: 'both sides may send' }
  if (master.does === 'receive' && peer.does === 'receive') return { kind: 'both-wait', problem: 'both sides wait' }
  const ended = master.does === 'end' ? 'master' : peer.does === 'end' ? 'peer' : undefined
  if (ended !== undefined) {
    const other = ended === 'master' ? peer : master
    return other.does === 'send'
      ? { kind: 'orphan-message', problem: `the ${ended} has ended, and what the other side sends stays unread` }
      : { kind: 'left-waiting', problem: `the ${ended} has ended, and the other side waits` }
  }
  const [role, sender]: [Role, SideState] = master.does === 'send' ? ['master', master] : ['peer', peer]
  if (sender.edges.size > 0) return undefined
  return { kind: 'both-wait', problem: `it is the turn of the ${role}, which has nothing to send` }
}

/** Why the receiver does not take what is sent: another label, or another form of the same. */
function mismatchOf(label: string, sent: SideEdge, expected: SideEdge | undefined): string | undefined {
  if (expected === undefined) return `the other side does not expect "${label}"`
  if (sent.stream !== expected.stream) {
    return sent.stream === true
      ? `"${label}" is a stream, and the other side expects a message`
      : `"${label}" is a message, and the other side expects a stream`
  }
  if (sent.sealed !== expected.sealed) {
    return sent.sealed === true
      ? `"${label}" is sealed, and the other side expects it open`
      : `"${label}" is not sealed, and the other side expects it sealed`
  }
  if (sent.payload === undefined || expected.payload === undefined || sent.payload === expected.payload)
    return undefined
  return `"${label}" does not carry the payload that the other side expects`
}

function stepOf(from: Role, label: string, edge: SideEdge | undefined): TraceStep {
  return {
    from,
    label,
    ...(edge?.stream === undefined ? {} : { stream: edge.stream }),
    ...(edge?.sealed === undefined ? {} : { sealed: edge.sealed }),
    ...(edge?.source === undefined ? {} : { source: edge.source }),
  }
}

function standingOf(state: SideState | undefined): Standing {
  if (state === undefined) return { does: 'nothing', labels: [] }
  const { does, edges, source } = state
  return { does, labels: [...edges.keys()], ...(source === undefined ? {} : { source }) }
}
