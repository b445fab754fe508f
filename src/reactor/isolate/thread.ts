/** A service in a thread of its own. */

import { Worker } from 'node:worker_threads'
import type { Clock } from '../../base/clock.ts'
import { createDeferred } from '../../base/deferred.ts'
import type { Outcome } from '../machine/outcome.ts'
import type { IsolatedSpec } from '../spec.ts'
import type { Carrier, CarrierEvents } from './carrier.ts'
import { entryUrl } from './entry-url.ts'
import { unseal } from './envelope.ts'
import type { FromIsolate, IsolateStart } from './messages.ts'
import type { Packed } from './pack.ts'
import { captureStack } from './stack.ts'

export function startThread(
  spec: IsolatedSpec,
  start: Omit<IsolateStart, 'beats' | 'metadata'>,
  packed: Packed,
  clock: Clock,
  events: CarrierEvents,
): Carrier {
  const beats = new SharedArrayBuffer(4)
  const counter = new Int32Array(beats)
  const gone = createDeferred<undefined>()
  let uncaught: Outcome | undefined
  const worker = new Worker(entryUrl('thread-entry'), {
    workerData: { ...start, metadata: packed.value, beats } satisfies IsolateStart,
    ...(spec.execArgv === undefined ? {} : { execArgv: [...spec.execArgv] }),
    ...(spec.resourceLimits === undefined ? {} : { resourceLimits: heapLimits(spec.resourceLimits) }),
  })
  const { threadId } = worker
  worker.on('message', (message: FromIsolate) => {
    if (message.type !== 'uncaught') return events.message(message)
    uncaught = { kind: 'uncaught', error: unseal(message.error), origin: message.origin }
  })
  // Comes after the message of the thread itself, which knows more, but also where the thread had no chance to say anything.
  worker.on('error', (error: unknown) => {
    uncaught ??= { kind: 'uncaught', error, origin: 'uncaughtException' }
  })
  worker.on('exit', (code) => {
    for (const cell of packed.cells) cell.forget(threadId)
    events.ended(uncaught ?? { kind: 'exit', code, signal: undefined })
    gone.resolve(undefined)
  })
  return {
    send: (message) => worker.postMessage(message),
    kill: () => void worker.terminate(),
    beats: () => Atomics.load(counter, 0),
    stack: (withinMs) => captureStack(threadId, clock, withinMs),
    gone: gone.promise,
  }
}

function heapLimits(limits: NonNullable<IsolatedSpec['resourceLimits']>): Record<string, number> {
  const given: Record<string, number | undefined> = { ...limits }
  return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, number] => entry[1] !== undefined))
}
