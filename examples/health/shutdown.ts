/** One way out for every process of the example: a signal, the time asked for, or the end of the process that started it. */

const IMPATIENT_AFTER_MS = 1000

/**
 * Runs `finish` once and exits with the code that it resolves to. Another signal a second later does not wait; one that comes
 * sooner is the same Ctrl-C, from the terminal and from whoever passes it on.
 *
 * @param afterSeconds undefined: until a signal comes.
 */
export function onShutdown(afterSeconds: number | undefined, finish: () => Promise<number>): void {
  let askedAt: number | undefined
  const shutDown = (): void => {
    const now = performance.now()
    if (askedAt !== undefined) {
      if (now - askedAt > IMPATIENT_AFTER_MS) process.exit(130)
      return
    }
    askedAt = now
    finish().then(
      (code) => process.exit(code),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', shutDown)
  process.on('SIGTERM', shutDown)
  // The channel to the fleet closes when the fleet dies, however it dies.
  if (process.connected) process.on('disconnect', shutDown)
  if (afterSeconds !== undefined) setTimeout(shutDown, afterSeconds * 1000)
}
