/** The corpus that others wrote, with what is known of each file. It lies where the other outside data lies. */

import { readFileSync } from 'node:fs'
import path from 'node:path'

export const CORPUS: string = path.join(process.env['COXSWAIN_DATA'] ?? '', 'corpus')
/** So many files stand in the manifest; a run without them says how many it leaves out. */
export const CORPUS_FILES = 36

export interface Entry {
  readonly file: string
  readonly roles: number
  readonly expected: string
}

export function readManifest(): readonly Entry[] {
  const [head, ...rows] = readFileSync(path.join(CORPUS, 'MANIFEST.tsv'), 'utf8').trimEnd().split('\n')
  const columns = head!.split('\t')
  return rows.map((row) => {
    const cells = row.split('\t')
    const cell = (name: string): string => cells[columns.indexOf(name)]!
    return { file: cell('file'), roles: Number(cell('roles')), expected: cell('expected') }
  })
}

export function readCorpusFile(file: string): string {
  return readFileSync(path.join(CORPUS, file), 'utf8')
}
