/** Two links joined in memory: real links and sessions, no socket. */

import type { Limits } from '../base/limits.ts'
import { openLink, type Link, type ServeEntry } from '../session/index.ts'
import { createMemoryPair } from '../wire/memory.ts'

/** What the two ends serve, and their bounds. */
export interface MemoryLinkOptions {
  /** Served by the first link, which counts as the side that dialled. Default: nothing. */
  readonly serveFirst?: readonly ServeEntry[] | undefined
  /** Served by the second. Default: nothing. */
  readonly serveSecond?: readonly ServeEntry[] | undefined
  /** Bounds of both ends that differ from the defaults. */
  readonly limits?: Partial<Limits> | undefined
}

/**
 * Opens a pair of links in one process. Whoever makes the pair closes both; closing one closes the other.
 *
 * @throws SteerError `misuse` as `connect` does.
 */
export async function createMemoryLinks(options: MemoryLinkOptions = {}): Promise<readonly [Link, Link]> {
  const [first, second] = createMemoryPair()
  const { limits } = options
  return Promise.all([
    openLink(first, { initiator: true, security: 'none', serve: options.serveFirst, limits }),
    openLink(second, { initiator: false, security: 'none', serve: options.serveSecond, limits }),
  ])
}
