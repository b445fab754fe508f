/** The signals that ask a process to end. */

export const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Calls when `signal` is aborted, or without one when the process is asked to end; returns what takes the listeners away. */
export function onEnd(signal: AbortSignal | undefined, call: () => void): () => void {
  if (signal !== undefined) {
    signal.addEventListener('abort', call, { once: true })
    if (signal.aborted) call()
    return () => {
      signal.removeEventListener('abort', call)
    }
  }
  for (const name of END_SIGNALS) process.once(name, call)
  return () => {
    for (const name of END_SIGNALS) process.removeListener(name, call)
  }
}
