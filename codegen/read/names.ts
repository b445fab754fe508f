/** Names and labels: read as literals, and held against what the wire and the generated API can carry. */

import { ts } from 'ts-morph'
import { withoutParentheses, type ReadContext } from './read-context.ts'

const PROTOCOL_NAME = /^[a-z0-9][a-z0-9.-]*$/
const PROTOCOL_NAME_MAX_LENGTH = 64
const LABEL = /^[A-Za-z0-9_-]{1,64}$/
/** Hooks are members of an object in user code and points are parts of type names, so both are identifiers. */
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/

/** Names that the generated API or JavaScript itself needs for something else. */
const RESERVED: ReadonlySet<string> = new Set([
  'start',
  'end',
  'sent',
  'then',
  'reply',
  'constructor',
  '__proto__',
  'prototype',
])

/** The text of a string literal; reports anything else. */
export function readText(context: ReadContext, node: ts.Expression, what: string): string | undefined {
  const inner = withoutParentheses(node)
  if (ts.isStringLiteral(inner) || ts.isNoSubstitutionTemplateLiteral(inner)) return inner.text
  context.report('STEER1004', node, { message: `${what} must be a string literal` })
  return undefined
}

/** True where the name of a protocol can go on the wire; reports it otherwise. */
export function checkProtocolName(context: ReadContext, node: ts.Node, name: string): boolean {
  if (PROTOCOL_NAME.test(name) && name.length <= PROTOCOL_NAME_MAX_LENGTH) return true
  const problem =
    name.length > PROTOCOL_NAME_MAX_LENGTH
      ? `is ${name.length} characters long, at most ${PROTOCOL_NAME_MAX_LENGTH} are allowed`
      : `does not match \`[a-z0-9][a-z0-9.-]*\``
  context.report('STEER1005', node, { message: `the protocol name ${JSON.stringify(name)} ${problem}` })
  return false
}

/** Hooks are members of an object of the user's, so less is reserved for them. */
const RESERVED_HOOKS: ReadonlySet<string> = new Set(['constructor', '__proto__', 'prototype'])

/** True where a label, or the name of a hook or a point, can be used; reports it otherwise. */
export function checkLabel(
  context: ReadContext,
  node: ts.Node,
  label: string,
  what: 'label' | 'hook' | 'point',
): boolean {
  if ((what === 'hook' ? RESERVED_HOOKS : RESERVED).has(label)) {
    context.report('STEER1013', node, { message: `the ${what} ${JSON.stringify(label)} is reserved` })
    return false
  }
  const pattern = what === 'label' ? LABEL : IDENTIFIER
  if (pattern.test(label)) return true
  context.report('STEER1012', node, {
    message: `the ${what} ${JSON.stringify(label)} does not match \`${pattern.source.slice(1, -1)}\``,
  })
  return false
}
