/** The side of a reactor that runs in the isolate: loads the service, runs its hooks, and says that it is alive. */

import { systemClock } from '../../base/clock.ts'
import { SteerError } from '../../base/errors.ts'
import type { HookRun } from '../machine/events.ts'
import { HookRunner } from '../run/hook-runner.ts'
import type { Service } from '../service.ts'
import { isService } from '../spec.ts'
import { ByteStreams } from './byte-streams.ts'
import { seal, unseal, type Envelope } from './envelope.ts'
import { loadModule } from './load.ts'
import { unsealOutcome, type FromIsolate, type IsolateStart, type ToIsolate } from './messages.ts'
import { unpack } from './pack.ts'

export interface Isolate {
  receive(message: ToIsolate): void
}

/** @param leave ends the isolate. */
export function createIsolate(start: IsolateStart, send: (message: FromIsolate) => void, leave: () => void): Isolate {
  const metadata = unpack(start.metadata)
  const streams = new ByteStreams(send)
  let runner: Promise<HookRunner> | undefined
  const load = (): Promise<HookRunner> =>
    loadService(start).then((service) => {
      keepBeating(start, send)
      return new HookRunner(service, metadata, systemClock, start.beatEveryMs, {
        settled: (run, thrown) =>
          send({ type: 'settled', run, thrown: thrown === undefined ? undefined : seal(thrown.error) }),
        ready: () => send({ type: 'ready' }),
        uncaught: (run, { error }) => {
          send({ type: 'bound', run, error: seal(error) })
          return true
        },
        hung: (run, forMs) => send({ type: 'hung', run, forMs }),
        openStream: () => streams.open(),
      })
    })
  return {
    receive: (message) => {
      switch (message.type) {
        case 'run':
          runner ??= load()
          runner.then(
            (loaded) => loaded.run(hookRun(message)),
            // A module that does not load is an init that fails.
            (error: unknown) => send({ type: 'settled', run: message.run, thrown: seal(error) }),
          )
          return
        case 'signal':
          runner?.then(
            (loaded) => loaded.signal(message.run, unseal(message.reason)),
            () => undefined,
          )
          return
        case 'stream':
          return streams.receive(message)
        case 'leave':
          return leave()
        case 'start':
          return
      }
    },
  }
}

function keepBeating({ beatEveryMs, beats }: IsolateStart, send: (message: FromIsolate) => void): void {
  if (beatEveryMs === undefined) return
  const counter = beats === undefined ? undefined : new Int32Array(beats)
  const beat = (): void => {
    if (counter === undefined) send({ type: 'beat' })
    else Atomics.add(counter, 0, 1)
    systemClock.after(Math.max(1, beatEveryMs / 2), beat)
  }
  beat()
}

function hookRun(message: Extract<ToIsolate, { type: 'run' }>): HookRun {
  const { outcome, cause } = message
  return {
    ...message,
    outcome: outcome === undefined ? undefined : unsealOutcome(outcome),
    cause: cause === undefined ? undefined : steerError(cause),
  }
}

function steerError(envelope: Envelope): SteerError {
  return SteerError.from(unseal(envelope), 'aborted')
}

async function loadService({ module, export: name }: IsolateStart): Promise<Service> {
  const loaded = await loadModule(module)
  const found = name === undefined ? (loaded['default'] ?? loaded['service']) : loaded[name]
  const service: unknown = isClass(found) ? new found() : found
  if (isService(service)) return service
  throw new SteerError('misuse', `the module exports no service as ${name ?? 'default or service'}`)
}

function isClass(value: unknown): value is new () => unknown {
  return typeof value === 'function'
}
