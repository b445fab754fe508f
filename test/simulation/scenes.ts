/** Small protocols for scenes on one simulated link, and what scenes ask again and again. */

import type { Limits, Link, ServeEntry } from 'coxswain'
import { createSimulation, type NetworkConditions, type SimulatedLinks, type Simulation } from 'coxswain/testing'
import { Echo, type Item } from '../protocols/session.gen.ts'

export const ITEM: Item = { n: 1, text: 'one' }

/** Answers at once. */
export const echo: ServeEntry = Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })

/** Takes a question and never answers. */
export const deaf: ServeEntry = Echo.master.with({ ask: () => new Promise(() => undefined) })

export interface Scene extends SimulatedLinks {
  readonly simulation: Simulation
}

export interface SceneOptions {
  readonly serve?: readonly ServeEntry[]
  readonly limits?: Partial<Limits> | { readonly first: Partial<Limits>; readonly second: Partial<Limits> }
  readonly network?: Partial<NetworkConditions>
}

/** Two links; the second serves. Latency is 1 ms unless the network says otherwise. */
export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const simulation = createSimulation({ seed: 1, network: { latencyMs: [1, 1], splitChance: 0, ...options.network } })
  const links = await simulation.openLinks({ serveSecond: options.serve ?? [echo], limits: options.limits })
  return { simulation, ...links }
}

/** One whole Echo session over the link. */
export function ask(link: Link): Promise<unknown> {
  return Echo.peer.handle(link, { start: (turn) => turn.send.ask(ITEM), reply: () => undefined })
}

/** What a promise has settled: a value, an error code, or not yet. */
export function watch(promise: Promise<unknown>): () => string {
  let state = 'pending'
  promise.then(
    (value) => {
      state = `value ${String((value as { outcome?: string } | undefined)?.outcome)}`
    },
    (error: unknown) => {
      state = (error as { code?: string }).code ?? String(error)
    },
  )
  return () => state
}
