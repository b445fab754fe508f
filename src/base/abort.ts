/** Waiting for an abort without leaving a listener behind. */

interface AbortSource {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

const NOTHING = (): void => undefined

/**
 * Calls `onAbort` once when the signal aborts, at once when it has. The returned function takes the listener away again and
 * must be called when the wait is over, whatever ended it.
 */
export function listenAbort(signal: AbortSource | undefined, onAbort: () => void): () => void {
  if (signal === undefined) return NOTHING
  if (signal.aborted) {
    onAbort()
    return NOTHING
  }
  signal.addEventListener('abort', onAbort)
  return () => signal.removeEventListener('abort', onAbort)
}
