/** Reads one declaration file: its protocols, the types that their payloads reach, and what stands where nothing reads it. */

import { ts } from 'ts-morph'
import type { DeclarationFile, ProtocolDeclaration } from '../../src/ir/declaration.ts'
import { docOf } from './doc-comment.ts'
import { checkProtocolName, readText } from './names.ts'
import { PayloadReader } from './payload-reader.ts'
import { readProtocolCall, type ProtocolCall } from './protocol-call.ts'
import { withoutParentheses, type ReadContext } from './read-context.ts'
import { relativePath, spanBetween } from './source-span.ts'
import { StepReader } from './step-reader.ts'
import { calleeName, wordOf, WORDS } from './words.ts'
import { createDiagnostic } from '../diagnostics/diagnostic.ts'

/** The file as data. Protocols of which some step could not be read are reported and left out. */
export function readFile(context: ReadContext, file: ts.SourceFile): DeclarationFile {
  const before = context.diagnostics.length
  const payloads = new PayloadReader(context)
  const calls = findProtocolCalls(context, file)
  const protocols = calls.flatMap((call) => readProtocol(context, payloads, call) ?? [])
  reportStrayWords(context, file, calls)
  reportTwins(context, calls)
  if (calls.length === 0 && context.diagnostics.length === before) {
    const source = spanBetween(context.root, file, 0, 0)
    context.diagnostics.push(createDiagnostic('STEER1002', source, { message: 'the file declares no protocol' }))
  }
  return { file: relativePath(context.root, file.fileName), protocols, types: payloads.finish() }
}

function findProtocolCalls(context: ReadContext, file: ts.SourceFile): ProtocolCall[] {
  return file.statements
    .filter(ts.isVariableStatement)
    .flatMap((statement) => statement.declarationList.declarations)
    .flatMap((declaration) => readProtocolCall(context, declaration) ?? [])
}

function readProtocol(
  context: ReadContext,
  payloads: PayloadReader,
  { declaration, call, options, steps }: ProtocolCall,
): ProtocolDeclaration | undefined {
  const reader = new StepReader(context, payloads)
  const name = readProtocolName(context, call)
  const open = readOptions(context, options)
  const read = reader.readList(steps, { flipped: false, loops: [], protocols: [declaration], depth: 0 })
  if (name === undefined || reader.incomplete) return undefined
  const doc = docOf(declaration.parent.parent)
  return {
    exportName: declaration.name.text,
    name,
    open,
    ...(doc === undefined ? {} : { doc }),
    source: context.spanOf(declaration.name),
    steps: read,
  }
}

function readProtocolName(context: ReadContext, call: ts.CallExpression): string | undefined {
  const node = call.arguments[0]
  if (node === undefined) {
    const hint = `write \`${WORDS.steer.usage}\``
    context.report('STEER1007', calleeName(call), { message: '`steer` lacks the name of the protocol', hint })
    return undefined
  }
  const name = readText(context, node, 'the name of a protocol')
  return name !== undefined && checkProtocolName(context, node, name) ? name : undefined
}

function readOptions(context: ReadContext, options: ts.ObjectLiteralExpression | undefined): boolean {
  let open = false
  for (const property of options?.properties ?? []) {
    const value = ts.isPropertyAssignment(property) ? withoutParentheses(property.initializer).kind : undefined
    const isOpen = property.name !== undefined && ts.isIdentifier(property.name) && property.name.text === 'open'
    if (!isOpen) {
      context.report('STEER1020', property, { message: `\`${property.getText()}\` is not an option of a protocol` })
    } else if (value !== ts.SyntaxKind.TrueKeyword && value !== ts.SyntaxKind.FalseKeyword) {
      context.report('STEER1020', property, { message: 'the option `open` must be `true` or `false`' })
    } else {
      open = value === ts.SyntaxKind.TrueKeyword
    }
  }
  return open
}

function reportTwins(context: ReadContext, calls: readonly ProtocolCall[]): void {
  const first = new Map<string, ts.Expression>()
  for (const { call } of calls) {
    const node = call.arguments[0]
    if (node === undefined || !ts.isStringLiteralLike(node)) continue
    const other = first.get(node.text)
    if (other === undefined) first.set(node.text, node)
    else {
      context.report('STEER1006', node, {
        message: `two protocols of this file are named ${JSON.stringify(node.text)}`,
        related: [{ message: 'the first stands here', source: context.spanOf(other) }],
      })
    }
  }
}

/** Calls of words that no protocol contains, and calls of `steer` that are no protocol: nothing is silently ignored. */
function reportStrayWords(context: ReadContext, file: ts.SourceFile, calls: readonly ProtocolCall[]): void {
  const protocols = new Set<ts.Node>(calls.map(({ call }) => call))
  const visit = (node: ts.Node, inside: boolean): void => {
    const word = ts.isCallExpression(node) ? wordOf(context, node) : undefined
    const isProtocol = protocols.has(node)
    if (word === 'steer' && !isProtocol) reportStrayProtocol(context, node as ts.CallExpression)
    const isStray = word !== undefined && word !== 'steer' && !inside
    if (isStray) context.report('STEER1021', node, { message: `\`${word}\` stands outside of a protocol` })
    ts.forEachChild(node, (child) => visit(child, inside || isStray || word === 'steer'))
  }
  visit(file, false)
}

function reportStrayProtocol(context: ReadContext, call: ts.CallExpression): void {
  const { parent } = call
  const isConstant = ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)
  const message = isConstant
    ? `\`${parent.name.getText()}\` is not an exported constant`
    : 'a protocol must be the whole value of an exported constant'
  context.report('STEER1003', isConstant ? parent.name : calleeName(call), { message })
}
