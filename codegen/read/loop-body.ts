/** The body of a loop: an arrow function that gives back an array literal, and whose parameters name the jumps. */

import { ts } from 'ts-morph'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import { withoutParentheses } from './read-context.ts'

export interface LoopBody {
  /** The parameters, `again` first. */
  readonly jumps: readonly ts.ParameterDeclaration[]
  readonly steps: readonly ts.Expression[]
}

export interface LoopBodyProblem {
  readonly code: DiagnosticCode
  readonly node: ts.Node
  readonly message: string
}

/** The parts of the argument of `loop` or `forever`, which takes that many jumps; or what is wrong with it. */
export function readLoopBody(argument: ts.Expression, jumpsMax: number): LoopBody | LoopBodyProblem {
  const body = withoutParentheses(argument)
  if (!ts.isArrowFunction(body) || body.modifiers !== undefined) {
    const message = 'the body of a loop must be an arrow function with an array literal'
    return { code: 'STEER1009', node: argument, message }
  }
  const steps = ts.isBlock(body.body) ? body.body : withoutParentheses(body.body)
  if (!ts.isArrayLiteralExpression(steps)) {
    return { code: 'STEER1009', node: body.body, message: 'the body of a loop must be an array literal' }
  }
  const odd = body.parameters.find((parameter, index) => index >= jumpsMax || !isPlainParameter(parameter))
  if (odd !== undefined) {
    return { code: 'STEER1007', node: odd, message: 'the body of a loop takes the names of its jumps and nothing else' }
  }
  return { jumps: body.parameters, steps: steps.elements }
}

function isPlainParameter(parameter: ts.ParameterDeclaration): boolean {
  const { name, initializer, dotDotDotToken } = parameter
  return ts.isIdentifier(name) && initializer === undefined && dotDotDotToken === undefined
}
