/**
 * The master of one version against the peer of another: the synchronous product of the two machines, each read by its own
 * side's rules, explored breadth first. What it finds first is therefore the shortest way to where the two part.
 */

import { otherRole, type Role } from '../../src/ir/source.ts'
import { findMisfit, type Payload } from './fit.ts'
import type { ProtocolVersion, VersionMove, VersionState } from './version.ts'

/** What the two do not agree on. */
export type PartingKind =
  /** The one sends a message, or opens a stream, that the other does not expect there. */
  | 'unexpected'
  /** The one sends a payload that the other does not take. */
  | 'payload'
  | 'both send'
  | 'both wait'
  /** The one is at its end, and the other goes on sending. */
  | 'past the end'
  /** Every step fits, but both together can no longer come to an end. */
  | 'endless'

export interface TraceStep {
  readonly from: Role
  readonly label: string
}

export interface Parting {
  readonly kind: PartingKind
  /** A sentence about the last step, or about the place behind it. Lower case, no full stop. */
  readonly text: string
  /** The shortest way there. Where a step itself is at fault it is the last one. */
  readonly trace: readonly TraceStep[]
}

interface Pair {
  readonly master: number
  readonly peer: number
  readonly before?: { readonly pair: Pair; readonly step: TraceStep }
  /** The pairs that may come next. */
  readonly next: Pair[]
}

/** Whether the last step of the trace is what is wrong, and not the place behind it. */
export function isStepAtFault({ kind }: Parting): boolean {
  return kind === 'unexpected' || kind === 'payload'
}

/** The shortest way on which the two part; undefined where they talk to each other to the end. */
export function findParting(master: ProtocolVersion, peer: ProtocolVersion): Parting | undefined {
  return new Crossing(master, peer).explore()
}

class Crossing {
  readonly #versions: Readonly<Record<Role, ProtocolVersion>>
  readonly #pairs = new Map<string, Pair>()
  readonly #open: Pair[] = []

  constructor(master: ProtocolVersion, peer: ProtocolVersion) {
    this.#versions = { master, peer }
  }

  explore(): Parting | undefined {
    this.#reach(0, 0, undefined)
    for (const pair of this.#open) {
      const found = this.#look(pair)
      if (found !== undefined) return found
    }
    return this.#findEndless()
  }

  #reach(master: number, peer: number, before: Pair['before']): Pair {
    const key = `${master} ${peer}`
    const known = this.#pairs.get(key)
    if (known !== undefined) return known
    const pair: Pair = { master, peer, next: [], ...(before === undefined ? {} : { before }) }
    this.#pairs.set(key, pair)
    this.#open.push(pair)
    return pair
  }

  #look(pair: Pair): Parting | undefined {
    const master = stateAt(this.#versions.master, pair.master)
    const peer = stateAt(this.#versions.peer, pair.peer)
    if (master.turn === 'end' && peer.turn === 'end') return undefined
    const clash = clashOf(master, peer)
    if (clash !== undefined) return { ...clash, trace: traceOf(pair) }
    const from = master.turn as Role
    const [sender, receiver] = from === 'master' ? [master, peer] : [peer, master]
    for (const move of sender.moves) {
      const step = { from, label: move.label }
      const other = receiver.moves.find(({ label }) => label === move.label)
      const fault = other === undefined ? unknownMove(from, move) : this.#compare(from, move, other)
      if (fault !== undefined) return { ...fault, trace: [...traceOf(pair), step] }
      const [nextMaster, nextPeer] = from === 'master' ? [move.next, other!.next] : [other!.next, move.next]
      pair.next.push(this.#reach(nextMaster, nextPeer, { pair, step }))
    }
    return undefined
  }

  /** One message in two versions. */
  #compare(from: Role, sent: VersionMove, taken: VersionMove): Fault | undefined {
    if (sent.stream !== taken.stream) {
      const [given, expected] = [formOf(sent), formOf(taken)]
      return { kind: 'unexpected', text: `${named(from, sent)} is ${given}, and ${expected} to the ${otherRole(from)}` }
    }
    const reason = this.#payloadFault(from, sent, taken)
    return reason === undefined
      ? undefined
      : { kind: 'payload', text: `the ${otherRole(from)} does not take ${payloadOf(from, sent)}: ${reason}` }
  }

  #payloadFault(from: Role, sent: VersionMove, taken: VersionMove): string | undefined {
    if (sent.payload === undefined || taken.payload === undefined) {
      if (sent.payload === taken.payload) return undefined
      return sent.payload === undefined ? 'sent is nothing, taken is a payload' : 'sent is a payload, taken is nothing'
    }
    if (sent.sealed !== taken.sealed)
      return sent.sealed ? 'sent is sealed, taken is open' : 'sent is open, taken is sealed'
    const receiver = this.#versions[otherRole(from)]
    const given: Payload = { shape: sent.payload, types: this.#versions[from].types }
    const found = findMisfit(given, { shape: taken.payload, types: receiver.types }, receiver.open)
    if (found === undefined) return undefined
    return found.path === '' ? found.reason : `at ${found.path}, ${found.reason}`
  }

  /**
   * A pair from which no end can be reached, though each side alone could reach one: the one no longer takes the way out, and
   * the other has none of its own. Where a side is in a loop without an exit, that is meant.
   */
  #findEndless(): Parting | undefined {
    const { master, peer } = this.#versions
    const ending = pairsThatReach(this.#open, (pair) => stateAt(master, pair.master).turn === 'end')
    if (ending.size === this.#open.length) return undefined
    const endings = { master: statesThatEnd(master), peer: statesThatEnd(peer) }
    const endless = this.#open.find(
      (pair) => !ending.has(pair) && endings.master.has(pair.master) && endings.peer.has(pair.peer),
    )
    if (endless === undefined) return undefined
    return { kind: 'endless', text: 'from here on neither side ever takes a way to the end', trace: traceOf(endless) }
  }
}

type Fault = Pick<Parting, 'kind' | 'text'>

function stateAt(version: ProtocolVersion, number: number): VersionState {
  const state = version.states[number]
  if (state === undefined) throw new Error(`version ${version.fingerprint} has no state ${number}`)
  return state
}

function clashOf(master: VersionState, peer: VersionState): Fault | undefined {
  if (master.turn === peer.turn) return undefined
  if (master.turn === 'master' && peer.turn === 'peer') return { kind: 'both send', text: 'here both sides send' }
  if (master.turn === 'peer' && peer.turn === 'master') return { kind: 'both wait', text: 'here both sides wait' }
  const [ended, other, state]: readonly [Role, Role, VersionState] =
    master.turn === 'end' ? ['master', 'peer', peer] : ['peer', 'master', master]
  return state.turn === other
    ? { kind: 'past the end', text: `here the ${ended} is at its end, and the ${other} goes on sending` }
    : { kind: 'both wait', text: `here the ${ended} is at its end, and the ${other} waits` }
}

function unknownMove(from: Role, move: VersionMove): Fault {
  return { kind: 'unexpected', text: `the ${otherRole(from)} does not expect ${named(from, move)} here` }
}

function named(from: Role, { label }: VersionMove): string {
  return label.startsWith(':') ? `the automatic ${label.slice(1)} of the ${from}` : `"${label}" from the ${from}`
}

function payloadOf(from: Role, move: VersionMove): string {
  return move.stream ? `the items of stream ${named(from, move)}` : `what comes with ${named(from, move)}`
}

function formOf({ stream }: VersionMove): string {
  return stream ? 'a stream' : 'a single message'
}

function traceOf(pair: Pair): TraceStep[] {
  const trace: TraceStep[] = []
  for (let { before } = pair; before !== undefined; before = before.pair.before) trace.push(before.step)
  return trace.reverse()
}

function pairsThatReach(pairs: readonly Pair[], isGoal: (pair: Pair) => boolean): ReadonlySet<Pair> {
  const before = new Map<Pair, Pair[]>(pairs.map((pair) => [pair, []]))
  for (const pair of pairs) for (const next of pair.next) before.get(next)!.push(pair)
  return closure(pairs.filter(isGoal), (pair) => before.get(pair)!)
}

function statesThatEnd({ states }: ProtocolVersion): ReadonlySet<number> {
  const before = states.map((): number[] => [])
  states.forEach(({ moves }, number) => {
    for (const { next } of moves) before[next]!.push(number)
  })
  const ends = [...states.keys()].filter((number) => states[number]!.turn === 'end')
  return closure(ends, (number) => before[number]!)
}

function closure<Item>(start: readonly Item[], next: (item: Item) => readonly Item[]): ReadonlySet<Item> {
  const found = new Set(start)
  for (const item of found) for (const other of next(item)) found.add(other)
  return found
}
