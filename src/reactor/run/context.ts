/** What a hook is given: the same inline and in an isolate. */

import { listenAbort } from '../../base/abort.ts'
import type { Clock } from '../../base/clock.ts'
import { createDeferred, isThenable } from '../../base/deferred.ts'
import type { ByteStream } from '../isolate/byte-streams.ts'
import type { HookRun } from '../machine/events.ts'
import type { FallbackContext, Service, ServiceContext } from '../service.ts'
import { bindTo, runAttributed, type Attribution } from './attribution.ts'

/** What a hook says while it runs. */
export interface HookVoice extends Attribution {
  ready(): void
  beat(): void
  /** Undefined where the hook runs in the reactor itself. */
  openStream(): ByteStream | undefined
}

/** Where a context keeps what opens a stream to the reactor; it is no part of its type. */
const OPEN_STREAM = Symbol('coxswain.openStream')

/** A stream of bytes from an isolate to its reactor; undefined for the context of an inline service. */
export function openIsolateStream<M>(ctx: ServiceContext<M>): ByteStream | undefined {
  return (ctx as Partial<Pick<ContextWithStream, typeof OPEN_STREAM>>)[OPEN_STREAM]?.()
}

interface ContextWithStream extends ServiceContext {
  [OPEN_STREAM](): ByteStream | undefined
}

function createContext<M>(
  metadata: M,
  asked: HookRun,
  signal: AbortSignal,
  clock: Clock,
  voice: HookVoice,
): ServiceContext<M> {
  const ctx: ServiceContext<M> & Pick<ContextWithStream, typeof OPEN_STREAM> = {
    [OPEN_STREAM]: () => voice.openStream(),
    name: asked.service,
    metadata,
    signal,
    cycle: asked.cycle,
    failures: asked.failures,
    incarnation: asked.incarnation,
    ready: () => voice.ready(),
    beat: () => voice.beat(),
    sleep: (ms) => sleep(clock, ms, signal),
    bind: (listener) => bindTo(voice, listener),
  }
  return ctx
}

/** Runs the hook in its own context. A hook that is not there returns at once; whatever is thrown becomes a rejection. */
export async function callHook<M>(
  service: Service<M>,
  asked: HookRun,
  metadata: M,
  signal: AbortSignal,
  clock: Clock,
  voice: HookVoice,
): Promise<void> {
  const ctx = createContext(metadata, asked, signal, clock, voice)
  await runAttributed(voice, () => waitFor(enterHook(service, asked, metadata, ctx)))
}

/** What is no promise may begin its work only when its `then` is called, which an `await` does outside of any context. */
function waitFor(result: unknown): unknown {
  if (result instanceof Promise || !isThenable(result)) return result
  return new Promise((resolve, reject) => void result.then(resolve, reject))
}

function enterHook<M>(service: Service<M>, asked: HookRun, metadata: M, ctx: ServiceContext<M>): unknown {
  const { outcome = { kind: 'ended' }, cause } = asked
  switch (asked.hook) {
    case 'init':
      return service.init?.(metadata, ctx)
    case 'main':
      return service.main(metadata, ctx)
    case 'fallback':
      return service.fallback?.(metadata, { ...ctx, outcome } satisfies FallbackContext<M>)
    case 'abort':
      return cause === undefined ? undefined : service.abort?.(metadata, ctx, cause)
    case 'stop':
      return service.stop?.(metadata, ctx)
  }
}

async function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const over = createDeferred<undefined>()
  const timer = clock.after(ms, () => over.resolve(undefined))
  const forget = listenAbort(signal, () => over.reject(signal.reason))
  try {
    await over.promise
  } finally {
    timer.cancel()
    forget()
  }
}
