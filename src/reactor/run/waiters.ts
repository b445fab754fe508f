/** Who waits for what of a service: `ready`, `add`, `restart`, `remove`. */

import { createDeferred, type Deferred } from '../../base/deferred.ts'
import { SteerError } from '../../base/errors.ts'

interface Waiter {
  readonly service: string
  readonly until: 'up' | 'up again' | 'removed'
  readonly deferred: Deferred<undefined>
}

export class Waiters {
  readonly #waiters = new Set<Waiter>()

  /** `up again` waits beyond an end that was asked for. */
  add(service: string, until: Waiter['until']): Promise<void> {
    const deferred = createDeferred<undefined>()
    // Whoever does not wait is not to be crashed for it.
    deferred.promise.catch(() => undefined)
    this.#waiters.add({ service, until, deferred })
    return deferred.promise
  }

  up(service: string): void {
    this.#settle((waiter) => waiter.service === service && waiter.until !== 'removed', undefined)
  }

  /** @param again it has begun anew already. */
  down(service: string, error: SteerError | undefined, overdue: string | undefined, again: boolean): void {
    if (again) return
    const reason = error ?? new SteerError('aborted', `"${service}" was stopped before it was ready`)
    const failed = error !== undefined || overdue !== undefined
    const isOver = ({ until }: Waiter): boolean => until === 'up' || (until === 'up again' && failed)
    this.#settle((waiter) => waiter.service === service && isOver(waiter), reason)
  }

  removed(service: string): void {
    this.#settle((waiter) => waiter.service === service && waiter.until === 'removed', undefined)
    const reason = new SteerError('aborted', `"${service}" was removed`)
    this.#settle((waiter) => waiter.service === service, reason)
  }

  /** Nothing comes any more. */
  close(): void {
    this.#settle(({ until }) => until === 'removed', undefined)
    this.#settle(() => true, new SteerError('aborted', 'the reactor was shut down'))
  }

  #settle(which: (waiter: Waiter) => boolean, reason: SteerError | undefined): void {
    for (const waiter of [...this.#waiters].filter(which)) {
      this.#waiters.delete(waiter)
      if (reason === undefined) waiter.deferred.resolve(undefined)
      else waiter.deferred.reject(reason)
    }
  }
}
