/** Files that may not be there, or be something else; and what the errors of the file system mean. */

import { readFileSync, statSync } from 'node:fs'

/** Nothing is at the path. */
export function isMissingFile(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** The system's name for it, `EACCES`, which says all and names no path. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

/**
 * The text of a file. Whatever else stands there is refused as a folder is: reading from a pipe would wait for a writer.
 *
 * @throws the error of the system.
 */
export function readPlainFile(path: string): string {
  if (!statSync(path).isFile()) throw Object.assign(new Error('not a file'), { code: 'EISDIR' })
  return readFileSync(path, 'utf8')
}
