/** The types of the handler form: turns, inert moves, sets of handlers, hooks. */

import type { ProtocolModel } from '../../src/ir/model.ts'
import type { State } from '../../src/ir/states.ts'
import type { FileContext } from './file-context.ts'
import { endHead, endLines, mergedBlock, stateMembers } from './held-states.ts'
import { docComment, WIDTH } from './layout.ts'
import { movesText, stateSentence } from './sentences.ts'
import { hasStream, type MovePlace, type SideNames, type StateGroup } from './side-names.ts'
import { propertyText, quote } from './type-text.ts'

const METADATA = '<Metadata = undefined>'

/** Blocks of lines, one for each declaration. */
export function handlerBlocks(model: ProtocolModel, names: SideNames, context: FileContext): string[][] {
  const blocks: string[][] = []
  for (const group of names.groups) {
    for (const state of group.states) {
      blocks.push(turnBlock(model, state, names, context))
      const end = endBlock(state, names, context)
      if (end !== undefined) blocks.push(end)
    }
    if (group.states.length > 1)
      blocks.push(mergedBlock(group.name, group.turnType, group.states, names.turnTypes, METADATA))
  }
  for (const place of names.movePlaces.values())
    blocks.push(planBlock(place, context), moveBlock(model, place, names, context))
  blocks.push(handlersBlock(names))
  if (names.side.hooks.size > 0) blocks.push(hooksBlock(names, context))
  return blocks
}

function turnBlock(model: ProtocolModel, state: State, names: SideNames, context: FileContext): string[] {
  // `Turn<Metadata>` says the same in one word, but each use of a generic interface is an instantiation to the compiler.
  const lines = [
    ...docComment('', state.move?.doc, stateSentence(state, context, model)),
    `export interface ${names.turnTypes.get(state)}${METADATA} extends ${context.names.kernel('Whereabouts')} {`,
    ...stateMembers(model, state, names, context),
    '  readonly metadata: Metadata',
  ]
  if (hasStream(state)) return [...lines, ...endLines(names.endTypes.get(state)?.turn, context), '}']
  if (state.turn === 'mine') lines.push(`  readonly send: ${names.movePlaces.get(state.rest)?.planType}`)
  return [...lines, '}']
}

/** The moves behind a stream, which a handler gets when the stream is over. */
function endBlock(state: State, names: SideNames, context: FileContext): string[] | undefined {
  const type = names.endTypes.get(state)?.turn
  if (type === undefined) return undefined
  const send = `  readonly send: ${names.movePlaces.get(state.rest)?.planType}`
  return [...endHead(state, type, context), send, '}']
}

function planBlock(place: MovePlace, context: FileContext): string[] {
  const lines = [
    ...docComment('', `${movesText(place.stateNames)} Each takes effect when a handler returns it.`),
    `export interface ${place.planType} {`,
  ]
  for (const move of place.node.moves) {
    lines.push(...docComment('  ', move.doc))
    lines.push(`  ${propertyText(move.label)}(${context.parameterText(move)}): ${place.moveType}`)
  }
  return [...lines, '}']
}

function moveBlock(model: ProtocolModel, place: MovePlace, names: SideNames, context: FileContext): string[] {
  const brand = quote(`${model.declaration.name}.${names.side.role}.${place.stateNames[0]}`)
  return [
    ...docComment('', 'A move that a handler made there.'),
    `export type ${place.moveType} = ${context.names.kernel('PlannedMove')}<${brand}>`,
  ]
}

function handlersBlock(names: SideNames): string[] {
  const { prefix, groups, side } = names
  const lines = [
    ...docComment('', `The handlers of the ${side.role}: one for each state, called when the state is there.`),
    `export interface ${prefix}Handlers${METADATA} {`,
  ]
  for (const group of groups) lines.push(...handlerLines(group, names))
  return [...lines, '}']
}

function handlerLines(group: StateGroup, { movePlaces, turnTypes }: SideNames): string[] {
  const [state] = group.states as readonly [State, ...State[]]
  const move = state.turn === 'mine' ? movePlaces.get(state.rest)?.moveType : undefined
  const result = move === undefined ? 'unknown' : `${move} | PromiseLike<${move}>`
  // Where there is a move to make or a payload to take, leaving the handler out would be a mistake. What a stream brings is
  // taken nowhere else, so that its handler is needed even where the session ends with it.
  const takes = hasStream(state) || (state.turn === 'theirs' && state.move?.payload !== undefined)
  const isNeeded = state.turn === 'mine' || takes
  const head = `  readonly ${propertyText(group.name)}${isNeeded ? '' : '?'}: (`
  // The alias of merged states says the same, but each use of a generic union is instantiated member by member.
  const turns = group.states.map((each) => `${turnTypes.get(each)}<Metadata>`)
  const line = `${head}turn: ${turns.join(' | ')}) => ${result}`
  if (line.length <= WIDTH) return [line]
  const parameter =
    turns.length === 1 ? [`    turn: ${turns[0]},`] : ['    turn:', ...turns.map((turn) => `      | ${turn}`)]
  return [head, ...parameter, `  ) => ${result}`]
}

function hooksBlock({ prefix, side }: SideNames, context: FileContext): string[] {
  const lines = [
    ...docComment('', `The hooks of the ${side.role}: each runs when this side comes to its place.`),
    `export interface ${prefix}Hooks${METADATA} {`,
  ]
  for (const [name, source] of side.hooks) {
    lines.push(...docComment('  ', context.place(source)))
    lines.push(
      `  readonly ${propertyText(name)}: (context: ${context.names.kernel('LocalContext')}<Metadata>) => unknown`,
    )
  }
  return [...lines, '}']
}
