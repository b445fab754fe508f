/** What the documentation of generated types says. */

import type { ProtocolModel } from '../../src/ir/model.ts'
import type { State } from '../../src/ir/states.ts'
import type { FileContext } from './file-context.ts'

/** What a state is, and where its message is declared. */
export function stateSentence(state: State, context: FileContext, { declaration }: ProtocolModel): string {
  const { move } = state
  if (move === undefined) return `The session begins, and this side moves. ${context.place(declaration.source)}`
  const place = context.place(move.source)
  if (move.stream !== undefined) return `${streamSentence(state, move.label)} ${place}`
  if (state.kind === 'sent') return `\`${move.label}\` was sent, and this side moves again. ${place}`
  if (state.turn === 'over') return `\`${move.label}\` has arrived, and the session ends. ${place}`
  return `\`${move.label}\` has arrived. ${place}`
}

function streamSentence(state: State, label: string): string {
  if (state.kind === 'sent') return `The stream \`${label}\` was sent, and this side moves again.`
  return `The stream \`${label}\` has opened${state.turn === 'over' ? ', and the session ends with it' : ''}.`
}

/** Whose moves a set of moves is. */
export function movesText(stateNames: readonly string[]): string {
  return `The moves of the state${stateNames.length === 1 ? '' : 's'} ${listNames(stateNames)}.`
}

/** Most names that a sentence lists, so that it does not grow with the protocol. */
const LISTED_MAX = 6

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, LISTED_MAX).map((name) => `\`${name}\``)
  const more = names.length - shown.length
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`
}
