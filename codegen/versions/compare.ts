/** The verdict on two versions of one protocol. */

import { findParting, type Parting } from './crossing.ts'
import type { ProtocolVersion } from './version.ts'

/** From harmless to harmful. */
export const VERDICTS = [
  'identical',
  'compatible, any order',
  'deploy peers first',
  'deploy masters first',
  'breaking',
] as const

export type Verdict = (typeof VERDICTS)[number]

export interface Comparison {
  readonly verdict: Verdict
  /** Where a new master and an old peer part; absent where they fit. */
  readonly newMasterOldPeer?: Parting
  /** Where an old master and a new peer part. */
  readonly oldMasterNewPeer?: Parting
}

/**
 * Takes the versions crosswise: while a new one is rolled out, new masters meet old peers, old masters new peers, or both. The
 * name on the wire is not looked at.
 */
export function compareVersions(older: ProtocolVersion, newer: ProtocolVersion): Comparison {
  if (older.fingerprint === newer.fingerprint) return { verdict: 'identical' }
  const newMasterOldPeer = findParting(newer, older)
  const oldMasterNewPeer = findParting(older, newer)
  return {
    verdict: verdictOf(newMasterOldPeer === undefined, oldMasterNewPeer === undefined),
    ...(newMasterOldPeer === undefined ? {} : { newMasterOldPeer }),
    ...(oldMasterNewPeer === undefined ? {} : { oldMasterNewPeer }),
  }
}

function verdictOf(newMasterFits: boolean, newPeerFits: boolean): Verdict {
  if (newMasterFits && newPeerFits) return 'compatible, any order'
  // Whoever may meet the old other side goes first.
  if (newPeerFits) return 'deploy peers first'
  return newMasterFits ? 'deploy masters first' : 'breaking'
}
