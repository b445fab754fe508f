/** Looking at a reactor from another process. */

import { SteerError } from '../../base/errors.ts'
import { connect } from '../../session/index.ts'
import { Control, type Snapshot } from './control.gen.ts'

export interface ReactorLooker {
  /** @throws SteerError `unavailable` when the reactor is gone. */
  look(): Promise<Snapshot>
  close(): Promise<void>
}

/** @throws SteerError `unavailable` when nobody answers there. */
export async function lookAt(path: string): Promise<ReactorLooker> {
  const link = await connect({ path, security: 'none' })
  return {
    look: async () => {
      const start = await Control.master.open(link)
      const end = await start.send.ask()
      if (end.at === 'snapshot') return end.message
      throw new SteerError('unavailable', 'the reactor cancelled')
    },
    close: () => link.close({ deadlineMs: 0 }),
  }
}
