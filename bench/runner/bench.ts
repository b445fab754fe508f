/** What the runner runs. */

import type { Series } from './series.ts'
import type { Settings } from './settings.ts'

export interface Bench {
  readonly name: string
  /** One line above the table. */
  readonly about: string
  /** Left out of quick runs, unless it is asked for by name. */
  readonly isSlow?: boolean
  run(settings: Settings): Promise<readonly Series[]>
}

/** An answer that is not what it must be: the run has failed, whatever its speed. */
export class WrongAnswer extends Error {}
