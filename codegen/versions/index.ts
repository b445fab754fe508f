/** Comparing two versions of a protocol, and remembering the versions that were released. */

export { findChanges, type Change, type DeclaredVersion } from './changes.ts'
export { compareVersions, VERDICTS, type Comparison, type Verdict } from './compare.ts'
export { findParting, type Parting, type PartingKind, type TraceStep } from './crossing.ts'
export { findMisfit, type Payload } from './fit.ts'
export type { Misfit } from './misfit.ts'
export { drawParting, partingLine } from './parting-text.ts'
export {
  fingerprintOfVersion,
  versionOf,
  type ProtocolVersion,
  type VersionMove,
  type VersionState,
} from './version.ts'
export { acceptedVersions } from './accepted.ts'
export {
  formatHistory,
  historyPathOf,
  isHistoryText,
  readHistory,
  withVersion,
  type History,
  type HistoryReading,
} from './history.ts'
