/** A promise with its two ends held apart. Node 20 has no `Promise.withResolvers`. */

export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (reason: unknown) => void
}

export function createDeferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void
  let reject!: (reason: unknown) => void
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}

/**
 * Calls user code and tells `onError` what it throws, now or, where it is asynchronous, later. Types cannot keep an async
 * function from standing where nobody waits for it.
 */
export function callUser(call: () => unknown, onError: (error: unknown) => void): void {
  try {
    const result = call()
    // Within the try: a `then` of the user's may throw, too.
    if (isThenable(result)) result.then(undefined, onError)
  } catch (error) {
    onError(error)
  }
}

/** True for anything with a `then`: what a handler returned has to be waited for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  )
}
