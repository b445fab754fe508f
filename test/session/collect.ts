/** The garbage collector, for tests of what is left. */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')

/** Collects everything that nobody holds. */
export const collect = runInNewContext('gc') as () => void
