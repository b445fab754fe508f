/** A service in a process of its own. */

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createDeferred } from '../../base/deferred.ts'
import type { Outcome } from '../machine/outcome.ts'
import type { IsolatedSpec } from '../spec.ts'
import type { Carrier, CarrierEvents } from './carrier.ts'
import { entryUrl } from './entry-url.ts'
import { unseal } from './envelope.ts'
import type { FromIsolate, IsolateStart, ToIsolate } from './messages.ts'
import type { Packed } from './pack.ts'

export function startChild(
  spec: IsolatedSpec,
  start: Omit<IsolateStart, 'beats' | 'metadata'>,
  packed: Packed,
  events: CarrierEvents,
): Carrier {
  const gone = createDeferred<undefined>()
  let outcome: Outcome | undefined
  const child = fork(fileURLToPath(entryUrl('process-entry')), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    ...(spec.execArgv === undefined ? {} : { execArgv: [...spec.execArgv] }),
  })
  // Until the process says that it listens. Its init and a signal at most: no hook follows before another has settled.
  let early: ToIsolate[] | undefined = []
  const send = (message: ToIsolate): void => {
    if (early !== undefined) early.push(message)
    // What is sent to a process that is ending is lost, and its end is told by `ended`.
    else if (child.connected) child.send(message, () => undefined)
  }
  const begin = (): void => {
    const waiting = early ?? []
    early = undefined
    send({ type: 'start', start: { ...start, metadata: packed.value, beats: undefined } })
    for (const message of waiting) send(message)
  }
  // Its end and the end of its messages come in either order.
  let left = 2
  const closed = (): void => {
    if (--left > 0) return
    events.ended(outcome ?? { kind: 'exit', code: undefined, signal: undefined })
    gone.resolve(undefined)
  }
  child.on('message', (message) => {
    const told = message as FromIsolate
    if (told.type === 'here') begin()
    else if (told.type === 'uncaught') {
      outcome ??= { kind: 'uncaught', error: unseal(told.error), origin: told.origin }
    } else events.message(told)
  })
  child.on('disconnect', closed)
  child.on('exit', (code, signal) => {
    outcome ??= { kind: 'exit', code: code ?? undefined, signal: signal ?? undefined }
    closed()
  })
  child.on('error', (error) => {
    // One that could not be started has no exit.
    outcome ??= { kind: 'uncaught', error, origin: 'uncaughtException' }
    if (child.pid !== undefined) return
    left = 1
    closed()
  })
  return {
    send,
    kill: () => void child.kill('SIGKILL'),
    beats: undefined,
    stack: () => Promise.resolve(undefined),
    gone: gone.promise,
  }
}
