import { describe, expect, test } from 'vitest'

import { hasVectors } from '../data.ts'
import { Explorer, isSafe } from '../explorer/explore.ts'
import { CORPUS_FILES, readCorpusFile, readManifest } from './corpus-data.ts'
import { judge } from './judge.ts'
import { automataOf } from './machine-automata.ts'
import type { Verdict } from './verdict.ts'

/** Everything ours is stricter in, by file. docs/corpus.md says why. */
const STRICTER: ReadonlySet<string> = new Set()

/** What a word of the manifest asks for. */
function agrees(expected: string, roles: number, found: Verdict): boolean {
  if (roles > 2) return found.verdict === 'unsupported'
  if (expected === 'good') return found.verdict === 'ok'
  if (expected === 'full-duplex(ours)') return found.verdict === 'rejected' && found.code === 'full-duplex'
  return found.verdict === 'rejected' && found.code !== 'full-duplex'
}

describe.runIf(hasVectors('corpus', CORPUS_FILES))('the corpus', () => {
  test('gets the verdicts of its manifest, but for the list of those in which ours is stricter', () => {
    const manifest = readManifest()
    const wrong = manifest.filter(
      ({ file, roles, expected }) => !agrees(expected, roles, judge(readCorpusFile(file), file)),
    )
    expect(wrong.map(({ file }) => file).sort()).toEqual([...STRICTER].sort())
    expect(manifest).toHaveLength(CORPUS_FILES)
    expect(new Set(manifest.map(({ expected }) => expected))).toEqual(
      new Set(['good', 'bad', 'bad(ours)', 'full-duplex(ours)']),
    )
  })

  test('is safe at each capacity where it is accepted, by the explorer', () => {
    const explorer = new Explorer()
    let machines = 0
    for (const { file } of readManifest()) {
      const found = judge(readCorpusFile(file), file)
      if (found.verdict !== 'ok') continue
      for (const machine of found.machines) {
        machines++
        for (const capacity of [1, 2, 3, 4]) {
          expect(isSafe(explorer.explore(...automataOf(machine), capacity)), `${file} at ${capacity}`).toBe(true)
        }
      }
    }
    expect(machines).toBeGreaterThanOrEqual(11)
  })
})
