/**
 * The order of the members of a union. The compiler keeps them in the order in which it met their types, which other files of
 * the same run can change; generated files may not depend on that. So they are put in the order of the declaration where it is
 * known, and otherwise in one that depends on nothing but the members.
 */

import { ts } from 'ts-morph'
import type { ReadContext } from './read-context.ts'
import { relativePath } from './source-span.ts'

/** Aliases of aliases, followed to find the order that was written. */
const ALIASES_MAX = 20

/** The parts, first those found in the type as it was written, then the others by value, declaration or text. */
export function orderParts(
  context: ReadContext,
  parts: readonly ts.Type[],
  written: ts.TypeNode | undefined,
): ts.Type[] {
  const positions: Positions = new Map()
  if (written !== undefined) collect(context, written, positions, 0)
  const positionOf = (part: ts.Type): number =>
    positions.get(part) ?? positions.get(nameSymbol(part)) ?? Number.POSITIVE_INFINITY
  return parts
    .map((part) => ({ part, position: positionOf(part), key: keyOf(context, part) }))
    .sort((left, right) => compareNumbers(left.position, right.position) || compareKeys(left.key, right.key))
    .map(({ part }) => part)
}

/** Where types, and the names of types, were written. */
type Positions = Map<ts.Type | ts.Symbol | undefined, number>

function collect(context: ReadContext, node: ts.TypeNode, positions: Positions, aliases: number): void {
  if (ts.isParenthesizedTypeNode(node)) {
    collect(context, node.type, positions, aliases)
    return
  }
  if (ts.isUnionTypeNode(node)) {
    for (const part of node.types) collect(context, part, positions, aliases)
    return
  }
  const type = context.checker.getTypeFromTypeNode(node)
  const declaration = ts.isTypeReferenceNode(node) ? context.resolve(node.typeName)?.declarations?.[0] : undefined
  if (type.isUnion() && declaration !== undefined && ts.isTypeAliasDeclaration(declaration) && aliases < ALIASES_MAX) {
    collect(context, declaration.type, positions, aliases + 1)
  } else if (type.isUnion() && type.flags & (ts.TypeFlags.Boolean | ts.TypeFlags.EnumLike)) {
    for (const part of orderParts(context, type.types, undefined)) positions.set(part, positions.size)
  } else if (!type.isUnion() && !positions.has(type)) {
    positions.set(type, positions.size)
    // `Page<T>` was written where `Page<Item>` is meant: the name is the same.
    const symbol = nameSymbol(type)
    if (symbol !== undefined && !positions.has(symbol)) positions.set(symbol, positions.size)
  }
}

function nameSymbol(type: ts.Type): ts.Symbol | undefined {
  return type.aliasSymbol ?? type.symbol
}

type Key = readonly [rank: number, file: string, position: number, text: string]

function keyOf(context: ReadContext, type: ts.Type): Key {
  const text = context.checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation)
  if (type.flags & ts.TypeFlags.EnumLiteral) return [0, ...declarationKey(context, type.symbol), '']
  if (type.isNumberLiteral()) return [1, '', type.value, '']
  if (type.flags & ts.TypeFlags.Literal) return [2, '', 0, text]
  if (type.flags & ts.TypeFlags.Null) return [5, '', 0, '']
  const symbol = nameSymbol(type)
  if (symbol?.declarations === undefined) return [3, '', 0, text]
  return [4, ...declarationKey(context, symbol), text]
}

function declarationKey(context: ReadContext, symbol: ts.Symbol): readonly [file: string, position: number] {
  const declaration = symbol.declarations?.[0]
  if (declaration === undefined) return ['', 0]
  // Where a package is installed says nothing about its types.
  if (context.project.isLibrary(declaration) || context.project.isSteer(declaration)) return ['', declaration.pos]
  return [relativePath(context.root, declaration.getSourceFile().fileName), declaration.pos]
}

function compareKeys(left: Key, right: Key): number {
  return (
    left[0] - right[0] ||
    compareText(left[1], right[1]) ||
    compareNumbers(left[2], right[2]) ||
    compareText(left[3], right[3])
  )
}

// Two infinities are equal here, and their difference would not be a number.
function compareNumbers(left: number, right: number): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
