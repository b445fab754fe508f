/** The types of the direct form and of turns: states whose moves perform. */

import type { Move } from '../../src/ir/machine.ts'
import type { ProtocolModel } from '../../src/ir/model.ts'
import type { State } from '../../src/ir/states.ts'
import { restFrom } from '../../src/ir/walk.ts'
import type { FileContext } from './file-context.ts'
import { docComment, unionAlias } from './layout.ts'
import { hasStream, type MovePlace, type SideNames, type WaitPlace } from './side-names.ts'
import { movesText, stateSentence } from './sentences.ts'
import { propertyText, quote } from './type-text.ts'

/** Blocks of lines, one for each declaration. */
export function heldStateBlocks(model: ProtocolModel, names: SideNames, context: FileContext): string[][] {
  const blocks: string[][] = []
  for (const group of names.groups) {
    for (const state of group.states) {
      blocks.push(stateBlock(model, state, names, context))
      const end = endBlock(state, names, context)
      if (end !== undefined) blocks.push(end)
    }
    if (group.states.length > 1) blocks.push(mergedBlock(group.name, group.type, group.states, names.stateTypes))
  }
  for (const place of names.movePlaces.values()) blocks.push(sendBlock(model, place, names, context))
  for (const place of names.waitPlaces.values()) {
    if (place.isAlias) blocks.push(waitBlock(place, names))
  }
  const all = names.groups.map((group) => group.type)
  blocks.push([
    ...docComment('', `The states of the ${names.side.role}, as \`turns\` shows them.`),
    ...unionAlias(`${names.prefix}State`, all),
  ])
  return blocks
}

/** The alias of the states that a point merges. */
export function mergedBlock(
  name: string,
  type: string,
  states: readonly State[],
  types: ReadonlyMap<State, string>,
  parameter = '',
): string[] {
  const members = states.map((state) => types.get(state)! + parameter.replace(' = undefined', ''))
  return [
    ...docComment('', `The state \`${name}\`; \`via\` says how it was reached.`),
    ...unionAlias(type + parameter, members),
  ]
}

function stateBlock(model: ProtocolModel, state: State, names: SideNames, context: FileContext): string[] {
  const lines = [
    ...docComment('', state.move?.doc, stateSentence(state, context, model)),
    `export interface ${names.stateTypes.get(state)} extends ${context.names.kernel('HeldState')} {`,
    ...stateMembers(model, state, names, context),
  ]
  if (hasStream(state)) return [...lines, ...endLines(names.endTypes.get(state)?.held, context), '}']
  if (state.turn === 'mine') lines.push(`  readonly send: ${names.movePlaces.get(state.rest)?.sendType}`)
  if (state.turn === 'theirs') lines.push(`  next(): ${promiseOf(names.waitPlaces.get(state.rest)?.type, context)}`)
  return [...lines, '}']
}

/** What is there once the stream of a state is over, where anything is left to do. */
function endBlock(state: State, names: SideNames, context: FileContext): string[] | undefined {
  const type = names.endTypes.get(state)?.held
  if (type === undefined) return undefined
  return [
    ...endHead(state, type, context),
    state.turn === 'mine'
      ? `  readonly send: ${names.movePlaces.get(state.rest)?.sendType}`
      : `  next(): ${promiseOf(names.waitPlaces.get(state.rest)?.type, context)}`,
    '}',
  ]
}

/** The first lines of what `end` resolves to. */
export function endHead(state: State, type: string, context: FileContext): string[] {
  return [
    ...docComment('', `The stream \`${state.move?.label}\` is over.`),
    `export interface ${type} {`,
    `  readonly how: ${context.names.kernel('StreamEnd')}`,
  ]
}

/** The method that leaves a stream. */
export function endLines(type: string | undefined, context: FileContext): string[] {
  return [
    ...docComment('  ', 'Cancels what is unread. Resolves when both sides know how the stream ended.'),
    `  end(): Promise<${type ?? context.names.kernel('StreamOver')}>`,
  ]
}

/** The members that a state has in all forms. */
export function stateMembers(model: ProtocolModel, state: State, names: SideNames, context: FileContext): string[] {
  const lines = [`  readonly at: ${quote(state.name)}`]
  if (state.merged) lines.push(`  readonly via: ${quote(state.ownName)}`)
  const arrived = state.kind === 'arrival' ? state.move : undefined
  if (arrived?.stream !== undefined) {
    lines.push(`  readonly stream: AsyncIterable<${context.itemText(arrived)}>`)
  } else if (arrived?.payload !== undefined) {
    lines.push(`  readonly message: ${context.payloadText(arrived.payload)}`)
  }
  const streamed = names.streamed.get(state)
  if (streamed !== undefined) {
    const end = context.names.kernel('StreamEnd')
    lines.push(`  readonly streamed${streamed === 'always' ? `: ${end}` : `?: ${end} | undefined`}`)
  }
  const outcome = state.move === undefined ? undefined : model.outcomes.names.get(state.move)
  if (state.turn === 'over' && outcome !== undefined) lines.push(`  readonly outcome: ${quote(outcome)}`)
  return lines
}

function sendBlock(model: ProtocolModel, place: MovePlace, names: SideNames, context: FileContext): string[] {
  const lines = [...docComment('', movesText(place.stateNames)), `export interface ${place.sendType} {`]
  for (const move of place.node.moves) {
    lines.push(...docComment('  ', move.doc))
    lines.push(`  ${propertyText(move.label)}(${context.parameterText(move)}): ${nextOf(model, move, names, context)}`)
  }
  return [...lines, '}']
}

/** What a move resolves to: the state that this side holds next. */
function nextOf(model: ProtocolModel, move: Move, names: SideNames, context: FileContext): string {
  const { number, node } = restFrom(model.machine, move.next)
  if (node.kind === 'end') {
    const outcome = model.outcomes.names.get(move)!
    const ended = context.names.kernel(move.stream === undefined ? 'Ended' : 'EndedStream')
    return promiseOf(`${ended}<${quote(outcome)}>`, context)
  }
  const sent = names.side.sent.get(move)
  return promiseOf(sent === undefined ? names.waitPlaces.get(number)?.type : names.stateTypes.get(sent), context)
}

function waitBlock(place: WaitPlace, names: SideNames): string[] {
  const members = place.arrivals.map((state) => names.stateTypes.get(state)!)
  return [...docComment('', `What can arrive after ${place.after}.`), ...unionAlias(place.type, members)]
}

function promiseOf(type: string | undefined, context: FileContext): string {
  if (type === undefined) throw new Error('a place without a name')
  return `Promise<${type} | ${context.names.kernel('Cancelled')}>`
}
