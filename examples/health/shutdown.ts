/** One way out for every process of the example: a signal, the time asked for, or the end of the process that started it. */

/**
 * Runs `finish` once and exits with the code that it resolves to. A second signal does not wait.
 *
 * @param afterSeconds undefined: until a signal comes.
 */
export function onShutdown(afterSeconds: number | undefined, finish: () => Promise<number>): void {
  let finishing = false
  const shutDown = (): void => {
    if (finishing) process.exit(130)
    finishing = true
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
