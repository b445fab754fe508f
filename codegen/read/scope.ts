/** Where the reader stands: inside which loops, included protocols and branches. Never changed, only extended. */

import type { ts } from 'ts-morph'
import { otherRole, type Role } from '../../src/ir/source.ts'

export interface Scope {
  /** Inside an odd number of flips: the words mean the other side. */
  readonly flipped: boolean
  /** The loops around, innermost last. */
  readonly loops: readonly LoopScope[]
  /** The protocols being put in place, outermost first: a protocol among them must not be included again. */
  readonly protocols: readonly ts.VariableDeclaration[]
  /** Choices, loops and included protocols around. */
  readonly depth: number
}

/** One loop: the parameters of its body, as far as they are declared, and its number. */
export interface LoopScope {
  readonly again: ts.Symbol | undefined
  readonly leave: ts.Symbol | undefined
  readonly loop: number
}

/** Which side a word of the master's means here. */
export function roleIn(scope: Scope, role: Role): Role {
  return scope.flipped ? otherRole(role) : role
}
