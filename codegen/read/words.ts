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
  | 'sendStream'
  | 'receiveStream'
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
  | 'within'

/** Each word with its form. */
export const WORDS: Readonly<Record<Word, WordForm>> = {
  steer: { typeArguments: 0, least: 1, most: ANY_STEPS, usage: "steer('name', ...steps)" },
  txHandshake: { ...NOTHING, usage: 'txHandshake()' },
  rxHandshake: { ...NOTHING, usage: 'rxHandshake()' },
  txKeepalive: { ...NOTHING, usage: 'txKeepalive()' },
  rxKeepalive: { ...NOTHING, usage: 'rxKeepalive()' },
  send: { ...ONE, typeArguments: 1, usage: "send<Payload>('label')" },
  receive: { ...ONE, typeArguments: 1, usage: "receive<Payload>('label')" },
  sendStream: { typeArguments: 1, least: 1, most: 2, usage: "sendStream<Item>('label', { window: 16 })" },
  receiveStream: { typeArguments: 1, least: 1, most: 2, usage: "receiveStream<Item>('label', { window: 16 })" },
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
  within: { typeArguments: 0, least: 1, most: ANY_STEPS, usage: 'within(ms, ...steps)' },
}

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
