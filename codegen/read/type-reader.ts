/** What the parts of the payload reader need of each other: a type is made of types, so they call each other in a circle. */

import type { ts } from 'ts-morph'
import type { Shape } from '../../src/ir/shape.ts'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { PayloadPlace } from './payload-place.ts'
import type { ReadContext } from './read-context.ts'

export interface TypeReader {
  readonly context: ReadContext
  /** The shape of a type, or undefined where it was refused; that is reported. */
  readType(type: ts.Type, place: PayloadPlace): Shape | undefined
  /** Reports a type that cannot be carried. Gives back undefined, as `readType` does then. */
  refuse(code: DiagnosticCode, place: PayloadPlace, message: string, hint?: string): Shape | undefined
  /** Asks for the check that the members of a union are told apart, once all they refer to is read. */
  checkLater(members: readonly Shape[], place: PayloadPlace): void
}
