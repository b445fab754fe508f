/**
 * One version of a protocol as comparing needs it: the minimised machine that both ends agree on, and its payloads. Nothing in
 * it depends on how the declaration was written, so that two versions with one fingerprint are the same data but for names.
 */

import { fingerprintOf } from '../../src/ir/fingerprint.ts'
import type { Machine, MachineNode, Move } from '../../src/ir/machine.ts'
import { minimise, type AutomatonState } from '../../src/ir/minimise.ts'
import type { ProtocolModel } from '../../src/ir/model.ts'
import type { Shape, TypeDefinition } from '../../src/ir/shape.ts'
import { digestShape } from '../../src/ir/shape-digest.ts'
import type { Role, SourceSpan } from '../../src/ir/source.ts'
import { nodeAt, successorsOf } from '../../src/ir/walk.ts'
import { PlainTypes, type PlainType } from './plain-types.ts'

export interface ProtocolVersion {
  /** The name on the wire. */
  readonly name: string
  readonly fingerprint: string
  /** Its decoders skip members that they do not know. */
  readonly open: boolean
  /** All labels, automatic ones included, sorted: the place of a label is its number on the wire. */
  readonly labels: readonly string[]
  /** A session starts at number 0. */
  readonly states: readonly VersionState[]
  /** What `reference` shapes of this version refer to. */
  readonly types: readonly PlainType[]
}

export interface VersionState {
  /** The side that sends here. */
  readonly turn: Role | 'end'
  /** Sorted by label. */
  readonly moves: readonly VersionMove[]
}

export interface VersionMove {
  /** Automatic frames have a colon in front. */
  readonly label: string
  readonly next: number
  /** Of a stream: what each of its items is. */
  readonly payload?: Shape
  readonly sealed?: true
  readonly stream?: true
}

/** The version that a model is. */
export function versionOf(model: ProtocolModel, types: readonly TypeDefinition[]): ProtocolVersion {
  const { declaration, machine, fingerprint } = model
  const { name, open } = declaration
  const plain = new PlainTypes(types)
  const states = minimalStates(wireStates(machine, plain), (payload) => digestShape(payload, types))
  return { name, fingerprint, open, labels: labelsOf(states), states, types: plain.used }
}

/** All labels of a machine, sorted. */
export function labelsOf(states: readonly VersionState[]): string[] {
  return [...new Set(states.flatMap(({ moves }) => moves.map(({ label }) => label)))].sort()
}

/** The fingerprint that this data has, whatever it says of itself. */
export function fingerprintOfVersion(version: ProtocolVersion): string {
  const types = version.types.map(({ name, shape }): TypeDefinition => ({ name, shape, source: NOWHERE }))
  return fingerprintOf({ nodes: version.states.map(nodeOf), scopes: [], forever: [] }, types, version.open)
}

/** A state with each payload as it stands in the declaration beside the plain one. */
interface WireState {
  readonly turn: Role | 'end'
  readonly moves: readonly WireMove[]
}

interface WireMove {
  readonly move: VersionMove
  readonly declared: Shape | undefined
}

/** The machine without what never crosses the wire, in the order of a search from the start. */
function wireStates(machine: Machine, plain: PlainTypes): WireState[] {
  const order: number[] = []
  const numbers = new Map<number, number>()
  const numberOf = (place: number): number => {
    const at = onTheWire(machine, place)
    const known = numbers.get(at)
    if (known !== undefined) return known
    numbers.set(at, order.push(at) - 1)
    return order.length - 1
  }
  numberOf(0)
  const states: WireState[] = []
  for (const place of order) states.push(createState(nodeAt(machine, place), numberOf, plain))
  return states
}

function onTheWire(machine: Machine, from: number): number {
  let number = from
  for (let steps = 0; steps <= machine.nodes.length; steps++) {
    const node = nodeAt(machine, number)
    if (node.kind === 'message' || node.kind === 'signal' || node.kind === 'end') return number
    number = successorsOf(node)[0]!
  }
  throw new Error('the machine goes round without a message')
}

function createState(node: MachineNode, numberOf: (place: number) => number, plain: PlainTypes): WireState {
  if (node.kind === 'signal') {
    return {
      turn: node.from,
      moves: [{ move: { label: `:${node.signal}`, next: numberOf(node.next) }, declared: undefined }],
    }
  }
  if (node.kind !== 'message') return { turn: 'end', moves: [] }
  const moves = [...node.moves].sort((left, right) => (left.label < right.label ? -1 : 1))
  return { turn: node.from, moves: moves.map((move) => createMove(move, numberOf(move.next), plain)) }
}

function createMove({ label, payload, sealed, stream }: Move, next: number, plain: PlainTypes): WireMove {
  const move: VersionMove = {
    label,
    next,
    ...(payload === undefined ? {} : { payload: plain.shapeOf(payload) }),
    ...(sealed === undefined ? {} : { sealed }),
    ...(stream === undefined ? {} : { stream: true }),
  }
  return { move, declared: payload }
}

/** One state for each class of those that cannot be told apart, in the order in which a search by sorted labels meets them. */
function minimalStates(states: readonly WireState[], digestOf: (payload: Shape) => string): VersionState[] {
  const digests = new Map<Shape, string>()
  const classes = minimise({ states: states.map((state) => automatonState(state, digests, digestOf)) })
  const numbers = new Map([[classes[0]!, 0]])
  const order = [0]
  const minimal: VersionState[] = []
  for (const place of order) {
    const { turn, moves } = states[place]!
    const renumbered = moves.map(({ move }) => {
      const target = classes[move.next]!
      if (!numbers.has(target)) numbers.set(target, order.push(move.next) - 1)
      return { ...move, next: numbers.get(target)! }
    })
    minimal.push({ turn, moves: renumbered })
  }
  return minimal
}

function automatonState(
  { turn, moves }: WireState,
  digests: Map<Shape, string>,
  digestOf: (payload: Shape) => string,
): AutomatonState {
  const letterOf = ({ move, declared }: WireMove): string => {
    const digest = declared === undefined ? '' : (digests.get(declared) ?? digestOf(declared))
    if (declared !== undefined) digests.set(declared, digest)
    return [move.label, move.stream && 'stream', move.sealed && 'sealed', digest].filter(Boolean).join(' ')
  }
  return { colour: turn, edges: new Map(moves.map((move) => [letterOf(move), move.move.next])) }
}

const NOWHERE: SourceSpan = { file: '', line: 1, column: 1, length: 1 }

function nodeOf({ turn, moves }: VersionState): MachineNode {
  if (turn === 'end') return { kind: 'end' }
  const [first] = moves
  if (first?.label === ':handshake' || first?.label === ':keepalive') {
    const signal = first.label === ':handshake' ? 'handshake' : 'keepalive'
    return { kind: 'signal', from: turn, signal, next: first.next, source: NOWHERE }
  }
  return { kind: 'message', from: turn, moves: moves.map(declaredMove), source: NOWHERE }
}

function declaredMove({ label, next, payload, sealed, stream }: VersionMove): Move {
  return {
    label,
    next,
    path: [label],
    earlier: { labels: [], count: 0 },
    source: NOWHERE,
    ...(payload === undefined ? {} : { payload }),
    ...(sealed === undefined ? {} : { sealed }),
    // Any window will do: the two ends need not have the same.
    ...(stream === undefined ? {} : { stream: { window: 1 } }),
  }
}
