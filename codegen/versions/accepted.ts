/** From the history of a protocol to what its generated file says of each earlier version. */

import type { AcceptedVersion } from '../../src/ir/accepted-version.ts'
import { compareVersions } from './compare.ts'
import { partingLine } from './parting-text.ts'
import type { ProtocolVersion } from './version.ts'

/** The earlier versions that differ from the present one, in the order in which they were released. */
export function acceptedVersions(present: ProtocolVersion, history: readonly ProtocolVersion[]): AcceptedVersion[] {
  const earlier = history.filter(({ fingerprint }) => fingerprint !== present.fingerprint)
  return earlier.map((version) => {
    const { newMasterOldPeer, oldMasterNewPeer } = compareVersions(version, present)
    const partings = {
      ...(newMasterOldPeer === undefined ? {} : { master: partingLine(newMasterOldPeer) }),
      ...(oldMasterNewPeer === undefined ? {} : { peer: partingLine(oldMasterNewPeer) }),
    }
    return { fingerprint: version.fingerprint, labels: version.labels, partings }
  })
}
