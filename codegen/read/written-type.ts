/** Parts of a type as it was written, for nothing but the order of unions in them: a wrong guess is harmless. */

import { ts } from 'ts-morph'

/** `T` of `T[]`, `readonly T[]` and `Array<T>`; the type argument of that number of `Map<K, V>`, `List<T, ...>` and so on. */
export function argumentHint(written: ts.TypeNode | undefined, index: number): ts.TypeNode | undefined {
  const node = unwrap(written)
  if (node === undefined) return undefined
  if (ts.isArrayTypeNode(node)) return index === 0 ? node.elementType : undefined
  return ts.isTypeReferenceNode(node) ? node.typeArguments?.[index] : undefined
}

/** The element of that number of a tuple type. */
export function elementHint(written: ts.TypeNode | undefined, index: number): ts.TypeNode | undefined {
  const node = unwrap(written)
  const element = node !== undefined && ts.isTupleTypeNode(node) ? node.elements[index] : undefined
  if (element === undefined) return undefined
  if (ts.isNamedTupleMember(element) || ts.isOptionalTypeNode(element)) return element.type
  return ts.isRestTypeNode(element) ? argumentHint(element.type, 0) : element
}

function unwrap(written: ts.TypeNode | undefined): ts.TypeNode | undefined {
  let node = written
  while (node !== undefined) {
    if (ts.isParenthesizedTypeNode(node)) node = node.type
    else if (ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.ReadonlyKeyword) node = node.type
    else return node
  }
  return node
}
