/** Reads the local types of k-MC, `A: rec x . { B!a; x, B!b; end }`, into machines. */

import { readAction, readWord } from './automata-parser.ts'
import type { Participant, System, Transition } from './machines-syntax.ts'
import { LOCAL_TYPES, readTokens, TokenReader } from './tokens.ts'
import { BOUNDS, rejected, unsupported, type Position } from './verdict.ts'

const END = 'end'

export function parseLocalTypes(text: string): System {
  const reader = new TokenReader(readTokens(text, LOCAL_TYPES))
  const participants: Participant[] = []
  do {
    const name = readWord(reader, 'a participant')
    reader.expect(':')
    const { start, states } = new TypeReader(reader).read()
    participants.push({ name: name.text, at: name, start, states })
  } while (reader.peek().kind !== 'end')
  return { participants }
}

class TypeReader {
  readonly #in: TokenReader
  readonly #states = new Map<string, Transition[]>([[END, []]])
  /** Where a state only stands for another one: the body of a recursion that is only a jump. */
  readonly #same = new Map<string, string>()
  /** The states that variables stand for here, the innermost last. */
  readonly #bound = new Map<string, string[]>()
  #depth = 0

  constructor(reader: TokenReader) {
    this.#in = reader
  }

  read(): Pick<Participant, 'start' | 'states'> {
    const first = this.#state()
    const start = this.#type(first)
    const states = new Map<string, readonly Transition[]>()
    for (const [state, transitions] of this.#states) {
      states.set(
        state,
        transitions.map((transition) => ({ ...transition, target: this.#resolve(transition.target) })),
      )
    }
    return { start: this.#resolve(start), states }
  }

  #state(): string {
    const name = `s${this.#states.size}`
    this.#states.set(name, [])
    return name
  }

  #resolve(state: string): string {
    return this.#same.get(state) ?? state
  }

  /** What follows, as the transitions of `here` unless it is only the end or a jump. Returns the state where it begins. */
  #type(here: string): string {
    const names: string[] = []
    const start = this.#typeWith(here, names)
    for (const name of names) this.#bound.get(name)!.pop()
    return start
  }

  /** The same; variables that are bound on the way go into `names`, and hold until the type is over. */
  #typeWith(here: string, names: string[]): string {
    let state = here
    for (;;) {
      const at = this.#in.peek()
      if (this.#in.skip('end')) return this.#stop(here, state, END, at)
      if (this.#in.skip('rec')) {
        if (this.#in.peek().text === END) throw this.#in.unexpected('a variable')
        names.push(this.#bind(readWord(this.#in, 'a variable').text, state))
        this.#in.expect('.')
        continue
      }
      if (this.#in.skip('{')) {
        this.#choice(state)
        return here
      }
      if (this.#isAction()) {
        const target = this.#action()
        const next = this.#in.peek()
        // A last state that is only the end or a jump is not made at all.
        const last = this.#in.skip('end') ? END : this.#variable()
        if (last !== undefined) {
          this.#states.get(state)!.push({ ...target, target: last })
          return here
        }
        if (next.kind === 'end') throw this.#in.unexpected('a type')
        const fresh = this.#state()
        this.#states.get(state)!.push({ ...target, target: fresh })
        state = fresh
        continue
      }
      const jump = this.#variable()
      if (jump === undefined) {
        const { text } = readWord(this.#in, 'a type')
        if (this.#in.peek().text === ':') throw this.#in.unexpected('a type in front')
        throw rejected('unbound-name', at, `no recursion "${text}" is around this`)
      }
      return this.#stop(here, state, jump, at)
    }
  }

  #bind(name: string, state: string): string {
    const states = this.#bound.get(name)
    if (states === undefined) this.#bound.set(name, [state])
    else states.push(state)
    return name
  }

  /** The place of a type that has no message of its own. */
  #stop(here: string, state: string, target: string, at: Position): string {
    if (state === target) throw rejected('unguarded', at, 'a round of this recursion can pass without a message')
    if (state === here) return target
    this.#same.set(state, target)
    return here
  }

  #isAction(): boolean {
    const sign = this.#in.peek(1).text
    return this.#in.peek().kind === 'word' && (sign === '!' || sign === '?')
  }

  #action(): Omit<Transition, 'target'> {
    const { line, column, text } = readWord(this.#in, 'a participant')
    const action = readAction(this.#in)
    this.#in.expect(';')
    return { partner: text, ...action, line, column }
  }

  /** A variable that is bound here, taken; undefined where something else comes. */
  #variable(): string | undefined {
    const token = this.#in.peek()
    if (token.kind !== 'word' || this.#isAction()) return undefined
    // The name of the next participant follows what ends without a variable, and is none itself.
    if (this.#in.peek(1).text === ':') return undefined
    const state = this.#bound.get(token.text)?.at(-1)
    if (state !== undefined) this.#in.take()
    return state
  }

  #choice(state: string): void {
    if (++this.#depth > BOUNDS.depth) throw unsupported('too-large', this.#in.peek(), 'choices are nested too deep')
    do {
      const at = this.#in.peek()
      if (this.#type(state) !== state) {
        throw rejected('empty-branch', at, 'a branch of this choice does not begin with a message')
      }
    } while (this.#in.skip(','))
    this.#in.expect('}')
    this.#depth--
  }
}
