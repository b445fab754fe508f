/**
 * From the steps of a declaration to the machine. A step is lowered with the place it stands at and the place behind it, both
 * of which may still be unknown; jumps join places. So a continuation is shared, never copied, and the machine has at most two
 * nodes for each step.
 */

import type { Branch, ChoiceStep, LoopStep, MessageStep, ProtocolDeclaration, Step, WithinStep } from './declaration.ts'
import type {
  EarlierLabels,
  EnterNode,
  LocalNode,
  Machine,
  MachineNode,
  MessageNode,
  Move,
  PointNode,
  Scope,
  SignalNode,
} from './machine.ts'
import { otherRole } from './source.ts'

/** A place between two steps. It gets a node of its own, or turns out to be the same as another place. */
interface Place {
  node?: number
  same?: Place
}

type Draft<Node> = Omit<Node, 'next'> & { readonly next: Place }

type NodeDraft =
  | (Omit<MessageNode, 'moves'> & { readonly moves: readonly Draft<Move>[] })
  | Draft<SignalNode>
  | Draft<LocalNode>
  | Draft<PointNode>
  | Draft<EnterNode>
  | { readonly kind: 'end' }

interface LoopPlaces {
  readonly again: Place
  readonly leave: Place
}

/** What a list of steps knows of its surroundings. */
interface Surroundings {
  /** `start` and the labels of the enclosing branches. */
  readonly path: readonly string[]
  readonly loops: ReadonlyMap<number, LoopPlaces>
  /** The scopes around, outermost first; absent: none. */
  readonly within?: readonly number[]
}

/**
 * Builds the machine of a protocol. Nodes are numbered in the order of the declaration; the end is the last one.
 *
 * @throws Error for a declaration that the checks on its steps have refused: a round without any step, a jump without its loop.
 */
export function lowerProtocol(declaration: ProtocolDeclaration): Machine {
  return new Lowering().lower(declaration)
}

class Lowering {
  readonly #drafts: NodeDraft[] = []
  readonly #foreverHeads: Place[] = []
  readonly #scopes: Scope[] = []

  lower(declaration: ProtocolDeclaration): Machine {
    const start: Place = {}
    const end: Place = {}
    this.#list(declaration.steps, start, end, { path: ['start'], loops: new Map() })
    this.#add(end, { kind: 'end' })
    const nodes = this.#drafts.map(finish)
    const heads = new Set(this.#foreverHeads.map(resolve))
    return startAtZero(nodes, resolve(start), [...heads], this.#scopes)
  }

  #add(here: Place, draft: NodeDraft): void {
    here.node = this.#drafts.length
    this.#drafts.push(draft)
  }

  #list(steps: readonly Step[], here: Place, after: Place, around: Surroundings, labels: string[] = []): void {
    let current = here
    steps.forEach((step, index) => {
      const next = index === steps.length - 1 ? after : {}
      this.#step(step, current, next, around, labels)
      if (step.kind === 'message') labels.push(step.label)
      current = next
    })
    if (steps.length === 0) join(here, after)
  }

  #step(step: Step, here: Place, next: Place, around: Surroundings, labels: string[]): void {
    const earlier = { labels, count: labels.length }
    switch (step.kind) {
      case 'message': {
        this.#message(step, here, next, around, earlier)
        return
      }
      case 'choice': {
        this.#choice(step, here, next, around, earlier)
        return
      }
      case 'loop': {
        this.#loop(step, here, next, around)
        return
      }
      case 'jump': {
        const loop = around.loops.get(step.loop)
        if (loop === undefined) throw new Error(`jump to loop ${step.loop}, which is not around it`)
        join(here, loop[step.to])
        return
      }
      case 'handshake': {
        const reply: Place = {}
        const { from, source } = step
        this.#add(here, { kind: 'signal', from, signal: 'handshake', next: reply, ...inside(around), source })
        const other = otherRole(from)
        this.#add(reply, { kind: 'signal', from: other, signal: 'handshake', next, ...inside(around), source })
        return
      }
      case 'keepalive': {
        const { from, source } = step
        this.#add(here, { kind: 'signal', from, signal: 'keepalive', next, ...inside(around), source })
        return
      }
      case 'local': {
        let current = here
        const { name, source } = step
        const sides = (['master', 'peer'] as const).filter((side) => step.sides.includes(side))
        sides.forEach((side, index) => {
          const behind = index === sides.length - 1 ? next : {}
          this.#add(current, { kind: 'local', side, name, next: behind, ...inside(around), source })
          current = behind
        })
        return
      }
      case 'point': {
        this.#add(here, { kind: 'point', name: step.name, next, source: step.source })
        return
      }
      case 'within': {
        this.#within(step, here, next, around, labels)
        return
      }
    }
  }

  #message(step: MessageStep, here: Place, next: Place, around: Surroundings, earlier: EarlierLabels): void {
    const move = createMove(step, next, around, earlier)
    const { from, source } = step
    this.#add(here, { kind: 'message', from, moves: [move], ...inside(around), source })
  }

  #choice(step: ChoiceStep, here: Place, next: Place, around: Surroundings, earlier: EarlierLabels): void {
    const behind = step.branches.map((): Place => ({}))
    const moves = step.branches.map((branch, index) => createMove(branch, behind[index]!, around, earlier))
    const { from, source } = step
    this.#add(here, { kind: 'message', from, moves, ...inside(around), source })
    step.branches.forEach((branch, index) => {
      this.#list(branch.steps, behind[index]!, next, { ...around, path: [...around.path, branch.label] })
    })
  }

  #loop(step: LoopStep, here: Place, next: Place, around: Surroundings): void {
    const loops = new Map(around.loops).set(step.loop, { again: here, leave: next })
    if (step.forever) this.#foreverHeads.push(here)
    this.#list(step.steps, here, here, { ...around, loops })
  }

  /** A scope is no list of its own for the names of what is in it. */
  #within(step: WithinStep, here: Place, next: Place, around: Surroundings, labels: string[]): void {
    const scope = this.#scopes.push({ ms: step.ms, source: step.source }) - 1
    const inside: Place = {}
    this.#add(here, { kind: 'enter', scope, next: inside, source: step.source })
    this.#list(step.steps, inside, next, { ...around, within: [...(around.within ?? []), scope] }, labels)
  }
}

function inside({ within }: Surroundings): { readonly within?: readonly number[] } {
  return within === undefined ? {} : { within }
}

function createMove(
  said: MessageStep | Branch,
  next: Place,
  around: Surroundings,
  earlier: EarlierLabels,
): Draft<Move> {
  return {
    label: said.label,
    next,
    path: [...around.path, said.label],
    earlier,
    source: said.source,
    ...(said.payload === undefined ? {} : { payload: said.payload }),
    ...(said.sealed === undefined ? {} : { sealed: said.sealed }),
    ...('stream' in said ? { stream: said.stream } : {}),
    ...(said.doc === undefined ? {} : { doc: said.doc }),
  }
}

function join(place: Place, other: Place): void {
  place.same = other
}

function resolve(place: Place): number {
  const seen = new Set<Place>()
  let current = place
  while (current.node === undefined) {
    if (current.same === undefined || seen.has(current)) throw new Error('a round of a loop has no step')
    seen.add(current)
    current = current.same
  }
  return current.node
}

function finish(draft: NodeDraft): MachineNode {
  if (draft.kind === 'end') return draft
  if (draft.kind === 'message') {
    return { ...draft, moves: draft.moves.map((move) => ({ ...move, next: resolve(move.next) })) }
  }
  return { ...draft, next: resolve(draft.next) }
}

/** A protocol of an empty list starts at its end; every other one starts at node 0 already. */
function startAtZero(nodes: MachineNode[], start: number, forever: number[], scopes: readonly Scope[]): Machine {
  if (start !== 0) throw new Error(`the machine starts at node ${start}`)
  return { nodes, scopes, forever: forever.sort((left, right) => left - right) }
}
