/** Proved models of random protocols, with every word that shows in a picture. */

import fc from 'fast-check'

import { checkProtocol } from '../../../codegen/check/index.ts'
import type { ProtocolDeclaration, Step } from '../../../src/ir/declaration.ts'
import type { ProtocolModel } from '../../../src/ir/model.ts'
import type { Role } from '../../../src/ir/source.ts'
import {
  choose,
  hook,
  keepalive,
  loop,
  NUMBER,
  offer,
  on,
  point,
  protocol,
  receive,
  send,
  span,
} from '../../ir/declare.ts'

/** A step without its names: these are given when all is known, so that each is used once. */
type Plan =
  | { readonly kind: 'message' | 'stream' | 'sealed' | 'hook' | 'keepalive' | 'point'; readonly from: Role }
  | { readonly kind: 'choice' | 'loop'; readonly from: Role; readonly branches: readonly (readonly Plan[])[] }
  | { readonly kind: 'within'; readonly steps: readonly Plan[] }

const role = fc.constantFrom<Role>('master', 'peer')

const { plans } = fc.letrec<{ plans: Plan[]; plan: Plan }>((tie) => ({
  plans: fc.array(tie('plan'), { maxLength: 3 }),
  plan: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({
      kind: fc.constantFrom('message', 'stream', 'sealed', 'hook', 'keepalive', 'point'),
      from: role,
    }),
    fc.record({
      kind: fc.constantFrom('choice', 'loop'),
      from: role,
      branches: fc.array(tie('plans'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('within' as const), steps: tie('plans') }),
  ),
}))

/** Labels are long or short, of up to 64 letters. */
class Builder {
  readonly #lengths: readonly number[]
  #count = 0

  constructor(lengths: readonly number[]) {
    this.#lengths = lengths
  }

  #name(): string {
    this.#count++
    const length = this.#lengths[this.#count % this.#lengths.length] ?? 1
    return `${'aLong_Label-Of'.repeat(5).slice(0, length)}${this.#count}`
  }

  steps(list: readonly Plan[]): Step[] {
    return list.map((plan): Step => {
      switch (plan.kind) {
        case 'within':
          return {
            kind: 'within',
            ms: 1000 + this.#count,
            steps: [this.#message('peer'), ...this.steps(plan.steps)],
            source: span(),
          }
        case 'choice':
        case 'loop':
          return this.#branching(plan)
        case 'hook':
          return hook(`run${this.#count++}`, plan.from)
        case 'point':
          return point(`at${this.#count++}`)
        case 'keepalive':
          return keepalive(plan.from)
        default: {
          const message = this.#message(plan.from)
          if (message.kind !== 'message' || plan.kind === 'message') return message
          return plan.kind === 'stream' ? { ...message, stream: { window: 4 } } : { ...message, sealed: true }
        }
      }
    })
  }

  #message(from: Role): Step {
    return from === 'master' ? send(this.#name(), NUMBER) : receive(this.#name(), NUMBER)
  }

  /** A loop is left by its first branch. */
  #branching({ kind, from, branches }: Extract<Plan, { kind: 'choice' | 'loop' }>): Step {
    const choice = from === 'master' ? choose : offer
    const build = (behind: (index: number) => Step[]): Step => {
      return choice(
        Object.fromEntries(
          branches.map((plans, index) => [this.#name(), on(...this.steps(plans), ...behind(index))] as const),
        ),
      )
    }
    if (kind === 'choice') return build(() => [])
    return loop((again, leave) => [build((index) => [index === 0 ? leave : again])])
  }
}

export const declarations: fc.Arbitrary<ProtocolDeclaration> = fc
  .tuple(plans, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }))
  .map(([list, lengths]) => {
    const builder = new Builder(lengths)
    return protocol(...builder.steps([{ kind: 'message', from: 'peer' }, ...list]))
  })

export function modelOf(declaration: ProtocolDeclaration): ProtocolModel | undefined {
  return checkProtocol(declaration, []).model
}

/** Most random protocols are proved; the others are left out. */
export const models: fc.Arbitrary<ProtocolModel> = declarations
  .map(modelOf)
  .filter((model): model is ProtocolModel => model !== undefined)
