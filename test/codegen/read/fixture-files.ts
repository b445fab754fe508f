/** The declarations that the tests of the reader read, and their lines for code frames. */

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const FIXTURES: string = fileURLToPath(new URL('fixtures', import.meta.url))

/** Names of the declaration files in a folder of fixtures, relative to `FIXTURES`. */
export function fixtureFiles(folder: 'right' | 'wrong'): string[] {
  return readdirSync(`${FIXTURES}/${folder}`)
    .filter((name) => name.endsWith('.steer.ts'))
    .map((name) => `${folder}/${name}`)
    .sort()
}

export function readFixtureLine(file: string, line: number): string | undefined {
  return readFileSync(`${FIXTURES}/${file}`, 'utf8').split(/\r?\n/)[line - 1]
}
