/**
 * A definition made ready to run for one side: objects that point at each other, tables without a prototype, label numbers as
 * on the wire. Everything here is made once for each protocol and role and shared by all of its sessions.
 */

import { SteerError } from '../base/errors.ts'
import type { Role } from '../ir/source.ts'
import type { Codec } from './codec/codec.ts'
import type { Definition, MessagePoint, MoveEntry, SignalPoint } from './definition.ts'

export interface Program {
  readonly definition: Definition
  readonly role: Role
  /** All labels, automatic ones included, sorted by UTF-16 units: a label's index is its number on the wire. */
  readonly labels: readonly string[]
  /** By their index. */
  readonly edges: readonly Edge[]
  /** The state names of this side, for checking a set of handlers. */
  readonly states: ReadonlySet<string>
  /** Those in which a move is due, a stream opens, or a payload arrives that is not the last: a set of handlers must have them. */
  readonly required: ReadonlySet<string>
  /** The hooks that this side must be given. */
  readonly hooks: ReadonlySet<string>
  /** The labels whose payloads need a cipher. */
  readonly sealed: ReadonlySet<string>
  /** True where streams are. */
  readonly streaming: boolean
  /** True where `within` stands. */
  readonly timed: boolean
  /** How a session starts: no message, but the same as the edges that follow. */
  readonly start: Edge
}

/** A scope of `within`, the same object wherever it stands. */
export interface Scope {
  readonly ms: number
}

/** A place in the protocol between two frames, hooks folded into the edges that lead to it. */
export interface Place {
  readonly kind: 'message' | 'signal' | 'end'
  /** This side moves here. False at the end. */
  readonly mine: boolean
  /** What may be sent or arrive here, as declared. */
  readonly edges: readonly Edge[]
  /** The same by label number. */
  readonly byLabel: ReadonlyMap<number, Edge>
  /** The scopes of time that it is in. */
  readonly scopes: readonly Scope[]
  /** The session may come to its end from here without another payload for this side: the last one is still that of the result. */
  readonly keepsMessage: boolean
  /** At a message place of this side: the inert moves that handlers return, shared by all turns. */
  readonly plans: Readonly<Record<string, (payload?: unknown) => Plan>>
}

/** One frame: what happens between two places. */
export interface Edge {
  /** Position among all edges of this program. */
  readonly index: number
  readonly label: string
  readonly labelNumber: number
  /** Of a stream: that of its items. */
  readonly codec: Codec<unknown> | undefined
  /** The payload goes through the cipher of the label. */
  readonly sealed: boolean
  /** The frame opens a stream, of which the receiver holds so many items; 0 for a message. */
  readonly window: number
  readonly mine: boolean
  readonly signal: boolean
  /** Hooks of this side that run after the frame, before the next place. */
  readonly locals: readonly string[]
  /** The scopes whose time starts with the frame. */
  readonly enters: readonly Scope[]
  /** The scopes that those hooks are in. */
  readonly localScopes: readonly Scope[]
  readonly next: Place
  /** The next place that is not automatic: where this state's moves are made, or what it waits for, or the end. */
  readonly rest: Place
  /** The state that this side holds after the frame; undefined where it holds none. */
  readonly at: string | undefined
  readonly via: string | undefined
  /** The outcome, where `rest` is the end. */
  readonly outcome: string | undefined
}

/** What arrives at a place under that number; undefined for what must not. Most places have one edge alone. */
export function edgeByLabel(place: Place, labelNumber: number): Edge | undefined {
  const first = place.edges[0]
  return first?.labelNumber === labelNumber ? first : place.byLabel.get(labelNumber)
}

/** A message arrives with it that carries something. */
export function bringsMessage({ mine, codec, window }: Edge): boolean {
  return !mine && codec !== undefined && window === 0
}

// Generated code may lean on another copy of the package than the link does; `instanceof` would not know its plans.
const PLAN = Symbol.for('coxswain.plan.v1')

/** A move as a handler returns it: inert until the session performs it. */
export class Plan {
  readonly place: Place
  readonly edge: Edge
  readonly payload: unknown

  constructor(place: Place, edge: Edge, payload: unknown) {
    this.place = place
    this.edge = edge
    this.payload = payload
  }
}

// On the prototype: every move makes a plan.
Object.defineProperty(Plan.prototype, PLAN, { value: true })

/** True for a plan of any copy of the package. */
export function isPlan(value: unknown): value is Plan {
  return typeof value === 'object' && value !== null && (value as { readonly [PLAN]?: unknown })[PLAN] === true
}

/** Labels of automatic frames. User labels have no colon, so they cannot clash. */
const SIGNAL_LABELS = { handshake: ':handshake', keepalive: ':keepalive' } as const

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/**
 * Compiles a definition for one side.
 *
 * @throws SteerError `internal` for a table that no generator writes.
 */
export function compileProgram(definition: Definition, role: Role): Program {
  return new Compiler(definition, role).compile()
}

class Compiler {
  readonly #definition: Definition
  readonly #role: Role
  readonly #labels: string[]
  readonly #labelNumbers: ReadonlyMap<string, number>
  /** By point number; hooks have none. All are made before any edge, so that nothing here recurses. */
  readonly #places = new Map<number, Mutable<Place>>()
  readonly #edges: Mutable<Edge>[] = []
  readonly #hooks = new Set<string>()
  readonly #scopes: readonly Scope[]

  constructor(definition: Definition, role: Role) {
    this.#definition = definition
    this.#role = role
    this.#scopes = (definition.scopes ?? []).map((ms) => ({ ms }))
    this.#labels = collectLabels(definition)
    this.#labelNumbers = new Map(this.#labels.map((label, number) => [label, number]))
  }

  compile(): Program {
    this.#definition.points.forEach((point, number) => {
      if ('local' in point || 'enter' in point) return
      this.#places.set(number, 'end' in point ? END : createPlace(point, this.#role, this.#scopesOf(point)))
    })
    this.#definition.points.forEach((point, number) => {
      if ('from' in point) this.#fill(this.#places.get(number)!, point)
    })
    const start = this.#createEdge('start', 0, undefined, true, false)
    for (const edge of this.#edges) this.#settle(edge, start)
    this.#markKeeping()
    return {
      definition: this.#definition,
      role: this.#role,
      labels: this.#labels,
      edges: this.#edges,
      states: stateNames(this.#edges),
      required: stateNames(this.#edges.filter(needsHandler)),
      hooks: this.#hooks,
      sealed: new Set(this.#edges.flatMap((edge) => (edge.sealed ? [edge.label] : []))),
      streaming: this.#edges.some((edge) => edge.window > 0),
      timed: this.#scopes.length > 0,
      start,
    }
  }

  #fill(place: Mutable<Place>, point: MessagePoint | SignalPoint): void {
    place.edges =
      'signal' in point
        ? [this.#createEdge(SIGNAL_LABELS[point.signal], point.next, undefined, place.mine, true)]
        : Object.entries(point.moves).map(([label, move]) =>
            this.#createEdge(label, move.next, move, place.mine, false),
          )
    place.byLabel = new Map(place.edges.map((edge) => [edge.labelNumber, edge]))
    if (place.mine && place.kind === 'message') place.plans = createPlans(place)
  }

  #createEdge(label: string, next: number, move: MoveEntry | undefined, mine: boolean, signal: boolean): Mutable<Edge> {
    const way: Way = { locals: [], enters: [], localScopes: [] }
    const edge: Mutable<Edge> = {
      index: this.#edges.length,
      label,
      labelNumber: this.#labelNumbers.get(label) ?? -1,
      codec: move?.payload,
      sealed: move?.sealed === true,
      window: move?.stream ?? 0,
      mine,
      signal,
      ...way,
      next: this.#walk(next, way),
      rest: END,
      at: mine ? move?.sent : move?.at,
      via: mine ? move?.sentVia : move?.via,
      outcome: move?.outcome,
    }
    this.#edges.push(edge)
    return edge
  }

  #scopesOf(point: { readonly within?: readonly number[] }): Scope[] {
    return (point.within ?? []).map((number) => this.#scope(number))
  }

  #scope(number: number): Scope {
    const scope = this.#scopes[number]
    if (scope === undefined) throw broken(this.#definition, `has no scope ${number}`)
    return scope
  }

  /** Goes on to the next place and notes on the way what happens between the two. */
  #walk(from: number, way: Way): Place {
    let number = from
    // A definition has no cycle without a frame (the generator refuses it); the count turns a broken table into an error.
    for (let steps = 0; steps <= this.#definition.points.length; steps++) {
      const point = this.#definition.points[number]
      if (point === undefined) throw broken(this.#definition, `has no point ${number}`)
      if ('enter' in point) way.enters.push(this.#scope(point.enter))
      else if (!('local' in point)) return this.#places.get(number) as Place
      else if (point.side === this.#role) {
        way.locals.push(point.local)
        way.localScopes.push(...this.#scopesOf(point))
        this.#hooks.add(point.local)
      }
      number = point.next
    }
    throw broken(this.#definition, 'goes round without a message')
  }

  /** What depends on where the edge leads once automatic frames are through. */
  #settle(edge: Mutable<Edge>, start: Edge): void {
    edge.rest = this.#rest(edge.next)
    if (edge === start) {
      const name = this.#definition.start?.[this.#role]
      edge.at = edge.rest.mine ? (name ?? 'start') : undefined
      edge.via = edge.rest.mine && name !== undefined ? 'start' : undefined
      return
    }
    // The sender of a frame holds a state after it only if it moves again.
    if (edge.mine && !edge.rest.mine) edge.at = undefined
    if (edge.rest.kind !== 'end') edge.outcome = undefined
  }

  /** Goes back from the end for as long as no payload arrives. */
  #markKeeping(): void {
    const before = new Map<Place, Mutable<Place>[]>()
    for (const place of this.#places.values()) {
      for (const edge of place.edges) {
        if (bringsMessage(edge)) continue
        const earlier = before.get(edge.next)
        if (earlier === undefined) before.set(edge.next, [place])
        else earlier.push(place)
      }
    }
    const found = [END]
    for (const place of found) {
      for (const earlier of before.get(place) ?? []) {
        if (earlier.keepsMessage) continue
        earlier.keepsMessage = true
        found.push(earlier)
      }
    }
  }

  #rest(from: Place): Place {
    let place = from
    for (let steps = 0; steps <= this.#edges.length; steps++) {
      if (place.kind !== 'signal') return place
      place = place.edges[0]!.next
    }
    throw broken(this.#definition, 'goes round without a message')
  }
}

function broken(definition: Definition, how: string): SteerError {
  return new SteerError('internal', `the table of protocol "${definition.name}" ${how}; generate it again`)
}

/** What lies between a frame and the next place. */
interface Way {
  readonly locals: string[]
  readonly enters: Scope[]
  readonly localScopes: Scope[]
}

function createPlace(point: MessagePoint | SignalPoint, role: Role, scopes: readonly Scope[]): Mutable<Place> {
  return {
    kind: 'signal' in point ? 'signal' : 'message',
    mine: point.from === role,
    edges: [],
    byLabel: NO_EDGES,
    scopes,
    keepsMessage: false,
    plans: NO_PLANS,
  }
}

function needsHandler(edge: Edge): boolean {
  if (edge.rest.mine) return true
  // Nobody has to look at a final message; a stream that nobody reads would be thrown away in silence.
  return !edge.mine && (edge.window > 0 || (edge.codec !== undefined && edge.rest.kind !== 'end'))
}

function stateNames(edges: readonly Edge[]): ReadonlySet<string> {
  return new Set(edges.flatMap((edge) => (edge.at === undefined ? [] : [edge.at])))
}

function collectLabels(definition: Definition): string[] {
  const labels = new Set<string>()
  for (const point of definition.points) {
    if ('moves' in point) for (const label of Object.keys(point.moves)) labels.add(label)
    else if ('signal' in point) labels.add(SIGNAL_LABELS[point.signal])
  }
  return [...labels].sort()
}

function createPlans(place: Place): Place['plans'] {
  const plans = Object.create(null) as Record<string, (payload?: unknown) => Plan>
  for (const edge of place.edges) plans[edge.label] = (payload) => new Plan(place, edge, payload)
  return Object.freeze(plans)
}

const NO_EDGES: ReadonlyMap<number, Edge> = new Map()
const NO_PLANS: Place['plans'] = Object.freeze(Object.create(null) as Place['plans'])
const END: Place = Object.freeze({
  kind: 'end',
  mine: false,
  edges: [],
  byLabel: NO_EDGES,
  scopes: [],
  keepsMessage: true,
  plans: NO_PLANS,
})
