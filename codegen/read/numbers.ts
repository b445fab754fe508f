/** Numbers of a declaration: windows and times, which are integer literals. */

import { ts } from 'ts-morph'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import { withoutParentheses, type ReadContext } from './read-context.ts'

/** What the number is, for the message, and which values it can have. */
export interface NumberRange {
  readonly what: string
  readonly code: DiagnosticCode
  readonly max: number
}

/** The receiver's window of a stream, in items. */
export const WINDOW: NumberRange = { what: 'the window of a stream', code: 'STEER1022', max: 65_535 }
/** Where a stream says nothing about it. */
export const WINDOW_DEFAULT = 16

/** The time of `within`, in ms: what a timer can hold. */
export const TIME: NumberRange = { what: 'the time of `within`', code: 'STEER1023', max: 2 ** 31 - 1 }

/** The value of an integer literal from 1 to the maximum; reports anything else. */
export function readInteger(context: ReadContext, node: ts.Expression, range: NumberRange): number | undefined {
  const { what, code, max } = range
  const inner = withoutParentheses(node)
  // The compiler has the value of `1e3` and `0x10` as decimal text already.
  const value = ts.isNumericLiteral(inner) ? Number(inner.text) : undefined
  if (value !== undefined && Number.isInteger(value) && value >= 1 && value <= max) return value
  const problem = value === undefined && !isSigned(inner) ? 'is no number literal' : 'is out of range'
  const message = `${what} must be an integer literal from 1 to ${max}: \`${node.getText()}\` ${problem}`
  context.report(code, node, { message })
  return undefined
}

/** `-1`: a literal to whoever writes it. */
function isSigned(node: ts.Expression): boolean {
  return ts.isPrefixUnaryExpression(node) && ts.isNumericLiteral(node.operand)
}
