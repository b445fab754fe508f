/** Why an expression in a list of steps is not one: the code and the words that fit what was written there. */

import { ts } from 'ts-morph'
import { calleeName, wordNamed, WORDS } from './words.ts'
import type { ReadContext } from './read-context.ts'

export interface NonStep {
  readonly code: 'STEER1008' | 'STEER1009' | 'STEER1011'
  readonly message: string
  readonly hint?: string
}

/** Undefined where TypeScript itself says that the name does not exist. */
export function describeNonStep(context: ReadContext, node: ts.Expression): NonStep | undefined {
  if (ts.isCallExpression(node)) return describeCall(context, node)
  if (ts.isSpreadElement(node)) return { code: 'STEER1009', message: 'a list of steps cannot be spread' }
  if (ts.isOmittedExpression(node)) return { code: 'STEER1008', message: 'a step is missing between two commas' }
  if (ts.isIdentifier(node)) return describeIdentifier(context, node)
  if (ts.isPropertyAccessExpression(node)) {
    return describeWord(context, node) ?? { code: 'STEER1009', message: `\`${shorten(node)}\` is not a literal step` }
  }
  if (ts.isLiteralExpression(node) || ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node)) {
    return { code: 'STEER1008', message: `\`${shorten(node)}\` is not a step` }
  }
  return { code: 'STEER1009', message: `\`${shorten(node)}\` would have to be computed` }
}

function describeCall(context: ReadContext, call: ts.CallExpression): NonStep | undefined {
  const name = calleeName(call)
  if (ts.isIdentifier(name) && context.resolve(name) === undefined) return undefined
  return { code: 'STEER1008', message: `\`${shorten(call)}\` is not a step` }
}

function describeIdentifier(context: ReadContext, node: ts.Identifier): NonStep | undefined {
  const word = describeWord(context, node)
  if (word !== undefined) return word
  const isUnknown = context.checker.getSymbolAtLocation(node) === undefined
  const looksLikeJump = isUnknown && (node.text === 'again' || node.text === 'leave')
  if (looksLikeJump || isJump(context, node)) {
    return { code: 'STEER1011', message: `\`${node.text}\` is not a parameter of a loop around this step` }
  }
  if (isUnknown || context.resolve(node) === undefined) return undefined
  return { code: 'STEER1009', message: `\`${node.text}\` is a name, not a literal step` }
}

/** A word without its parentheses: `txHandshake` for `txHandshake()`. */
function describeWord(context: ReadContext, node: ts.Identifier | ts.PropertyAccessExpression): NonStep | undefined {
  const word = wordNamed(context, ts.isIdentifier(node) ? node : node.name)
  if (word === undefined) return undefined
  return { code: 'STEER1008', message: `\`${word}\` is not called`, hint: `write \`${WORDS[word].usage}\`` }
}

function isJump(context: ReadContext, node: ts.Expression): boolean {
  const symbol = context.checker.getTypeAtLocation(node).symbol as ts.Symbol | undefined
  return (
    symbol?.name === 'Jump' && symbol.declarations?.some((declaration) => context.project.isSteer(declaration)) === true
  )
}

const SHOWN_MAX_LENGTH = 40

function shorten(node: ts.Node): string {
  const text = node.getText().replace(/\s+/g, ' ')
  return text.length <= SHOWN_MAX_LENGTH ? text : `${text.slice(0, SHOWN_MAX_LENGTH - 1)}…`
}
