/** Test vectors that others wrote. They lie outside the repository, in the folder that `COXSWAIN_DATA` names. */

import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

const FOLDER = process.env['COXSWAIN_DATA']
const HAS_DATA = FOLDER !== undefined && existsSync(path.join(FOLDER, 'vectors'))

/**
 * True where the vectors are there. Otherwise the tests that need them are skipped, with a line that says how many cases that
 * leaves out; on a build machine (`CI`) a missing folder is an error instead.
 */
export function hasVectors(suite: string, cases: number): boolean {
  if (HAS_DATA) return true
  if (process.env['CI'] !== undefined && process.env['CI'] !== '') {
    throw new Error(`${suite}: COXSWAIN_DATA must name the folder with the vectors`)
  }
  console.warn(`${suite}: ${cases} cases skipped, COXSWAIN_DATA does not name a folder with vectors`)
  return false
}

/** A file below `vectors`. */
export function readVectors(file: string): Buffer {
  if (FOLDER === undefined) throw new Error('COXSWAIN_DATA is not set')
  return readFileSync(path.join(FOLDER, 'vectors', file))
}
