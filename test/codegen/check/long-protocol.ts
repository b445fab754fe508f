/** Protocols of any size, with everything in them: choices of both sides, nested loops, streams, signals, hooks, scopes. */

import type { ProtocolDeclaration, Step } from '../../../src/ir/declaration.ts'
import {
  NUMBER,
  choose,
  handshake,
  hook,
  keepalive,
  loop,
  offer,
  on,
  onWith,
  protocol,
  receive,
  send,
} from '../../ir/declare.ts'

const POINTS_OF_A_SECTION = 9

/** A protocol whose table has about so many points, in sections that the peer or the master opens by turns. */
export function createLongProtocol(points: number): ProtocolDeclaration {
  const sections = Array.from({ length: Math.ceil(points / POINTS_OF_A_SECTION) }, (_, number) => section(number))
  return protocol(handshake('peer'), ...sections.flat())
}

function section(number: number): Step[] {
  const label = (name: string): string => `${name}${number}`
  const [ask, answer] = number % 2 === 0 ? ([send, receive] as const) : ([receive, send] as const)
  const stream = { ...ask(label('chunks'), NUMBER), stream: { window: 8 } } as Step
  return [
    ask(label('ask'), NUMBER),
    hook('look', 'peer'),
    loop((again, leave) => [
      answer(label('answer')),
      choose({
        [label('more')]: onWith(NUMBER, again),
        [label('stop')]: on(offer({ [label('no')]: on(leave), [label('yes')]: on(again) })),
      }),
    ]),
    { kind: 'within', ms: 1000, steps: [stream, answer(label('stored'))], source: stream.source },
    keepalive(number % 3 === 0 ? 'master' : 'peer'),
  ]
}
