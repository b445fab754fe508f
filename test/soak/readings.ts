/** What a process holds: to be read when nothing is going on. */

import { readdirSync } from 'node:fs'

import { collect } from '../session/collect.ts'

export interface Holding {
  readonly descriptors: number
  /** Sockets, servers and the like; timers are not counted, since those of the library do not keep a process alive. */
  readonly handles: number
  /** Heap and buffers that are reachable. */
  readonly heldBytes: number
}

export async function readHolding(): Promise<Holding> {
  let heldBytes = Infinity
  // What a collection sets free may itself hold what the next one can free.
  for (let now = await readHeld(); now < heldBytes; now = await readHeld()) heldBytes = now
  const handles = process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate' && kind !== 'Timeout').length
  return { descriptors: readdirSync('/proc/self/fd').length, handles, heldBytes }
}

async function readHeld(): Promise<number> {
  for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve))
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** A kilobyte for each of the ten thousand links of ten minutes would be more than this; what the engine compiles is less. */
const GROWTH_MAX_BYTES = 6 * 1024 * 1024

/** What is more than it was; empty where all is as before. */
export function leftBehind(before: Holding, after: Holding): readonly string[] {
  const left: string[] = []
  if (after.descriptors > before.descriptors)
    left.push(`${after.descriptors - before.descriptors} descriptors are left`)
  if (after.handles > before.handles) left.push(`${after.handles - before.handles} handles are left`)
  const grown = after.heldBytes - before.heldBytes
  if (grown > GROWTH_MAX_BYTES) left.push(`memory grew by ${grown} bytes, allowed are ${GROWTH_MAX_BYTES}`)
  return left
}
