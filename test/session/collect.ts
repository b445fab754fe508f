/** The garbage collector, for tests of what is left. */

import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')

/** Collects everything that nobody holds. */
export const collect = runInNewContext('gc') as () => void

/** Old memory in use: what has outlived two collections of the young generation. */
export function oldBytes(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'old_space')!.space_used_size
}
