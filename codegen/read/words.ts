/** The words of the language as the reader knows them: which call is which word, and what each word takes. */

import { ts } from 'ts-morph'
import { withoutParentheses, type ReadContext } from './read-context.ts'

/** How many type arguments a word takes at most, and between how many arguments. */
interface WordForm {
  readonly typeArguments: number
  readonly least: number
  readonly most: number
  /** How it is written, for the message. */
  readonly usage: string
}

const NOTHING = { typeArguments: 0, least: 0, most: 0 } as const
const ONE = { typeArguments: 0, least: 1, most: 1 } as const
const ANY_STEPS = Number.POSITIVE_INFINITY

export type Word =
  | 'steer'
  | 'txHandshake'
  | 'rxHandshake'
  | 'txKeepalive'
  | 'rxKeepalive'
  | 'send'
  | 'receive'
  | 'choose'
  | 'offer'
  | 'on'
  | 'loop'
  | 'forever'
  | 'call'
  | 'answer'
  | 'include'
  | 'flip'
  | 'master'
  | 'peer'
  | 'both'
  | 'point'

/** Each word with its form. */
export const WORDS: Readonly<Record<Word, WordForm>> = {
  steer: { typeArguments: 0, least: 1, most: ANY_STEPS, usage: "steer('name', ...steps)" },
  txHandshake: { ...NOTHING, usage: 'txHandshake()' },
  rxHandshake: { ...NOTHING, usage: 'rxHandshake()' },
  txKeepalive: { ...NOTHING, usage: 'txKeepalive()' },
  rxKeepalive: { ...NOTHING, usage: 'rxKeepalive()' },
  send: { ...ONE, typeArguments: 1, usage: "send<Payload>('label')" },
  receive: { ...ONE, typeArguments: 1, usage: "receive<Payload>('label')" },
  choose: { ...ONE, usage: 'choose({ label: on<Payload>(...steps) })' },
  offer: { ...ONE, usage: 'offer({ label: on<Payload>(...steps) })' },
  on: { typeArguments: 1, least: 0, most: ANY_STEPS, usage: 'on<Payload>(...steps)' },
  loop: { ...ONE, usage: 'loop((again, leave) => [...steps])' },
  forever: { ...ONE, usage: 'forever((again) => [...steps])' },
  call: { ...ONE, typeArguments: 2, usage: "call<Request, Reply>('label')" },
  answer: { ...ONE, typeArguments: 2, usage: "answer<Request, Reply>('label')" },
  include: { ...ONE, usage: 'include(Protocol)' },
  flip: { ...ONE, usage: 'flip(Protocol)' },
  master: { ...ONE, usage: "master('name')" },
  peer: { ...ONE, usage: "peer('name')" },
  both: { ...ONE, usage: "both('name')" },
  point: { ...ONE, usage: "point('name')" },
}

const LATER_WORDS: ReadonlySet<string> = new Set(['sendStream', 'receiveStream', 'within', 'Sealed'])

/** The module that a declaration takes its words from. */
export const STEER_MODULE = 'coxswain/steer'

/** The word that a call is, also under another name; undefined for any other call. */
export function wordOf(context: ReadContext, call: ts.CallExpression): Word | undefined {
  return wordNamed(context, calleeName(call))
}

/** The word that an identifier or a member access names. */
export function wordNamed(context: ReadContext, name: ts.Node): Word | undefined {
  const symbol = context.resolve(name)
  const declaration = symbol?.declarations?.[0]
  if (symbol === undefined || declaration === undefined) return undefined
  if (!ts.isFunctionDeclaration(declaration) || !context.project.isSteer(declaration)) return undefined
  return Object.hasOwn(WORDS, symbol.name) ? (symbol.name as Word) : undefined
}

/** The name in a call: `send` of `send('x')` and of `words.send('x')`. */
export function calleeName(call: ts.CallExpression): ts.Expression {
  const callee = withoutParentheses(call.expression)
  return ts.isPropertyAccessExpression(callee) ? callee.name : callee
}

/** What is wrong with the number of arguments or type arguments of a word, and where. */
export function findFormProblem(
  call: ts.CallExpression,
  word: Word,
): { readonly node: ts.Node; readonly message: string; readonly hint: string } | undefined {
  const { typeArguments, least, most, usage } = WORDS[word]
  const hint = `write \`${usage}\``
  if (call.arguments.length < least) {
    return { node: calleeName(call), message: `\`${word}\` lacks its argument`, hint }
  }
  const surplus = call.arguments[most]
  if (surplus !== undefined) return { node: surplus, message: `\`${word}\` takes no argument here`, hint }
  const surplusType = call.typeArguments?.[typeArguments]
  if (surplusType === undefined) return undefined
  return { node: surplusType, message: `\`${word}\` takes no type argument here`, hint }
}

/** Reports the words of a later version that a file imports. Their uses have no meaning yet, and say nothing more. */
export function reportLaterWords(context: ReadContext, file: ts.SourceFile): void {
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !isSteerImport(statement)) continue
    const bindings = statement.importClause?.namedBindings
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue
    for (const element of bindings.elements) {
      const name = element.propertyName ?? element.name
      if (LATER_WORDS.has(name.text)) reportLaterWord(context, name, name.text)
    }
  }
}

/** True when the call is of a word of a later version, by an import of it or as a member of the module. */
export function isLaterWord(context: ReadContext, call: ts.CallExpression): boolean {
  const name = calleeName(call)
  if (!ts.isIdentifier(name)) return false
  if (ts.isPropertyAccessExpression(withoutParentheses(call.expression))) {
    const later = LATER_WORDS.has(name.text) && context.checker.getSymbolAtLocation(name) === undefined
    if (later) reportLaterWord(context, name, name.text)
    return later
  }
  const declaration = context.checker.getSymbolAtLocation(name)?.declarations?.[0]
  if (declaration === undefined || !ts.isImportSpecifier(declaration)) return false
  return (
    isSteerImport(declaration.parent.parent.parent) &&
    LATER_WORDS.has((declaration.propertyName ?? declaration.name).text)
  )
}

function isSteerImport(node: ts.Node): boolean {
  return (
    ts.isImportDeclaration(node) &&
    ts.isStringLiteral(node.moduleSpecifier) &&
    node.moduleSpecifier.text === STEER_MODULE
  )
}

function reportLaterWord(context: ReadContext, node: ts.Node, name: string): void {
  context.report('STEER1017', node, { message: `\`${name}\` belongs to a later version of the language` })
}
