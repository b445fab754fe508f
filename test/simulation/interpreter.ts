/**
 * What a declaration means, read off its steps alone: no machine, no table, no place numbers. It walks the tree as a reader
 * would, asks which branch is taken, and notes what happens on the way. Everything else is measured against it.
 */

import type { ProtocolDeclaration, Step } from '../../src/ir/declaration.ts'
import type { Shape } from '../../src/ir/shape.ts'
import { otherRole, type Role } from '../../src/ir/source.ts'

export type TraceEvent =
  | MessageEvent
  | { readonly kind: 'signal'; readonly from: Role; readonly signal: 'handshake' | 'keepalive' }
  | { readonly kind: 'hook'; readonly side: Role; readonly name: string }

export interface MessageEvent {
  readonly kind: 'message'
  readonly from: Role
  readonly label: string
  /** What could have been sent in its place, itself included. */
  readonly options: readonly string[]
  readonly payload?: Shape | undefined
  /** Any number of such payloads, of which the receiver holds so many. */
  readonly stream?: { readonly window: number } | undefined
  /** The labels of the branches around it. */
  readonly branches: readonly string[]
}

export interface Trace {
  readonly events: readonly TraceEvent[]
  /** False where the interpreter was stopped. */
  readonly ended: boolean
}

/** Picks one of the branches by its index. */
export type Chooser = (from: Role, labels: readonly string[]) => number

/** How a list of steps is left other than by its end. */
type Exit = { readonly to: 'again' | 'leave'; readonly loop: number } | 'stop'

/** @param messagesMax where the interpreter stops: conversations may go on for ever. */
export function interpret(declaration: ProtocolDeclaration, choose: Chooser, messagesMax: number): Trace {
  const walk = new Walk(choose, messagesMax)
  const exit = walk.list(declaration.steps, [])
  return { events: walk.events, ended: exit === undefined }
}

class Walk {
  readonly events: TraceEvent[] = []
  readonly #choose: Chooser
  #messagesLeft: number

  constructor(choose: Chooser, messagesMax: number) {
    this.#choose = choose
    this.#messagesLeft = messagesMax
  }

  list(steps: readonly Step[], branches: readonly string[]): Exit | undefined {
    for (const step of steps) {
      const exit = this.#step(step, branches)
      if (exit !== undefined) return exit
    }
    return undefined
  }

  #step(step: Step, branches: readonly string[]): Exit | undefined {
    switch (step.kind) {
      case 'message':
        return this.#message({ ...step, kind: 'message', options: [step.label], branches })
      case 'choice': {
        const labels = step.branches.map(({ label }) => label)
        if (this.#messagesLeft === 0) return 'stop'
        const branch = step.branches[this.#choose(step.from, labels)]
        if (branch === undefined) throw new Error('there is no such branch')
        const { label, payload } = branch
        this.#message({ kind: 'message', from: step.from, label, payload, options: labels, branches })
        return this.list(branch.steps, [...branches, label])
      }
      case 'loop':
        return this.#loop(step.loop, step.steps, branches)
      case 'jump':
        return { to: step.to, loop: step.loop }
      case 'handshake':
        this.events.push({ kind: 'signal', from: step.from, signal: 'handshake' })
        this.events.push({ kind: 'signal', from: otherRole(step.from), signal: 'handshake' })
        return undefined
      case 'keepalive':
        this.events.push({ kind: 'signal', from: step.from, signal: 'keepalive' })
        return undefined
      case 'local':
        for (const side of ['master', 'peer'] as const) {
          if (step.sides.includes(side)) this.events.push({ kind: 'hook', side, name: step.name })
        }
        return undefined
      case 'point':
        return undefined
      case 'within':
        return this.list(step.steps, branches)
    }
  }

  #message(event: MessageEvent): Exit | undefined {
    if (this.#messagesLeft === 0) return 'stop'
    this.#messagesLeft--
    const { from, label, options, payload, stream, branches } = event
    this.events.push({ kind: 'message', from, label, options, payload, stream, branches })
    return undefined
  }

  #loop(loop: number, steps: readonly Step[], branches: readonly string[]): Exit | undefined {
    for (;;) {
      const exit = this.list(steps, branches)
      const isMine = exit !== undefined && exit !== 'stop' && exit.loop === loop
      if (isMine && exit.to === 'leave') return undefined
      if (exit !== undefined && !isMine) return exit
    }
  }
}
