/** What the library publishes, and what the process notices, while a run goes on. */

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Boom } from './player.ts'

export class Watcher {
  /** Sessions that have begun and are not over, on both ends together. */
  sessionsOpen = 0
  readonly problems: string[] = []
  readonly #onOpen: (link: string, session: number) => void
  readonly #stop: (() => void)[] = []

  /** @param onOpen told of every session that begins. */
  constructor(onOpen: (link: string, session: number) => void) {
    this.#onOpen = onOpen
    this.#subscribe('coxswain:session:open', (message) => {
      const { link, session } = message as { link: string; session: number }
      this.sessionsOpen++
      this.#onOpen(link, session)
    })
    this.#subscribe('coxswain:session:close', () => this.sessionsOpen--)
    this.#subscribe('coxswain:stray-error', (message) => {
      const { where, error } = message as { where: string; error: unknown }
      // A program that fails after its session is over does so where nobody waits for it.
      if (!(error instanceof Boom)) this.problems.push(`stray error in ${where}: ${String(error)}`)
    })
    const onUnhandled = (reason: unknown): void => {
      this.problems.push(`unhandled rejection: ${String(reason)}`)
    }
    process.on('unhandledRejection', onUnhandled)
    this.#stop.push(() => process.off('unhandledRejection', onUnhandled))
  }

  stop(): void {
    for (const stop of this.#stop) stop()
  }

  #subscribe(name: string, listener: (message: unknown) => void): void {
    subscribe(name, listener)
    this.#stop.push(() => unsubscribe(name, listener))
  }
}
