/** The clocks of `within`: one for each scope that this side is in. */

import type { Clock, Timer } from '../base/clock.ts'
import type { Scope } from '../kernel/program.ts'

export class ScopeClocks {
  readonly #clock: Clock
  readonly #onExpired: (scope: Scope) => void
  readonly #timers = new Map<Scope, Timer>()

  constructor(clock: Clock, onExpired: (scope: Scope) => void) {
    this.#clock = clock
    this.#onExpired = onExpired
  }

  /** The time of these scopes starts anew. */
  enter(scopes: readonly Scope[]): void {
    for (const scope of scopes) {
      this.#timers.get(scope)?.cancel()
      this.#timers.set(
        scope,
        this.#clock.after(scope.ms, () => {
          this.#onExpired(scope)
        }),
      )
    }
  }

  /** The clocks of all scopes stop but of those in which something is still to be done. */
  keep(...inside: readonly (readonly Scope[])[]): void {
    for (const [scope, timer] of this.#timers) {
      if (inside.some((scopes) => scopes.includes(scope))) continue
      timer.cancel()
      this.#timers.delete(scope)
    }
  }

  stop(): void {
    this.keep()
  }
}
