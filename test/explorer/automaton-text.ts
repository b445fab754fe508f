/** Automata written as text, for the tests and the models: one string for each state. */

import type { Automaton, AutomatonState, Edge } from './explore.ts'

/** Makes automata that share their labels. */
export class AutomatonReader {
  readonly #labels: string[] = []

  /**
   * `'go: !a next, ?b go'` is the state `go`, which sends `a` and goes to `next`, or receives `b` and stays; a `.` behind the
   * name says that the conversation may be over here. The first state is the start.
   */
  read(...texts: readonly string[]): Automaton {
    const heads = texts.map((text) => text.split(':')[0]!.trim())
    const names = heads.map((head) => head.replace('.', ''))
    return { states: texts.map((text, number) => this.#state(text, names, heads[number]!.endsWith('.'))) }
  }

  label(number: number): string {
    return this.#labels[number] ?? `label ${number}`
  }

  #state(text: string, names: readonly string[], final: boolean): AutomatonState {
    const actions = (text.split(':')[1] ?? '')
      .split(',')
      .flatMap((action) => (action.trim() === '' ? [] : [action.trim()]))
    const edges = (sign: string): Edge[] =>
      actions.filter((action) => action.startsWith(sign)).map((action) => this.#edge(action.slice(1), names))
    const [sends, receives] = [edges('!'), edges('?')]
    if (sends.length + receives.length !== actions.length) throw new Error(`${text}: an action is ! or ?`)
    return { final, sends, receives }
  }

  #edge(action: string, names: readonly string[]): Edge {
    const [label = '', target = ''] = action.split(/\s+/)
    const state = names.indexOf(target)
    if (state === -1) throw new Error(`there is no state ${target}`)
    if (!this.#labels.includes(label)) this.#labels.push(label)
    return { label: this.#labels.indexOf(label), target: state }
  }
}
