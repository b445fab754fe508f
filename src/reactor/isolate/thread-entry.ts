/** What a thread of a reactor runs. */

import { parentPort, workerData } from 'node:worker_threads'
import { seal } from './envelope.ts'
import type { FromIsolate, IsolateStart, ToIsolate } from './messages.ts'
import { createIsolate } from './runtime.ts'

const port = parentPort!
const send = (message: FromIsolate): void => port.postMessage(message)

// Left to Node, the error would be cloned for the reactor's thread, where some that can be thrown do harm: one with a thousand
// causes, say.
process.on('uncaughtException', (error: unknown, origin) => {
  send({ type: 'uncaught', error: seal(error), origin })
  process.exit(1)
})

const isolate = createIsolate(workerData as IsolateStart, send, () => process.exit(0))
port.on('message', (message: ToIsolate) => isolate.receive(message))
