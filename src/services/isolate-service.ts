/** Typed calls between a reactor and its isolates: a link between the two, on which both serve and open sessions as on any other. */

import { SteerError } from '../base/errors.ts'
import { openIsolateStream, type Phase, type Reactor, type Service } from '../reactor/index.ts'
import { openLink, type Link } from '../session/index.ts'
import { checkDrain } from './draining.ts'
import { createIsolateTransport } from './isolate-transport.ts'
import { keepLinkUp, type RunOnLink, type Served } from './kept-link.ts'
import { deskOf } from './link-desk.ts'

export interface IsolateServiceOptions<M> {
  /** What the reactor may open. A function is handed the metadata, once for each main. Default: nothing. */
  readonly serve?: Served<M> | undefined
  /** What runs on the link besides, as `dialService` has it. Default: the link is held. */
  readonly run?: RunOnLink<M> | undefined
  /** Time of running sessions to finish when the service stops or `run` returns, in ms. Default 4000; 0 cuts them off. */
  readonly drainMs?: number | undefined
}

/**
 * A service for a module of its own that runs as a thread or a process: it has a link to its reactor, which `linkToIsolate` shows
 * there. It is ready when the link is up, which its entry in the reactor says with `readyBy: 'call'`.
 *
 * @throws SteerError `misuse` for a time that makes no sense. Inline, its main fails with `misuse`.
 */
export function isolateService<M = unknown>({ serve, run, drainMs }: IsolateServiceOptions<M>): Service<M> {
  return keepLinkUp({
    open: (entries, ctx) => {
      const stream = openIsolateStream(ctx)
      if (stream === undefined) {
        throw new SteerError('misuse', `"${ctx.name}" runs inline: there is no isolate that a link could come from`)
      }
      const settings = { initiator: true, security: 'none', serve: entries, signal: ctx.signal } as const
      return openLink(createIsolateTransport(stream), settings)
    },
    serve,
    run,
    drainMs: checkDrain(drainMs),
  })
}

const OVER: ReadonlySet<Phase> = new Set(['aborted', 'stopped', 'unstopped'])

/**
 * The link to an isolate that runs `isolateService`. Waits until there is one, also while the isolate is replaced. The link ends
 * with its isolate; ask again for the next one.
 *
 * @throws SteerError `misuse` for a name that is none of an isolate, `unavailable` when the service ends.
 */
export async function linkToIsolate<M>(
  reactor: Reactor<M>,
  name: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Link> {
  const service = reactor.get(name)
  if (service === undefined || service.isolate === 'inline') {
    throw new SteerError('misuse', `"${name}" is no thread or process of this reactor`)
  }
  const desk = deskOf(reactor)
  if (desk === undefined) throw new SteerError('misuse', 'the reactor was not made by "coxswain/reactor"')
  if (OVER.has(service.state)) throw new SteerError('unavailable', `"${name}" has ended`)
  return desk.take(name, options.signal)
}
