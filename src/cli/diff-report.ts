/** How `coxswain diff` prints what it has found. */

import { styleText } from 'node:util'

import {
  drawParting,
  type Change,
  type DeclaredVersion,
  type Parting,
  type Verdict,
} from '../../codegen/versions/index.ts'
import { countOf } from './report.ts'
import type { Terminal } from './terminal.ts'

/** One protocol, judged. */
export interface JudgedChange {
  readonly change: Change
  /** Fit for the exit code that was asked for. */
  readonly isAllowed: boolean
}

/** What a change counts as; a protocol that has gone, or has another name, answers nobody who knew it. */
export function verdictOf(change: Change): Verdict | undefined {
  if (change.kind === 'compared') return change.comparison.verdict
  return change.kind === 'added' ? undefined : 'breaking'
}

/** Each protocol with its verdict and the shortest way to where the versions part; then the counts. */
export function printChanges(changes: readonly JudgedChange[], terminal: Terminal): void {
  for (const { change, isAllowed } of changes) {
    const paint = painter(terminal, colorOf(change, isAllowed))
    const { title, verdict, details } = describe(change)
    terminal.out(`${title}: ${paint(verdict)}`)
    for (const line of details) terminal.out(line === '' ? '' : `  ${line}`)
  }
  const counts = new Map<string, number>()
  for (const { change } of changes) {
    const what = change.kind === 'compared' ? change.comparison.verdict : change.kind
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  const parts = [...counts].map(([what, count]) => `${count} ${what}`)
  terminal.out([countOf(changes.length, 'protocol'), ...parts].join(', '))
}

interface Description {
  readonly title: string
  readonly verdict: string
  readonly details: readonly string[]
}

function describe(change: Change): Description {
  switch (change.kind) {
    case 'added':
      return { title: titleOf(change.newer), verdict: 'added', details: [] }
    case 'removed': {
      const details = ['Ends that are still out there find nobody who serves it.', '']
      return { title: titleOf(change.older), verdict: 'breaking, removed', details }
    }
    case 'renamed': {
      const { older, newer } = change
      const was = `On the wire it was "${older.version.name}": ends of the two versions never find each other.`
      const remedy = 'Serve both until nobody uses the old name.'
      return { title: titleOf(newer), verdict: 'breaking, renamed', details: [was, remedy, ''] }
    }
    case 'compared': {
      const { newer, comparison } = change
      const { newMasterOldPeer, oldMasterNewPeer } = comparison
      const details = [
        ...partingLines('A new master and an old peer part:', newMasterOldPeer),
        ...partingLines('An old master and a new peer part:', oldMasterNewPeer),
      ]
      return { title: titleOf(newer), verdict: comparison.verdict, details }
    }
  }
}

function titleOf({ version, file }: DeclaredVersion): string {
  return `${version.name} (${file})`
}

function partingLines(title: string, parting: Parting | undefined): string[] {
  return parting === undefined ? [] : [title, '', ...drawParting(parting).map((line) => `  ${line}`), '']
}

type Color = 'green' | 'yellow' | 'red'

function colorOf(change: Change, isAllowed: boolean): Color {
  if (isAllowed) return 'green'
  return verdictOf(change) === 'breaking' ? 'red' : 'yellow'
}

function painter({ outColor = false }: Terminal, color: Color): (text: string) => string {
  return outColor ? (text) => styleText(color, text, { validateStream: false }) : (text) => text
}

/** The same for programs. */
export function changeToJson({ change, isAllowed }: JudgedChange): object {
  const older = change.kind === 'added' ? undefined : change.older
  const newer = change.kind === 'removed' ? undefined : change.newer
  const { name } = (newer ?? older)!.version
  const verdict = verdictOf(change)
  return {
    name,
    change: change.kind,
    ...(verdict === undefined ? {} : { verdict }),
    allowed: isAllowed,
    ...(older === undefined ? {} : { old: declaredToJson(older) }),
    ...(newer === undefined ? {} : { new: declaredToJson(newer) }),
    ...(change.kind === 'compared' ? partingsToJson(change.comparison) : {}),
  }
}

function declaredToJson({ version, exportName, file }: DeclaredVersion): object {
  return { name: version.name, export: exportName, file, fingerprint: version.fingerprint }
}

function partingsToJson({
  newMasterOldPeer,
  oldMasterNewPeer,
}: {
  readonly newMasterOldPeer?: Parting
  readonly oldMasterNewPeer?: Parting
}): object {
  return {
    ...(newMasterOldPeer === undefined ? {} : { newMasterOldPeer }),
    ...(oldMasterNewPeer === undefined ? {} : { oldMasterNewPeer }),
  }
}
