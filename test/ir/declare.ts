/** Declarations for tests, written as users write them, without the reader. Each step stands on a line of its own. */

import type { Branch, ProtocolDeclaration, Step } from '../../src/ir/declaration.ts'
import { lowerProtocol } from '../../src/ir/lower.ts'
import type { Machine } from '../../src/ir/machine.ts'
import type { Shape } from '../../src/ir/shape.ts'
import type { Role, SourceSpan } from '../../src/ir/source.ts'

let line = 0
let loops = 0

/** The next line of `x.steer.ts`. */
export function span(): SourceSpan {
  line++
  return { file: 'x.steer.ts', line, column: 3, length: 4 }
}

export const NUMBER: Shape = { kind: 'number' }
export const TEXT: Shape = { kind: 'string' }

export function send(label: string, payload?: Shape): Step {
  return message('master', label, payload)
}

export function receive(label: string, payload?: Shape): Step {
  return message('peer', label, payload)
}

function message(from: Role, label: string, payload?: Shape): Step {
  return { kind: 'message', from, label, source: span(), ...(payload === undefined ? {} : { payload }) }
}

export function call(label: string, request?: Shape, reply?: Shape): Step[] {
  return [send(label, request), receive('reply', reply)]
}

/** A branch: an optional payload, then its steps. */
export type BranchOf = readonly [payload: Shape | undefined, ...steps: Step[]]

export function on(...steps: Step[]): BranchOf {
  return [undefined, ...steps]
}

export function onWith(payload: Shape, ...steps: Step[]): BranchOf {
  return [payload, ...steps]
}

export function choose(branches: Readonly<Record<string, BranchOf>>): Step {
  return choice('master', branches)
}

export function offer(branches: Readonly<Record<string, BranchOf>>): Step {
  return choice('peer', branches)
}

function choice(from: Role, branches: Readonly<Record<string, BranchOf>>): Step {
  const list = Object.entries(branches).map(([label, [payload, ...steps]]): Branch => {
    return { label, steps, source: span(), ...(payload === undefined ? {} : { payload }) }
  })
  return { kind: 'choice', from, branches: list, source: span() }
}

export function loop(body: (again: Step, leave: Step) => Step[]): Step {
  return repeat(false, body)
}

export function forever(body: (again: Step) => Step[]): Step {
  return repeat(true, body)
}

function repeat(isForever: boolean, body: (again: Step, leave: Step) => Step[]): Step {
  loops++
  const number = loops
  const source = span()
  const jump = (to: 'again' | 'leave'): Step => ({ kind: 'jump', to, loop: number, source: span() })
  return { kind: 'loop', loop: number, forever: isForever, steps: body(jump('again'), jump('leave')), source }
}

export function handshake(from: Role): Step {
  return { kind: 'handshake', from, source: span() }
}

export function keepalive(from: Role): Step {
  return { kind: 'keepalive', from, source: span() }
}

export function hook(name: string, ...sides: Role[]): Step {
  return { kind: 'local', name, sides, source: span() }
}

export function point(name: string): Step {
  return { kind: 'point', name, source: span() }
}

export function protocol(...steps: Step[]): ProtocolDeclaration {
  return { exportName: 'Test', name: 'test', open: false, source: span(), steps }
}

export function machine(...steps: Step[]): Machine {
  return lowerProtocol(protocol(...steps))
}

/** Negotiate, as in the design. */
export function negotiate(): Step[] {
  return [
    send('ask', NUMBER),
    loop((again, leave) => [
      offer({
        accept: on(send('confirm'), leave),
        reject: on(leave),
        counter: onWith(
          NUMBER,
          choose({ accept: on(receive('confirm'), leave), reject: on(leave), counter: onWith(NUMBER, again) }),
        ),
      }),
    ]),
  ]
}

/** The mail protocol of the research notes, without its stream. `between` comes before each command is awaited. */
export function smtp(...between: Step[]): Step[] {
  return [
    send('220', TEXT),
    loop((again, quit) => [
      ...between,
      offer({
        EHLO: onWith(TEXT, send('250', TEXT), again),
        MAIL: onWith(
          TEXT,
          choose({
            s501: onWith(TEXT, again),
            s250: onWith(
              TEXT,
              loop((more) => [
                offer({
                  RCPT: onWith(TEXT, choose({ s250: onWith(TEXT, more), s550: onWith(TEXT, more) })),
                  DATA: on(send('354', TEXT), receive('body', TEXT), send('250', TEXT), again),
                }),
              ]),
            ),
          }),
        ),
        QUIT: on(send('221', TEXT), quit),
      }),
    ]),
  ].map(withoutLetter)
}

/** Object keys that look like numbers come first in JavaScript; the reader reads syntax and is not concerned. */
function withoutLetter(step: Step): Step {
  if (step.kind === 'loop') return { ...step, steps: step.steps.map(withoutLetter) }
  if (step.kind !== 'choice') return step
  const branches = step.branches.map((branch) => ({
    ...branch,
    label: branch.label.replace(/^s(?=\d)/, ''),
    steps: branch.steps.map(withoutLetter),
  }))
  return { ...step, branches }
}
