/** Names for the types of a generated file: the declared ones, and for instantiated generics one that says with what. */

import { ts } from 'ts-morph'
import type { ReadContext } from './read-context.ts'

/** A type that is written out once, under its name. */
export interface NamedType {
  readonly name: string
  readonly declaration: ts.Declaration
}

/** `PageOfListOfItem...`: deeper arguments, and what would make the name longer, are left out; a number tells such names apart. */
const ARGUMENT_DEPTH_MAX = 4
const NAME_MAX_LENGTH = 64

/** The user's name of a type, or undefined where the type stands inline: it is anonymous, or its name is of a library. */
export function nameOfType(context: ReadContext, type: ts.Type): NamedType | undefined {
  const symbol = declaringSymbol(type)
  const declaration = symbol?.declarations?.[0]
  if (symbol === undefined || declaration === undefined) return undefined
  if (context.project.isLibrary(declaration) || context.project.isSteer(declaration)) return undefined
  return { name: spellType(context, type, 0), declaration }
}

/** Takes the name, or where it is taken the first free one with a number from 2: by the order of first use. */
export function claimName(taken: Set<string>, name: string): string {
  let claimed = name
  for (let number = 2; taken.has(claimed); number += 1) claimed = `${name}${number}`
  taken.add(claimed)
  return claimed
}

function declaringSymbol(type: ts.Type): ts.Symbol | undefined {
  if (type.aliasSymbol !== undefined) return type.aliasSymbol
  const symbol = type.symbol as ts.Symbol | undefined
  if (symbol === undefined) return undefined
  const isEnum = type.isUnion() && (symbol.flags & ts.SymbolFlags.Enum) !== 0
  return isEnum || symbol.flags & ts.SymbolFlags.Interface ? symbol : undefined
}

function spellType(context: ReadContext, type: ts.Type, depth: number): string {
  if (depth > ARGUMENT_DEPTH_MAX) return 'More'
  const spell = (part: ts.Type): string => spellType(context, part, depth + 1)
  const symbol = declaringSymbol(type)
  if (symbol !== undefined) {
    const spelled = typeArgumentsOf(context, type).map(spell).join('And')
    return (spelled === '' ? declaredName(symbol) : `${declaredName(symbol)}Of${spelled}`).slice(0, NAME_MAX_LENGTH)
  }
  if (type.isStringLiteral() || type.isNumberLiteral()) return toPascalCase(String(type.value)) || 'Literal'
  if (type.flags & (ts.TypeFlags.Boolean | ts.TypeFlags.BooleanLiteral)) return 'Boolean'
  if (type.flags & (ts.TypeFlags.String | ts.TypeFlags.Number | ts.TypeFlags.BigInt | ts.TypeFlags.Null)) {
    return toPascalCase(context.checker.typeToString(type))
  }
  // The compiler orders the members of a union by when it met them, which other files in the same run can change.
  if (type.isUnion()) return type.types.map(spell).sort().join('Or')
  return 'Object'
}

/** The arguments with which a generic alias or interface was instantiated, without the hidden one for `this`. */
function typeArgumentsOf(context: ReadContext, type: ts.Type): readonly ts.Type[] {
  if (type.aliasSymbol !== undefined) return type.aliasTypeArguments ?? []
  if (!(type.flags & ts.TypeFlags.Object) || !((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference))
    return []
  const reference = type as ts.TypeReference
  return context.checker.getTypeArguments(reference).slice(0, reference.target.typeParameters?.length ?? 0)
}

/** `export default interface Status` is called `default` in the tables of the compiler. */
function declaredName(symbol: ts.Symbol): string {
  const name = symbol.declarations?.map((declaration) => ts.getNameOfDeclaration(declaration)?.getText())[0]
  return name ?? (symbol.name === 'default' ? 'Default' : symbol.name)
}

function toPascalCase(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
}
