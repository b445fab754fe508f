/**
 * Random declarations that a careful author could have written. A list of numbers is read as the author's decisions, so that
 * fast-check, which makes the list smaller and its numbers smaller, makes the protocol simpler: 0 always is the simplest thing
 * to do, and a list that is used up says 0 for ever.
 */

import fc from 'fast-check'
import type { Branch, MessageStep, ProtocolDeclaration, Step } from '../../src/ir/declaration.ts'
import type { Shape } from '../../src/ir/shape.ts'
import { otherRole, type Role, type SourceSpan } from '../../src/ir/source.ts'

export const SOURCE: SourceSpan = { file: 'random.steer.ts', line: 1, column: 1, length: 1 }

/** Most steps of one protocol, those that make it well-formed apart. */
export const STEPS_MAX = 30

/** @param payloads the shapes that messages may carry. */
export function protocolArbitrary(payloads: readonly Shape[]): fc.Arbitrary<ProtocolDeclaration> {
  return fc
    .array(fc.nat(255), { minLength: 0, maxLength: 160, size: 'max' })
    .map((decisions) => new Author(decisions, payloads).write())
}

/** A loop around the place where the author writes. */
interface EnclosingLoop {
  readonly number: number
  readonly forever: boolean
  /** A path that leads here ends in its `leave`. */
  left: boolean
}

type Kind =
  | 'message'
  | 'choice'
  | 'loop'
  | 'signal'
  | 'local'
  | 'point'
  | 'include'
  | 'forever'
  | 'stream'
  | 'streams'
  | 'within'

const KINDS: readonly Kind[] = [
  ...Array<Kind>(8).fill('message'),
  ...Array<Kind>(4).fill('choice'),
  ...Array<Kind>(3).fill('loop'),
  ...Array<Kind>(2).fill('signal'),
  ...Array<Kind>(2).fill('local'),
  ...Array<Kind>(3).fill('stream'),
  'streams',
  ...Array<Kind>(2).fill('within'),
  'point',
  'include',
  'forever',
]

/** Longer than any conversation of a run takes: a scope of it never ends a session. */
export const GENEROUS_MS = 10_000_000

class Author {
  readonly #decisions: readonly number[]
  readonly #payloads: readonly Shape[]
  #next = 0
  #stepsLeft = STEPS_MAX
  #loops = 0
  #points = 0
  #labels = 0
  #line = 0
  /** Short subtrees without loops and points, to be placed again. */
  readonly #written: Step[] = []

  constructor(decisions: readonly number[], payloads: readonly Shape[]) {
    this.#decisions = decisions
    this.#payloads = payloads
  }

  write(): ProtocolDeclaration {
    const steps = this.#list([], 0)
    const complete = hasMessage(steps) ? steps : [this.#message(), ...steps]
    return { exportName: 'Random', name: 'random', open: false, source: this.#span(), steps: complete }
  }

  /** A number below `count`. */
  #decide(count: number): number {
    return (this.#decisions[this.#next++] ?? 0) % count
  }

  /** True about once in so many times, never once the decisions are used up. */
  #sometimes(oneIn: number): boolean {
    return this.#decide(oneIn) === oneIn - 1
  }

  /** A list of steps, up to where nothing can follow. */
  #list(around: readonly EnclosingLoop[], depth: number): Step[] {
    const steps: Step[] = []
    for (let count = 1 + this.#decide(depth === 0 ? 8 : 4); count > 0 && this.#stepsLeft > 0; count--) {
      const step = this.#step(around, depth)
      if (Array.isArray(step)) steps.push(...(step as Step[]))
      else steps.push(step as Step)
      if (!goesOn(steps.at(-1))) break
    }
    return steps
  }

  #step(around: readonly EnclosingLoop[], depth: number): Step | readonly Step[] {
    this.#stepsLeft--
    switch (KINDS[this.#decide(KINDS.length)]) {
      case 'choice':
        return depth < 4 ? this.#choice(around, depth) : this.#message()
      case 'loop':
        return depth < 4 ? this.#loop(around, depth) : this.#message()
      case 'forever':
        // Seldom, since nothing can stand behind it.
        return depth < 3 && this.#sometimes(3) ? this.#forever(around, depth) : this.#message()
      case 'signal':
        return { kind: this.#sometimes(2) ? 'handshake' : 'keepalive', from: this.#role(), source: this.#span() }
      case 'local':
        return { kind: 'local', sides: this.#sides(), name: `hook${this.#decide(4)}`, source: this.#span() }
      case 'point':
        return { kind: 'point', name: `point${this.#points++}`, source: this.#span() }
      case 'include':
        return this.#include()
      case 'stream':
        return this.#stream()
      case 'streams':
        return [this.#stream(), ...Array.from({ length: 1 + this.#decide(2) }, () => this.#stream())]
      case 'within':
        return depth < 5 ? this.#within(around, depth) : this.#message()
      default:
        return this.#message()
    }
  }

  #message(): Step {
    return this.#say({})
  }

  #stream(): Step {
    return this.#say({ stream: { window: 1 + this.#decide(8) } })
  }

  #say(form: Pick<MessageStep, 'stream'>): Step {
    const said = { from: this.#role(), label: this.#label(), ...this.#payload(), ...form }
    const step: Step = { kind: 'message', ...said, source: this.#span() }
    this.#written.push(step)
    return step
  }

  /** How long it may take is a matter of the run: here it never takes too long. */
  #within(around: readonly EnclosingLoop[], depth: number): Step {
    const steps = this.#list(around, depth + 1)
    return {
      kind: 'within',
      ms: GENEROUS_MS,
      steps: steps.length === 0 ? [this.#message()] : steps,
      source: this.#span(),
    }
  }

  #choice(around: readonly EnclosingLoop[], depth: number): Step {
    const labels = new Set<string>()
    const branches = Array.from({ length: 2 + this.#decide(3) }, (): Branch => {
      let label = this.#label()
      while (labels.has(label)) label = this.#freshLabel()
      labels.add(label)
      return { label, ...this.#payload(), steps: this.#branch(around, depth), source: this.#span() }
    })
    const step: Step = { kind: 'choice', from: this.#role(), branches, source: this.#span() }
    if (around.length === 0 && branches.every((branch) => branch.steps.every(isPlain))) this.#written.push(step)
    return step
  }

  #branch(around: readonly EnclosingLoop[], depth: number): Step[] {
    const steps = this.#sometimes(2) && this.#stepsLeft > 0 ? this.#list(around, depth + 1) : []
    if (around.length === 0 || !goesOn(steps.at(-1))) return steps
    const ending = this.#decide(4)
    if (ending === 0) return steps
    const loop = around[around.length - 1 - (this.#sometimes(3) ? this.#decide(around.length) : 0)]!
    return [...steps, this.#jump(ending === 1 || loop.forever ? 'again' : 'leave', loop)]
  }

  #jump(to: 'again' | 'leave', loop: EnclosingLoop): Step {
    if (to === 'leave') loop.left = true
    return { kind: 'jump', to, loop: loop.number, source: this.#span() }
  }

  /** The round begins with a message, and one of its paths leaves. */
  #loop(around: readonly EnclosingLoop[], depth: number): Step {
    const loop: EnclosingLoop = { number: this.#loops++, forever: false, left: false }
    const inside = [...around, loop]
    const body = [...this.#opening(), ...this.#list(inside, depth + 1)]
    if (!loop.left && !goesOn(body.at(-1))) body.pop()
    if (!loop.left) {
      const exit: Branch = { label: this.#freshLabel(), steps: [this.#jump('leave', loop)], source: this.#span() }
      const stay: Branch = { label: this.#freshLabel(), ...this.#payload(), steps: [], source: this.#span() }
      body.push({ kind: 'choice', from: this.#role(), branches: [exit, stay], source: this.#span() })
    }
    return { kind: 'loop', loop: loop.number, forever: false, steps: body, source: this.#span() }
  }

  #forever(around: readonly EnclosingLoop[], depth: number): Step {
    const loop: EnclosingLoop = { number: this.#loops++, forever: true, left: false }
    const body = [this.#message(), ...this.#list([...around, loop], depth + 1)]
    return { kind: 'loop', loop: loop.number, forever: true, steps: body, source: this.#span() }
  }

  /** Mostly the guard of a loop is its first step; where it is not, what the body decides comes first. */
  #opening(): Step[] {
    return this.#sometimes(4)
      ? [{ kind: 'point', name: `point${this.#points++}`, source: this.#span() }, this.#message()]
      : [this.#message()]
  }

  /** `include` of what was written before, or `flip` of it: the same steps in another place, once more. */
  #include(): readonly Step[] {
    const first = this.#written[this.#decide(Math.max(1, this.#written.length))]
    if (first === undefined) return [this.#message()]
    const count = countSteps(first)
    if (count > this.#stepsLeft) return [this.#message()]
    this.#stepsLeft -= count - 1
    return [this.#sometimes(2) ? flip(first) : first]
  }

  #role(): Role {
    return this.#sometimes(2) ? 'peer' : 'master'
  }

  #sides(): readonly Role[] {
    return ([['master'], ['peer'], ['master', 'peer']] as const)[this.#decide(3)] as readonly Role[]
  }

  #payload(): { readonly payload?: Shape; readonly sealed?: true } {
    const shape = this.#sometimes(2) ? this.#payloads[this.#decide(this.#payloads.length)] : undefined
    if (shape === undefined) return {}
    return this.#sometimes(5) ? { payload: shape, sealed: true } : { payload: shape }
  }

  /** Few labels, so that names have to be told apart by what stands around them. */
  #label(): string {
    return this.#sometimes(3) ? this.#freshLabel() : ['ask', 'item', 'done', 'more', 'go'][this.#decide(5)]!
  }

  #freshLabel(): string {
    return `m${this.#labels++}`
  }

  #span(): SourceSpan {
    return { ...SOURCE, line: ++this.#line }
  }
}

/** Whether a step can be followed by another. */
function goesOn(step: Step | undefined): boolean {
  if (step === undefined) return true
  switch (step.kind) {
    case 'jump':
      return false
    case 'choice':
      return step.branches.some((branch) => goesOn(branch.steps.at(-1)))
    case 'loop':
      return !step.forever
    case 'within':
      return goesOn(step.steps.at(-1))
    default:
      return true
  }
}

function hasMessage(steps: readonly Step[]): boolean {
  return steps.some(
    (step) =>
      step.kind === 'message' ||
      step.kind === 'choice' ||
      ((step.kind === 'loop' || step.kind === 'within') && hasMessage(step.steps)),
  )
}

function isPlain(step: Step): boolean {
  if (step.kind === 'choice') return step.branches.every((branch) => branch.steps.every(isPlain))
  return step.kind !== 'loop' && step.kind !== 'jump' && step.kind !== 'point' && step.kind !== 'within'
}

function countSteps(step: Step): number {
  if (step.kind !== 'choice') return 1
  return step.branches.reduce(
    (count, branch) => count + 1 + branch.steps.reduce((sum, inner) => sum + countSteps(inner), 0),
    1,
  )
}

/** The same with the roles exchanged. */
function flip(step: Step): Step {
  switch (step.kind) {
    case 'choice':
      return {
        ...step,
        from: otherRole(step.from),
        branches: step.branches.map((branch) => ({ ...branch, steps: branch.steps.map(flip) })),
      }
    case 'local':
      return { ...step, sides: step.sides.map(otherRole) }
    case 'message':
    case 'handshake':
    case 'keepalive':
      return { ...step, from: otherRole(step.from) }
    default:
      return step
  }
}
