/** The calls of `steer`: which of them declare a protocol, and what the name of a protocol leads to. */

import { ts } from 'ts-morph'
import { withoutParentheses, type ReadContext } from './read-context.ts'
import { wordOf } from './words.ts'

export interface ProtocolCall {
  readonly declaration: ts.VariableDeclaration & { readonly name: ts.Identifier }
  readonly call: ts.CallExpression
  /** The argument after the name where it is an object literal: the options. */
  readonly options: ts.ObjectLiteralExpression | undefined
  readonly steps: readonly ts.Expression[]
}

/** The protocol that an exported constant declares, if it declares one. */
export function readProtocolCall(context: ReadContext, declaration: ts.VariableDeclaration): ProtocolCall | undefined {
  if (!isExportedConstant(declaration) || declaration.initializer === undefined) return undefined
  const call = withoutParentheses(declaration.initializer)
  if (!ts.isCallExpression(call) || wordOf(context, call) !== 'steer') return undefined
  const second = call.arguments[1]
  const options = second !== undefined && ts.isObjectLiteralExpression(second) ? second : undefined
  return { declaration, call, options, steps: call.arguments.slice(options === undefined ? 1 : 2) }
}

/** The protocol that an expression names: an exported constant of this file or of another one. */
export function findProtocol(context: ReadContext, node: ts.Expression): ProtocolCall | undefined {
  const name = ts.isPropertyAccessExpression(node) ? node.name : node
  if (!ts.isIdentifier(name)) return undefined
  const declaration = context.resolve(name)?.valueDeclaration
  return declaration !== undefined && ts.isVariableDeclaration(declaration)
    ? readProtocolCall(context, declaration)
    : undefined
}

/** `export const Name = ...` at the top level of a file. */
function isExportedConstant(
  declaration: ts.VariableDeclaration,
): declaration is ts.VariableDeclaration & { readonly name: ts.Identifier } {
  const list = declaration.parent
  if (!ts.isIdentifier(declaration.name) || !ts.isVariableDeclarationList(list)) return false
  if (!isConstant(list)) return false
  const statement = list.parent
  if (!ts.isVariableStatement(statement) || !ts.isSourceFile(statement.parent)) return false
  return statement.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) === true
}

/** The flags of `let` and `const` are two bits, and `await using` sets both. */
function isConstant(list: ts.VariableDeclarationList): boolean {
  const kind: number = list.flags & ts.NodeFlags.BlockScoped
  const constant: number = ts.NodeFlags.Const
  return kind === constant
}
