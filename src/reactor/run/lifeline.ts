/** What a reactor holds of its process while it runs, and gives back: the event loop, handlers of errors and of signals. */

import { MessageChannel } from 'node:worker_threads'
import { runUnattributed, watchProcess } from './attribution.ts'

/** Returns what gives it all back. */
export function holdProcess(signals: readonly NodeJS.Signals[], onSignal: () => void): () => void {
  const unwatch = watchProcess()
  // The timers of the clock keep nothing alive: without this, a reactor that waits for its next main would be the end of the process.
  const { port1 } = new MessageChannel()
  port1.on('message', () => undefined)
  const handle = (): void => runUnattributed(onSignal)
  for (const signal of signals) process.on(signal, handle)
  return () => {
    unwatch()
    port1.close()
    for (const signal of signals) process.off(signal, handle)
  }
}
