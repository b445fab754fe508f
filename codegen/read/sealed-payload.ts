/**
 * `Sealed<T>`: the payload as a whole, and nothing deeper. Found in what was written, since the type of it leaves out the `null`
 * of `T` and is nothing at all for some `T`: what was to be sealed must never cross in the open. Wherever else the brand turns
 * up in a type, that is refused.
 */

import { ts } from 'ts-morph'
import type { Shape } from '../../src/ir/shape.ts'
import type { PayloadPlace } from './payload-place.ts'
import type { ReadContext } from './read-context.ts'
import { findRefinement } from './refinement.ts'
import type { TypeReader } from './type-reader.ts'

/** Names for a sealed type that stand for each other; TypeScript itself refuses a circle of them. */
const ALIASES_MAX = 16

/** `T` of a type argument that is `Sealed<T>`, or a name for that. */
export function findSealed(context: ReadContext, argument: ts.TypeNode): ts.TypeNode | undefined {
  let node = argument
  for (let aliases = 0; aliases <= ALIASES_MAX; aliases++) {
    while (ts.isParenthesizedTypeNode(node)) node = node.type
    if (!ts.isTypeReferenceNode(node)) return undefined
    const declaration = context.resolve(lastName(node.typeName))?.declarations?.[0]
    if (declaration === undefined || !ts.isTypeAliasDeclaration(declaration)) return undefined
    if (context.project.isSteer(declaration)) {
      return declaration.name.text === 'Sealed' ? node.typeArguments?.[0] : undefined
    }
    // What a generic name stands for cannot be read off its declaration.
    if (declaration.typeParameters !== undefined) return undefined
    node = declaration.type
  }
  return undefined
}

/** True where the type, or a member of the union that it is, is sealed. */
export function isSealed(context: ReadContext, type: ts.Type): boolean {
  if (type.isUnion()) return type.types.some((part) => isSealed(context, part))
  return type.isIntersection() && findRefinement(context, type)?.brands.some(({ name }) => name === 'sealed') === true
}

/** Reports what is sealed where it is not the payload as a whole. */
export function refuseSealed(reader: TypeReader, place: PayloadPlace): Shape | undefined {
  return reader.refuse('STEER3019', place, 'only a payload as a whole can be `Sealed`')
}

function lastName(name: ts.EntityName): ts.Identifier {
  return ts.isQualifiedName(name) ? name.right : name
}
