/** What a process of a reactor runs. */

import { seal } from './envelope.ts'
import type { FromIsolate, ToIsolate } from './messages.ts'
import { createIsolate, type Isolate } from './runtime.ts'

const send = (message: FromIsolate): void => {
  // A reactor that is gone needs no answer.
  if (process.connected) process.send!(message, undefined, {}, () => undefined)
}
const leave = (code: number): void => process.exit(code)

let isolate: Isolate | undefined
process.on('message', (message: ToIsolate) => {
  if (message.type === 'start') isolate = createIsolate(message.start, send, () => leave(0))
  else isolate?.receive(message)
})
// No child outlives its reactor.
process.on('disconnect', () => leave(0))
// Ctrl-C reaches the whole group of a terminal; the reactor decides when its services stop.
process.on('SIGINT', () => undefined)
process.on('uncaughtException', (error: unknown, origin) => {
  process.send!({ type: 'uncaught', error: seal(error), origin } satisfies FromIsolate, undefined, {}, () => leave(1))
})
send({ type: 'here' })
