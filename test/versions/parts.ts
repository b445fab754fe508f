/** What a side does in each of its states, played in each form of the API. */

import type { Link } from 'coxswain'

import type { AnySide, AnyState } from '../simulation/proved-protocol.ts'

/** For each state of a side the move that it makes there; undefined where it has none. All states are named. */
export type Part = Readonly<Record<string, Move | undefined>>

export type Move = readonly [label: string, payload?: unknown]

export const FORMS = ['handlers', 'direct', 'turns'] as const
export type Form = (typeof FORMS)[number]

/** Opens a session and plays it to its end. What arrives is written down in order. */
export async function play(side: AnySide, link: Link, part: Part, form: Form): Promise<string[]> {
  const seen: string[] = []
  if (form === 'handlers') {
    const { outcome } = await side.handle(link, handlersOf(part, seen))
    seen.push(`end ${outcome}`)
  } else if (form === 'direct') {
    let state = await side.open(link)
    for (let next: AnyState | undefined = state; next !== undefined && next.at !== 'end';) {
      state = next
      const moves = await hear(state, seen)
      const move = part[state.at]
      next = (await (move === undefined ? moves.next?.() : moves.send![move[0]]!(move[1]))) as AnyState | undefined
      if (next?.at === 'end') state = next
    }
    seen.push(`end ${state.outcome}`)
  } else {
    const turns = side.turns(link)
    for await (const state of turns) {
      const moves = await hear(state, seen)
      const move = part[state.at]
      if (move !== undefined) await moves.send![move[0]]!(move[1])
    }
    seen.push(`end ${(await turns.result).outcome}`)
  }
  return seen
}

/** Handlers that play the part. A state that the part does not name is a mistake of the test, and is refused. */
export function handlersOf(part: Part, seen: string[]): Record<string, (turn: AnyState) => Promise<unknown>> {
  return Object.fromEntries(
    Object.entries(part).map(([at, move]) => [
      at,
      async (turn) => {
        const { send } = await hear(turn, seen)
        return move === undefined ? undefined : send![move[0]]!(move[1])
      },
    ]),
  )
}

/** Writes down what the state came with, a stream to its end, and gives the moves that are due then. */
async function hear(state: AnyState, seen: string[]): Promise<Pick<AnyState, 'send' | 'next'>> {
  if (state.stream === undefined) {
    if (!/^(start|sent\..*)$/.test(state.at)) seen.push([state.at, textOf(state.message)].filter(Boolean).join(' '))
    return state
  }
  const items: unknown[] = []
  for await (const item of state.stream) items.push(item)
  const end = await state.end!()
  seen.push(`${state.at} ${textOf(items)} ${end.how}`)
  return end
}

/** JSON, with members in one order. */
function textOf(value: unknown): string {
  if (value === undefined) return ''
  return JSON.stringify(value, (_, part: unknown) => {
    const isObject = typeof part === 'object' && part !== null && !Array.isArray(part)
    return isObject ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1))) : part
  })
}
