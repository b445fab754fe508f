/** What has become of each protocol between two states of a program's declarations. */

import { compareVersions, type Comparison } from './compare.ts'
import type { ProtocolVersion } from './version.ts'

/** A protocol as one of the two states declares it. */
export interface DeclaredVersion {
  readonly version: ProtocolVersion
  readonly exportName: string
  /** As in `SourceSpan`. */
  readonly file: string
}

export type Change =
  | {
      readonly kind: 'compared'
      readonly older: DeclaredVersion
      readonly newer: DeclaredVersion
      readonly comparison: Comparison
    }
  /** Under another name on the wire: the ends of the two never find each other. */
  | { readonly kind: 'renamed'; readonly older: DeclaredVersion; readonly newer: DeclaredVersion }
  | { readonly kind: 'added'; readonly newer: DeclaredVersion }
  | { readonly kind: 'removed'; readonly older: DeclaredVersion }

/**
 * Protocols are the same by their name on the wire, wherever they are declared. One that has lost its name and one that is new
 * are the same where they have one fingerprint or one export.
 */
export function findChanges(older: readonly DeclaredVersion[], newer: readonly DeclaredVersion[]): Change[] {
  const left = [...newer]
  const take = (isIt: (candidate: DeclaredVersion) => boolean): DeclaredVersion | undefined => {
    const at = left.findIndex(isIt)
    return at < 0 ? undefined : left.splice(at, 1)[0]
  }
  const changes: Change[] = []
  const gone: DeclaredVersion[] = []
  // Two programs of one repository may have a protocol of one name each: those of one file belong together.
  const inOrder = [...older].sort((one, other) => Number(hasTwin(other, newer)) - Number(hasTwin(one, newer)))
  for (const before of inOrder) {
    const after = take((other) => isTwin(before, other)) ?? take(({ version }) => version.name === before.version.name)
    if (after === undefined) gone.push(before)
    else
      changes.push({
        kind: 'compared',
        older: before,
        newer: after,
        comparison: compareVersions(before.version, after.version),
      })
  }
  for (const before of gone) {
    const after =
      take(({ version }) => version.fingerprint === before.version.fingerprint) ??
      take(({ exportName }) => exportName === before.exportName)
    if (after === undefined) changes.push({ kind: 'removed', older: before })
    else changes.push({ kind: 'renamed', older: before, newer: after })
  }
  changes.push(...left.map((after): Change => ({ kind: 'added', newer: after })))
  return changes.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
}

function hasTwin(before: DeclaredVersion, newer: readonly DeclaredVersion[]): boolean {
  return newer.some((after) => isTwin(before, after))
}

function isTwin(before: DeclaredVersion, after: DeclaredVersion): boolean {
  return before.version.name === after.version.name && before.file === after.file
}

/** By what changes are sorted: the name, the newer one where there are two. */
function nameOf(change: Change): string {
  const { version, file } = change.kind === 'removed' ? change.older : change.newer
  return `${version.name} ${file}`
}
