/** The rules on the steps of a protocol: rounds with a message, exits, steps that can be reached, choices with branches. */

import type { ChoiceStep, JumpStep, LoopStep, ProtocolDeclaration, Step } from '../../src/ir/declaration.ts'
import { createDiagnostic, type Diagnostic } from '../diagnostics/index.ts'

/** How a place can be reached from the beginning of a list: not at all, without a message, with one, or both ways. */
type Ways = number
const NO_WAY = 0
const SILENT = 1
const WITH_MESSAGE = 2

interface Flow {
  /** Ways to the end of the list. */
  through: Ways
  /** Ways to the jumps out of it, by `again` or `leave` and the number of the loop. */
  readonly jumps: Map<string, Ways>
}

/** Complains about all of a protocol's steps at once. Only a protocol without errors here can be lowered. */
export function checkFlow(declaration: ProtocolDeclaration): Diagnostic[] {
  const checker = new FlowChecker()
  checker.list(declaration.steps)
  if (!checker.hasMessage) {
    checker.diagnostics.push(
      createDiagnostic('STEER2008', declaration.source, {
        message: `the protocol "${declaration.name}" has no message`,
      }),
    )
  }
  return checker.diagnostics
}

class FlowChecker {
  readonly diagnostics: Diagnostic[] = []
  hasMessage = false

  list(steps: readonly Step[]): Flow {
    const flow: Flow = { through: SILENT, jumps: new Map() }
    for (const step of steps) {
      if (flow.through === NO_WAY) {
        this.#report('STEER2002', step, 'this step cannot be reached: every path before it goes elsewhere')
        break
      }
      const inner = this.#step(step)
      for (const [jump, ways] of inner.jumps) addJump(flow, jump, inSequence(flow.through, ways))
      flow.through = inSequence(flow.through, inner.through)
    }
    return flow
  }

  #step(step: Step): Flow {
    switch (step.kind) {
      case 'message':
        this.hasMessage = true
        return { through: WITH_MESSAGE, jumps: new Map() }
      case 'choice':
        return this.#choice(step)
      case 'loop':
        return this.#loop(step)
      case 'within':
        return this.list(step.steps)
      case 'jump':
        return { through: NO_WAY, jumps: new Map([[jumpKey(step.to, step.loop), SILENT]]) }
      default:
        return { through: SILENT, jumps: new Map() }
    }
  }

  #choice(step: ChoiceStep): Flow {
    this.hasMessage = true
    const [first] = step.branches
    if (first === undefined) {
      this.#report('STEER2006', step, 'this choice has no branch')
      return { through: WITH_MESSAGE, jumps: new Map() }
    }
    if (step.branches.length === 1) this.#report('STEER2007', step, `this choice has one branch only, "${first.label}"`)
    const flow: Flow = { through: NO_WAY, jumps: new Map() }
    for (const branch of step.branches) {
      const inner = this.list(branch.steps)
      for (const [jump, ways] of inner.jumps) addJump(flow, jump, inSequence(WITH_MESSAGE, ways))
      flow.through |= inSequence(WITH_MESSAGE, inner.through)
    }
    return flow
  }

  #loop(step: LoopStep): Flow {
    const body = this.list(step.steps)
    const again = jumpKey('again', step.loop)
    const leave = jumpKey('leave', step.loop)
    const round = body.through | (body.jumps.get(again) ?? NO_WAY)
    if ((round & SILENT) !== 0) this.#report('STEER2001', step, 'a round of this loop can pass without a message')
    // A round before the exit has a message, and takes nothing from the ways that have none.
    const flow: Flow = { through: body.jumps.get(leave) ?? NO_WAY, jumps: new Map() }
    for (const [jump, ways] of body.jumps) {
      if (jump !== again && jump !== leave) addJump(flow, jump, ways)
    }
    if (step.forever || flow.through !== NO_WAY || flow.jumps.size > 0) return flow
    const written = findJump(step.steps, step.loop)
    if (written === undefined) {
      this.#report('STEER2003', step, 'nothing leaves this loop')
    } else {
      this.#report('STEER2004', written, 'this exit of the loop cannot be reached, and the loop has no other')
    }
    // What follows is no further mistake of its own.
    return { through: WITH_MESSAGE, jumps: new Map() }
  }

  #report(
    code: 'STEER2001' | 'STEER2002' | 'STEER2003' | 'STEER2004' | 'STEER2006' | 'STEER2007',
    step: Step,
    message: string,
  ): void {
    this.diagnostics.push(createDiagnostic(code, step.source, { message }))
  }
}

function jumpKey(to: JumpStep['to'], loop: number): string {
  return `${to} ${loop}`
}

function addJump(flow: Flow, jump: string, ways: Ways): void {
  if (ways !== NO_WAY) flow.jumps.set(jump, (flow.jumps.get(jump) ?? NO_WAY) | ways)
}

/** The ways of one stretch and then another: silent only where both are. */
function inSequence(first: Ways, second: Ways): Ways {
  if (first === NO_WAY || second === NO_WAY) return NO_WAY
  const silent = first & second & SILENT
  const withMessage = ((first | second) & WITH_MESSAGE) === 0 ? NO_WAY : WITH_MESSAGE
  return silent | withMessage
}

/** The first `leave` of a loop that is written down, reachable or not. */
function findJump(steps: readonly Step[], loop: number): JumpStep | undefined {
  for (const step of steps) {
    if (step.kind === 'jump' && step.to === 'leave' && step.loop === loop) return step
    const inner =
      step.kind === 'loop' || step.kind === 'within'
        ? [step.steps]
        : step.kind === 'choice'
          ? step.branches.map((branch) => branch.steps)
          : []
    for (const list of inner) {
      const found = findJump(list, loop)
      if (found !== undefined) return found
    }
  }
  return undefined
}
