/**
 * What a picture of one side shows, before anybody says where it stands: a place for each turn, named as the generated API names
 * the states there, and an arrow for each message. What the runtime does by itself stands beside the arrow that it follows.
 */

import type { MachineNode, Move } from '../../src/ir/machine.ts'
import type { ProtocolModel } from '../../src/ir/model.ts'
import type { Role } from '../../src/ir/source.ts'
import { nodeAt, reachableNodes, restFrom } from '../../src/ir/walk.ts'

export interface StatePicture {
  readonly protocol: string
  readonly role: Role
  /** Place 0 is where a session begins. */
  readonly places: readonly Place[]
  readonly arrows: readonly Arrow[]
}

/** `mine`: this side sends. `theirs`: it waits. */
export interface Place {
  readonly kind: 'start' | 'mine' | 'theirs' | 'end'
  /** The states of the generated API; at an end the outcomes. */
  readonly names: readonly string[]
  /** The `point` in front of it, where the names do not tell it. */
  readonly point?: string
  /** The nearest deadline of the scopes around it. */
  readonly withinMs?: number
}

export interface Arrow {
  readonly from: number
  readonly to: number
  /** Those that lead from and to the same places in the same way; none behind the start. */
  readonly messages: readonly ArrowMessage[]
  /** What follows by itself, in order. */
  readonly automatic: readonly string[]
}

export interface ArrowMessage {
  readonly does: 'send' | 'receive'
  readonly label: string
  /** The window of a stream. */
  readonly stream?: number
  readonly sealed?: true
}

/** The picture of one side of a protocol. */
export function createStatePicture(model: ProtocolModel, role: Role): StatePicture {
  return new PictureMaker(model, role).make()
}

class PictureMaker {
  readonly #model: ProtocolModel
  readonly #role: Role
  readonly #places: Place[] = [{ kind: 'start', names: [] }]
  readonly #arrows: Arrow[] = []
  /** The places of message nodes, by their numbers. */
  readonly #byNode = new Map<number, number>()
  readonly #open: number[] = []
  /** The nearest point in front of each message node, on any way there. */
  readonly #points: ReadonlyMap<number, string>

  constructor(model: ProtocolModel, role: Role) {
    this.#model = model
    this.#role = role
    const { machine } = model
    const numbers = reachableNodes(machine)
    this.#points = new Map(
      numbers.flatMap((number) => {
        const { number: rest, points } = restFrom(machine, number)
        const [point] = points
        return point === undefined ? [] : [[rest, point.name] as const]
      }),
    )
  }

  make(): StatePicture {
    const { machine, declaration } = this.#model
    const first = restFrom(machine, 0).number
    this.#arrows.push({ from: 0, to: this.#placeOf(first), messages: [], automatic: this.#automaticFrom(0) })
    for (let node = this.#open.shift(); node !== undefined; node = this.#open.shift()) this.#draw(node)
    return { protocol: declaration.name, role: this.#role, places: this.#places, arrows: this.#arrows }
  }

  #placeOf(number: number): number {
    const known = this.#byNode.get(number)
    if (known !== undefined) return known
    const node = nodeAt(this.#model.machine, number)
    const kind = node.kind === 'message' && node.from === this.#role ? 'mine' : 'theirs'
    const states = this.#model.sides[this.#role].states.filter((state) => state.rest === number)
    const names = [...new Set(states.map(({ name }) => name))]
    const point = this.#points.get(number)
    const scopes = node.kind === 'message' ? (node.within ?? []) : []
    const deadlines = scopes.flatMap((scope) => this.#model.machine.scopes[scope]?.ms ?? [])
    const place =
      this.#places.push({
        kind,
        names,
        ...(point === undefined || names.includes(point) ? {} : { point }),
        ...(deadlines.length === 0 ? {} : { withinMs: Math.min(...deadlines) }),
      }) - 1
    this.#byNode.set(number, place)
    this.#open.push(number)
    return place
  }

  #draw(number: number): void {
    const { machine, outcomes } = this.#model
    const node = nodeAt(machine, number)
    if (node.kind !== 'message') return
    const from = this.#placeOf(number)
    const does = node.from === this.#role ? 'send' : 'receive'
    const bundles = new Map<string, { readonly moves: Move[]; readonly rest: number; readonly automatic: string[] }>()
    for (const move of node.moves) {
      const { number: rest } = restFrom(machine, move.next)
      const automatic = this.#automaticFrom(move.next)
      const key = JSON.stringify([rest, automatic])
      const bundle = bundles.get(key) ?? { moves: [], rest, automatic }
      bundle.moves.push(move)
      bundles.set(key, bundle)
    }
    for (const { moves, rest, automatic } of bundles.values()) {
      const isEnd = nodeAt(machine, rest).kind === 'end'
      const names = moves.map((move) => outcomes.names.get(move) ?? move.label)
      const to = isEnd ? this.#places.push({ kind: 'end', names }) - 1 : this.#placeOf(rest)
      this.#arrows.push({ from, to, messages: moves.map((move) => describeMove(move, does)), automatic })
    }
  }

  /** What the runtime does between a message and the next turn, as far as this side takes part in it. */
  #automaticFrom(number: number): string[] {
    const { machine } = this.#model
    const steps: string[] = []
    let node = nodeAt(machine, number)
    while (node.kind !== 'message' && node.kind !== 'end') {
      steps.push(...this.#describeAutomatic(node))
      node = nodeAt(machine, node.next)
    }
    return steps
  }

  #describeAutomatic(node: MachineNode): string[] {
    switch (node.kind) {
      case 'signal':
        return [`${node.from === this.#role ? 'sends' : 'awaits'} ${node.signal}`]
      case 'local':
        return node.side === this.#role ? [`runs ${node.name}`] : []
      case 'enter': {
        const ms = this.#model.machine.scopes[node.scope]?.ms ?? 0
        return [`starts its ${timeText(ms)}`]
      }
      default:
        return []
    }
  }
}

function describeMove({ label, stream, sealed }: Move, does: 'send' | 'receive'): ArrowMessage {
  return {
    does,
    label,
    ...(stream === undefined ? {} : { stream: stream.window }),
    ...(sealed === undefined ? {} : { sealed }),
  }
}

/** `send stream chunks`. */
export function messageText({ does, label, stream, sealed }: ArrowMessage): string {
  return [does, ...(stream === undefined ? [] : ['stream']), ...(sealed === undefined ? [] : ['sealed']), label].join(
    ' ',
  )
}

function timeText(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`
}

/** What is said of a place beside its names: whose turn it is, the point, the time. */
export function tagsOf(place: Place, role: Role): string[] {
  const { point, withinMs } = place
  return [
    ...(point === undefined ? [] : [`at ${point}`]),
    turnText(place, role),
    ...(withinMs === undefined ? [] : [`within ${timeText(withinMs)}`]),
  ]
}

/** Whose turn it is at a place. */
export function turnText(place: Place, role: Role): string {
  const other = role === 'master' ? 'peer' : 'master'
  return `${place.kind === 'mine' ? role : other}'s turn`
}
