/** The interface of one side, `P.master` or `P.peer`, and the type of what a handled session comes to. */

import type { Move } from '../../src/ir/machine.ts'
import { lastPayloads } from '../../src/ir/last-payload.ts'
import type { ProtocolModel } from '../../src/ir/model.ts'
import type { FileContext } from './file-context.ts'
import { docComment, signature, unionAlias } from './layout.ts'
import type { SideNames } from './side-names.ts'
import { quote } from './type-text.ts'

/** Blocks of lines, one for each declaration. */
export function callBlocks(model: ProtocolModel, names: SideNames, context: FileContext): string[][] {
  return [resultBlock(model, names, context), callsBlock(names, context)]
}

function resultBlock(model: ProtocolModel, names: SideNames, context: FileContext): string[] {
  const keyOf = context.payloadText.bind(context)
  const endings = lastPayloads(model.machine, names.side.role, keyOf)
  const outcomesByMessage = new Map<string, string[]>()
  for (const [move, payloads] of inOrder(endings, model)) {
    const types = [...payloads].map(([key, payload]) => (payload === undefined ? 'undefined' : key)).sort(undefinedLast)
    const message = types.join(' | ')
    const outcomes = outcomesByMessage.get(message) ?? []
    outcomes.push(quote(model.outcomes.names.get(move)!))
    outcomesByMessage.set(message, outcomes)
  }
  const finished = [...outcomesByMessage].map(([message, outcomes]) => {
    const parameters = message === 'undefined' ? [outcomes.join(' | ')] : [outcomes.join(' | '), message]
    return `${context.names.kernel('Finished')}<${parameters.join(', ')}>`
  })
  return [
    ...docComment('', 'How a handled session ended; `message` is the last payload that arrived here.'),
    ...unionAlias(`${names.prefix}Result`, [...finished, context.names.kernel('CancelledResult')]),
  ]
}

/** Endings in the order in which outcomes were named, which is the order of the declaration. */
function inOrder<Value>(endings: ReadonlyMap<Move, Value>, model: ProtocolModel): [Move, Value][] {
  return [...model.outcomes.names.keys()].flatMap((move): [Move, Value][] => {
    const value = endings.get(move)
    return value === undefined ? [] : [[move, value]]
  })
}

function undefinedLast(left: string, right: string): number {
  if (left === right) return 0
  if (left === 'undefined') return 1
  return right === 'undefined' || left < right ? -1 : 1
}

function callsBlock(names: SideNames, context: FileContext): string[] {
  const { prefix, side } = names
  return [
    ...docComment('', `What a program that is the ${side.role} can do.`),
    `export interface ${prefix} {`,
    ...handleLines(names, context),
    ...withLines(names, context),
    ...openLines(names, context),
    ...turnsLines(names, context),
    '}',
  ]
}

function handleLines(names: SideNames, context: FileContext): string[] {
  const { prefix } = names
  const kernel = (name: string): string => context.names.kernel(name)
  const required = requiredMembers(names)
  const link = `link: ${kernel('Link')}`
  return [
    ...docComment('  ', 'Opens a session and runs it to its end, one handler for each state.'),
    ...signature(
      'handle',
      [link, `handlers: ${prefix}Handlers`, optionsText(kernel('HandleOptions'), required.plain)],
      `: Promise<${prefix}Result>`,
    ),
    ...signature(
      'handle<Metadata>',
      [
        link,
        `handlers: ${prefix}Handlers<Metadata>`,
        `options: ${kernel('HandleOptionsWith')}<Metadata>${required.withMetadata}`,
      ],
      `: Promise<${prefix}Result>`,
    ),
  ]
}

function withLines(names: SideNames, context: FileContext): string[] {
  const { prefix } = names
  const kernel = (name: string): string => context.names.kernel(name)
  const required = requiredMembers(names)
  const plain = `${prefix}Handlers | ((session: ${kernel('Session')}) => ${prefix}Handlers)`
  const session = `session: ${kernel('Session')}, metadata: Metadata`
  const generic = `${prefix}Handlers<Metadata> | ((${session}) => ${prefix}Handlers<Metadata>)`
  const options = `${kernel('ServeOptionsWith')}<${prefix}Result, Metadata>${required.withMetadata}`
  return [
    ...docComment('  ', 'An entry for `serve`: one run for each session that the other side opens.'),
    ...signature(
      'with',
      [`handlers: ${plain}`, optionsText(`${kernel('ServeOptions')}<${prefix}Result>`, required.plain)],
      `: ${kernel('ServeEntry')}`,
    ),
    ...signature('with<Metadata>', [`handlers: ${generic}`, `options: ${options}`], `: ${kernel('ServeEntry')}`),
  ]
}

function openLines(names: SideNames, context: FileContext): string[] {
  const { side, stateTypes, waitPlaces } = names
  const first =
    side.start === undefined
      ? `${[...waitPlaces.values()][0]?.type} | ${context.names.kernel('Cancelled')}`
      : stateTypes.get(side.start)!
  const doc = docComment('  ', 'Opens a session for a straight script: each move resolves to the next state.')
  return [...doc, ...optionForms('open', `: Promise<${first}>`, names, context)]
}

function turnsLines(names: SideNames, context: FileContext): string[] {
  const doc = docComment('  ', 'Opens a session as a loop over its states.')
  const result = `: ${context.names.kernel('Turns')}<${names.prefix}State, ${names.prefix}Result>`
  return [...doc, ...optionForms('turns', result, names, context)]
}

/** Metadata reaches hooks only here, so a side without hooks has no use for it. */
function optionForms(name: string, result: string, names: SideNames, context: FileContext): string[] {
  const kernel = (word: string): string => context.names.kernel(word)
  const required = requiredMembers(names)
  const link = `link: ${kernel('Link')}`
  const plain = signature(name, [link, optionsText(kernel('OpenOptions'), required.plain)], result)
  if (names.side.hooks.size === 0) return plain
  const options = `options: ${kernel('OpenOptionsWith')}<Metadata>${required.withMetadata}`
  return [...plain, ...signature(`${name}<Metadata>`, [link, options], result)]
}

/** What the options must hold: the hooks of the side and the ciphers of the protocol, where there are any. */
function requiredMembers(names: SideNames): { readonly plain: string; readonly withMetadata: string } {
  const membersFor = (metadata: string): string => {
    const hooks = names.side.hooks.size > 0 ? [`readonly hooks: ${names.prefix}Hooks${metadata}`] : []
    const ciphers = names.ciphers === undefined ? [] : [`readonly ciphers: ${names.ciphers}`]
    const members = [...hooks, ...ciphers]
    return members.length === 0 ? '' : ` & { ${members.join('; ')} }`
  }
  return { plain: membersFor(''), withMetadata: membersFor('<Metadata>') }
}

/** Options may be left out unless they must hold something. */
function optionsText(type: string, required: string): string {
  return required === '' ? `options?: ${type}` : `options: ${type}${required}`
}
