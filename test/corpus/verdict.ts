/** What the corpus reader says of a file, and the list of its reasons. */

import type { Machine } from '../../src/ir/machine.ts'

/** A place in a corpus file. Lines and columns count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Why a protocol is refused. `docs/corpus.md` explains each; a test keeps the two lists together. */
export const REJECTIONS = [
  'ambiguous-label',
  'arguments',
  'deadlock',
  'duplicate-name',
  'empty-branch',
  'full-duplex',
  'no-message',
  'not-tail',
  'orphan',
  'self-message',
  'unbound-name',
  'unguarded',
  'unreachable',
  'unspecified-reception',
  'wrong-sender',
] as const

/** Why nothing is said about a file. */
export const OUTSIDE = [
  'annotation',
  'call',
  'connection',
  'delegation',
  'import',
  'multicast',
  'no-protocol',
  'pragma',
  'refinement',
  'roles',
  'syntax',
  'too-large',
] as const

export type Rejection = (typeof REJECTIONS)[number]
export type Outside = (typeof OUTSIDE)[number]

export type Verdict =
  | { readonly verdict: 'ok'; readonly machines: readonly Machine[] }
  | { readonly verdict: 'rejected'; readonly code: Rejection; readonly at: Position; readonly reason: string }
  | { readonly verdict: 'unsupported'; readonly code: Outside; readonly at: Position; readonly reason: string }

export const START: Position = { line: 1, column: 1 }

/** Thrown inside the readers, and turned into a verdict at their door. */
export class Finding extends Error {
  readonly found: Exclude<Verdict, { verdict: 'ok' }>

  constructor(found: Exclude<Verdict, { verdict: 'ok' }>) {
    super(found.reason)
    this.found = found
  }
}

export function rejected(code: Rejection, at: Position, reason: string): Finding {
  return new Finding({ verdict: 'rejected', code, at, reason })
}

export function unsupported(code: Outside, at: Position, reason: string): Finding {
  return new Finding({ verdict: 'unsupported', code, at, reason })
}

/** The bounds of the readers. Beyond them a file is `too-large`, which is no verdict on it. */
export const BOUNDS = {
  /** UTF-16 units of a file. */
  text: 1_000_000,
  /** Blocks in blocks, calls in calls. */
  depth: 200,
  /** Places between messages, calls written out. */
  places: 50_000,
} as const
