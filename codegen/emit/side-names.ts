/** The names of the types of one side of a protocol, all claimed before anything is written. */

import type { MessageNode, Move } from '../../src/ir/machine.ts'
import type { ProtocolModel } from '../../src/ir/model.ts'
import { nameMoves } from '../../src/ir/names.ts'
import type { Role, SourceSpan } from '../../src/ir/source.ts'
import type { Side, State } from '../../src/ir/states.ts'
import { nodeAt, reachableNodes, restFrom } from '../../src/ir/walk.ts'
import { pascalCase } from '../../src/ir/pascal-case.ts'
import { ciphersType } from './ciphers.ts'
import { streamedStates, type Streamed } from './streamed.ts'
import type { TypeNames } from './type-names.ts'

/** States that one name stands for: one, or all those that a point merges. */
export interface StateGroup {
  /** What the user sees as `at`. */
  readonly name: string
  readonly states: readonly State[]
  /** The type of the held state, or the union of them. */
  readonly type: string
  /** The same as handlers get it. */
  readonly turnType: string
}

/** A place where this side moves: what the states there have in common. */
export interface MovePlace {
  readonly node: MessageNode
  readonly number: number
  /** The names of the states at this place. */
  readonly stateNames: readonly string[]
  readonly sendType: string
  readonly planType: string
  readonly moveType: string
}

/** A place where the other side moves: what can arrive there. */
export interface WaitPlace {
  readonly number: number
  readonly arrivals: readonly State[]
  /** The type of what arrives; an alias of its own where that is more than one thing. */
  readonly type: string
  readonly isAlias: boolean
  /** The move or state behind which this side waits here first. */
  readonly after: string
}

export interface SideNames {
  readonly side: Side
  /** `NegotiatePeer`. */
  readonly prefix: string
  readonly groups: readonly StateGroup[]
  readonly stateTypes: ReadonlyMap<State, string>
  readonly turnTypes: ReadonlyMap<State, string>
  /** By node number. */
  readonly movePlaces: ReadonlyMap<number, MovePlace>
  readonly waitPlaces: ReadonlyMap<number, WaitPlace>
  /** Of states that a stream opened: what `end` resolves to where something is left to do. */
  readonly endTypes: ReadonlyMap<State, EndTypes>
  readonly streamed: ReadonlyMap<State, Streamed>
  /** The interface of the ciphers that the calls require. */
  readonly ciphers: string | undefined
}

export interface EndTypes {
  /** Absent where the session is over. */
  readonly held?: string
  /** Present where this side moves. */
  readonly turn?: string
}

/** Parts of type names that belong to the side itself; a state of such a name gets `State` behind it. */
const OWN_PARTS: ReadonlySet<string> = new Set(['State', 'Handlers', 'Hooks', 'Result'])

/** Names everything that the generated file declares for one side. */
export function nameSide(model: ProtocolModel, role: Role, names: TypeNames): SideNames {
  const side = model.sides[role]
  const prefix = model.declaration.exportName + pascalCase(role)
  const { source } = model.declaration
  for (const part of ['', 'State', 'Handlers', 'Result', ...(side.hooks.size > 0 ? ['Hooks'] : [])]) {
    names.claim(prefix + part, part === '' ? `the ${role}` : `the ${part.toLowerCase()} of the ${role}`, source)
  }
  const stateTypes = new Map<State, string>()
  const turnTypes = new Map<State, string>()
  const claim: Claim = (type, what, at) => names.claim(type, what, at)
  const groups = groupStates(side).map((states) => nameGroup(states, prefix, source, { stateTypes, turnTypes, claim }))
  return {
    side,
    prefix,
    groups,
    stateTypes,
    turnTypes,
    movePlaces: nameMovePlaces(model, side, prefix, names),
    waitPlaces: nameWaitPlaces(model, side, prefix, names, stateTypes),
    endTypes: nameEnds(side, stateTypes, turnTypes, claim),
    streamed: streamedStates(model.machine, side),
    ciphers: ciphersType(model),
  }
}

/** True where the state holds a stream that arrives. */
export function hasStream(state: State): boolean {
  return state.kind === 'arrival' && state.move?.stream !== undefined
}

function nameEnds(
  side: Side,
  stateTypes: ReadonlyMap<State, string>,
  turnTypes: ReadonlyMap<State, string>,
  claim: Claim,
): Map<State, EndTypes> {
  const ends = new Map<State, EndTypes>()
  for (const state of side.states.filter(hasStream)) {
    const name = (type: string): string =>
      claim(`${type}End`, `the end of the stream "${state.ownName}"`, state.move!.source)
    const held = state.turn === 'over' ? {} : { held: name(stateTypes.get(state)!) }
    const turn = state.turn === 'mine' ? { turn: name(turnTypes.get(state)!) } : {}
    ends.set(state, { ...held, ...turn })
  }
  return ends
}

function groupStates(side: Side): State[][] {
  const groups = new Map<string, State[]>()
  for (const state of side.states) {
    const group = groups.get(state.name)
    if (group === undefined) groups.set(state.name, [state])
    else group.push(state)
  }
  return [...groups.values()]
}

type Claim = (type: string, what: string, source: SourceSpan) => string

interface StateTypeMaps {
  readonly stateTypes: Map<State, string>
  readonly turnTypes: Map<State, string>
  readonly claim: Claim
}

function nameGroup(states: readonly State[], prefix: string, start: SourceSpan, maps: StateTypeMaps): StateGroup {
  const { name } = states[0]!
  const base = prefix + statePart(name)
  const sourceOf = (state: State): SourceSpan => state.move?.source ?? start
  for (const state of states) {
    const type = states.length === 1 ? base : `${base}Via${pascalCase(state.ownName)}`
    maps.stateTypes.set(state, maps.claim(type, `the state "${state.ownName}"`, sourceOf(state)))
    maps.turnTypes.set(state, maps.claim(`${type}Turn`, `the turn of the state "${state.ownName}"`, sourceOf(state)))
  }
  if (states.length > 1) {
    maps.claim(base, `the state "${name}"`, sourceOf(states[0]!))
    maps.claim(`${base}Turn`, `the turn of the state "${name}"`, sourceOf(states[0]!))
  }
  return { name, states, type: base, turnType: `${base}Turn` }
}

function statePart(name: string): string {
  const part = pascalCase(name)
  return OWN_PARTS.has(part) ? `${part}State` : part
}

function nameMovePlaces(model: ProtocolModel, side: Side, prefix: string, names: TypeNames): Map<number, MovePlace> {
  const places = new Map<number, MovePlace>()
  const namesByRest = new Map<number, Set<string>>()
  for (const state of side.states) {
    namesByRest.set(state.rest, (namesByRest.get(state.rest) ?? new Set()).add(state.name))
  }
  for (const state of side.states) {
    const node = nodeAt(model.machine, state.rest)
    if (node.kind !== 'message' || state.turn !== 'mine' || places.has(state.rest)) continue
    const base = prefix + statePart(state.name)
    const claim = (part: string): string =>
      names.claim(base + part, `the moves of the state "${state.name}"`, node.source)
    places.set(state.rest, {
      node,
      number: state.rest,
      stateNames: [...(namesByRest.get(state.rest) ?? [])],
      sendType: claim('Send'),
      planType: claim('Plan'),
      moveType: claim('Move'),
    })
  }
  return places
}

function nameWaitPlaces(
  model: ProtocolModel,
  side: Side,
  prefix: string,
  names: TypeNames,
  stateTypes: ReadonlyMap<State, string>,
): Map<number, WaitPlace> {
  const places = new Map<number, WaitPlace>()
  for (const { rest, part, after } of waysToWait(model, side)) {
    const node = nodeAt(model.machine, rest)
    if (node.kind !== 'message' || places.has(rest)) continue
    const arrivals = node.moves.map((move) => side.arrivals.get(move)!)
    const isAlias = arrivals.length > 1
    const type = isAlias
      ? names.claim(`${prefix}After${part}`, `what can arrive after ${after}`, node.source)
      : stateTypes.get(arrivals[0]!)!
    places.set(rest, { number: rest, arrivals, type, isAlias, after })
  }
  return places
}

interface WayToWait {
  readonly rest: number
  /** How a type name says it. */
  readonly part: string
  /** How a sentence says it. */
  readonly after: string
}

/** Where this side comes to wait: at the start, after what it has sent, after what has arrived; in that order of preference. */
function waysToWait({ machine }: ProtocolModel, side: Side): WayToWait[] {
  const waits = (place: number): number | undefined => {
    const rest = restFrom(machine, place)
    return rest.node.kind === 'message' && rest.node.from !== side.role ? rest.number : undefined
  }
  const ways: WayToWait[] = []
  const first = waits(0)
  if (first !== undefined) ways.push({ rest: first, part: 'Start', after: 'the start' })
  const sent = sentMoves(machine, side.role)
  const sentNames = nameMoves(sent)
  for (const move of sent) {
    const rest = waits(move.next)
    const name = sentNames.get(move)?.name ?? move.label
    if (rest !== undefined) ways.push({ rest, part: `Sent${pascalCase(name)}`, after: `\`${name}\` was sent` })
  }
  for (const state of side.states) {
    if (state.turn !== 'theirs') continue
    ways.push({ rest: state.rest, part: pascalCase(state.name), after: `\`${state.name}\` has arrived` })
  }
  return ways
}

function sentMoves(machine: ProtocolModel['machine'], role: Role): Move[] {
  return reachableNodes(machine).flatMap((number) => {
    const node = nodeAt(machine, number)
    return node.kind === 'message' && node.from === role ? node.moves : []
  })
}
