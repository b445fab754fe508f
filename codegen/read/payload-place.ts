/** Where in a payload the reader stands, for the path in a complaint and for the order in which a union was written. */

import type { ts } from 'ts-morph'

export interface PayloadPlace {
  /** The label, then the members: `order.items[].price`. */
  readonly path: string
  /** The type argument in the declaration: where a complaint points. */
  readonly node: ts.TypeNode
  /** The member or type in which the complaint arises, where it stands elsewhere: the related place. */
  readonly declaration?: ts.Declaration | undefined
  /** How the type was written, as far as it is known. Only the order of unions is taken from it. */
  readonly written?: ts.TypeNode | undefined
  /** Anonymous types around, since the last named one. */
  readonly depth: number
  /** The anonymous types around: entering one again would never end. */
  readonly around: readonly ts.Type[]
}

/** The place of a part: `[]` of an array, `.name` of a member. */
export function placeIn(
  place: PayloadPlace,
  suffix: string,
  written?: ts.TypeNode,
  declaration: ts.Declaration | undefined = place.declaration,
): PayloadPlace {
  return { ...place, path: `${place.path}${suffix}`, written, declaration, depth: place.depth + 1 }
}

/** `.name`, or `["na-me"]` where the name is no identifier. */
export function memberSuffix(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
}
