/** Where something stands in a declaration, so that every later stage can point at it. */

/** A span of source text. Lines and columns count from 1, columns in UTF-16 units, as tsc prints them. */
export interface SourceSpan {
  /** Path with forward slashes, relative to the folder the generator was started for; never absolute. */
  readonly file: string
  readonly line: number
  readonly column: number
  /** Length in UTF-16 units on that line; at least 1. */
  readonly length: number
}

/** The two ends of a conversation. A declaration is written from the master's side. */
export type Role = 'master' | 'peer'

/** The other end. */
export function otherRole(role: Role): Role {
  return role === 'master' ? 'peer' : 'master'
}
