/** Automata made from a description of what a side does in a state that has fields: credit, what is held, what was said. */

import type { Automaton, AutomatonState, Edge } from './explore.ts'

/** `['!item', next]` sends, `['?item', next]` receives. */
export type Action<State> = readonly [frame: `${'!' | '?'}${string}`, next: State | typeof BROKEN]

/** Where a frame leads that must not come: nothing is possible any more, and everybody waits. */
export const BROKEN = 'broken'

/** What a side may do in a state; undefined where the conversation may be over for it, and nothing more happens. */
export type Behaviour<State> = (state: State) => readonly Action<State>[] | undefined

/** Makes the two sides of a conversation, which share their frames. */
export class Unfolding {
  readonly #frames: string[] = []

  /** All states that the side can get to, whatever the other does. States are told apart by their JSON. */
  side<State>(start: State, behaviour: Behaviour<State>): Automaton {
    const numbers = new Map([[JSON.stringify(start), 0]])
    const states: (State | typeof BROKEN)[] = [start]
    const unfolded: AutomatonState[] = []
    const numberOf = (state: State | typeof BROKEN): number => {
      const key = JSON.stringify(state)
      const number = numbers.get(key) ?? states.push(state) - 1
      numbers.set(key, number)
      return number
    }
    for (let number = 0; number < states.length; number++) {
      const state = states[number]!
      const actions = state === BROKEN ? [] : behaviour(state)
      const edges = (sign: string): Edge[] =>
        (actions ?? []).flatMap(([frame, next]) =>
          frame.startsWith(sign) ? [{ label: this.#label(frame.slice(1)), target: numberOf(next) }] : [],
        )
      unfolded.push({ final: actions === undefined, sends: edges('!'), receives: edges('?') })
    }
    return { states: unfolded }
  }

  #label(frame: string): number {
    const known = this.#frames.indexOf(frame)
    return known === -1 ? this.#frames.push(frame) - 1 : known
  }
}

/** The action where the condition holds, as a list to be spread. */
export function when<State>(condition: boolean, ...action: Action<State>): readonly Action<State>[] {
  return condition ? [action] : []
}
