/** Files that a program writes from the sources, and that are checked in. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT: string = fileURLToPath(new URL('..', import.meta.url))

export interface WrittenFile {
  /** Its path from the root. */
  readonly file: string
  readonly text: string
}

/**
 * Writes the files that differ from what they should be, and names them. With `--check` it writes none, says which `command`
 * would, and fails on one.
 */
export function writeStale(files: readonly WrittenFile[], command: string): void {
  const check = process.argv.includes('--check')
  const stale = files.filter(({ file, text }) => readText(ROOT + file) !== text)
  for (const { file, text } of stale) {
    if (!check) {
      mkdirSync(dirname(ROOT + file), { recursive: true })
      writeFileSync(ROOT + file, text)
    }
    console.log(check ? `${file} is stale; ${command} writes it` : `${file} written`)
  }
  if (check && stale.length > 0) process.exitCode = 1
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
