/** What a thread of a reactor runs. */

import { parentPort, workerData } from 'node:worker_threads'
import { seal } from './envelope.ts'
import type { FromIsolate, IsolateStart, ToIsolate } from './messages.ts'
import { createIsolate } from './runtime.ts'

const port = parentPort!
const send = (message: FromIsolate): void => port.postMessage(message)

// The thread ends of it all the same; the reactor learns of it whole, since a clone alone would lose class and code.
process.on('uncaughtExceptionMonitor', (error: unknown, origin) => {
  send({ type: 'uncaught', error: seal(error), origin })
})

const isolate = createIsolate(workerData as IsolateStart, send, () => process.exit(0))
port.on('message', (message: ToIsolate) => isolate.receive(message))
