/** Object types: arrays, tuples, the built-in objects that are carried, records, and plain objects with members. */

import { ts } from 'ts-morph'
import type { Member, Shape } from '../../src/ir/shape.ts'
import { docOf } from './doc-comment.ts'
import { memberSuffix, placeIn, type PayloadPlace } from './payload-place.ts'
import { relativePath } from './source-span.ts'
import type { TypeReader } from './type-reader.ts'
import { readPresent, withoutUndefined } from './union-shape.ts'
import { argumentHint, elementHint } from './written-type.ts'

/** Reads an object type, or an intersection of plain ones. */
export function readObject(reader: TypeReader, type: ts.Type, place: PayloadPlace): Shape | undefined {
  const { checker } = reader.context
  if (checker.isArrayType(type)) return readArray(reader, type as ts.TypeReference, place)
  if (checker.isTupleType(type)) return readTuple(reader, type as ts.TupleTypeReference, place)
  const builtIn = builtInName(reader, type)
  if (builtIn !== undefined) return readBuiltIn(reader, builtIn, type as ts.TypeReference, place)
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) {
    return reader.refuse('STEER3001', place, 'a function cannot be carried')
  }
  if (isClass(type)) {
    return reader.refuse('STEER3003', place, `\`${checker.typeToString(type)}\` is a class`)
  }
  const properties = checker.getPropertiesOfType(type)
  if (properties.some((property) => isInherited(reader, property))) {
    return reader.refuse('STEER3010', place, 'it inherits the members of a built-in object')
  }
  const indexes = checker.getIndexInfosOfType(type)
  if (indexes.length > 0) return readRecord(reader, properties, indexes, place)
  if (properties.length === 0)
    return reader.refuse('STEER3002', place, `\`${checker.typeToString(type)}\` has no members`)
  return readMembers(reader, orderMembers(reader, type, properties), place)
}

function readArray(reader: TypeReader, type: ts.TypeReference, place: PayloadPlace): Shape | undefined {
  const [argument] = reader.context.checker.getTypeArguments(type)
  if (argument === undefined) return undefined
  const element = reader.readType(argument, placeIn(place, '[]', argumentHint(place.written, 0)))
  if (element === undefined) return undefined
  return { kind: 'array', element, ...asReadonly(type.symbol.name === 'ReadonlyArray') }
}

function readTuple(reader: TypeReader, type: ts.TupleTypeReference, place: PayloadPlace): Shape | undefined {
  const { elementFlags } = type.target
  const types = reader.context.checker.getTypeArguments(type)
  const restAt = elementFlags.findIndex((flag) => flag & (ts.ElementFlags.Rest | ts.ElementFlags.Variadic))
  if (restAt !== -1 && restAt < elementFlags.length - 1) {
    return reader.refuse('STEER3018', place, 'the rest of a tuple must be its last element')
  }
  const shapes = types.map((element, index) => {
    const at = placeIn(place, index === restAt ? '[]' : `[${index}]`, elementHint(place.written, index))
    const isOptional = ((elementFlags[index] ?? 0) & ts.ElementFlags.Optional) !== 0
    return isOptional ? readOptional(reader, element, at) : reader.readType(element, at)
  })
  const exact = types.flatMap((element, index) => (isExact(reader, element, elementFlags[index]) ? [index] : []))
  const known = shapes.filter((shape) => shape !== undefined)
  if (known.length < shapes.length) return undefined
  const rest = restAt === -1 ? undefined : known[restAt]
  const required = elementFlags.filter((flag) => flag & ts.ElementFlags.Required).length
  const elements = restAt === -1 ? known : known.slice(0, restAt)
  return {
    kind: 'tuple',
    elements,
    required,
    ...(rest === undefined ? {} : { rest }),
    ...(exact.length === 0 ? {} : { exact }),
    ...asReadonly(type.target.readonly),
  }
}

function readOptional(reader: TypeReader, type: ts.Type, place: PayloadPlace): Shape | undefined {
  const { parts } = withoutUndefined(reader, type)
  return parts.length === 0 ? reader.readType(type, place) : readPresent(reader, parts, place)
}

/** An optional element that was written without `undefined`. */
function isExact(reader: TypeReader, type: ts.Type, flags = ts.ElementFlags.Required): boolean {
  return (flags & ts.ElementFlags.Optional) !== 0 && !withoutUndefined(reader, type).hasUndefined
}

function asReadonly(isReadonly: boolean): { readonly readonly?: true } {
  return isReadonly ? { readonly: true } : {}
}

function readBuiltIn(reader: TypeReader, name: string, type: ts.TypeReference, place: PayloadPlace): Shape | undefined {
  if (name === 'Date') return { kind: 'date' }
  const [first, second] = reader.context.checker.getTypeArguments(type)
  if (name === 'Uint8Array') return { kind: 'bytes', ...(isOwnBuffer(first) ? { buffer: 'ArrayBuffer' } : {}) }
  if ((name === 'Set' || name === 'ReadonlySet') && first !== undefined) {
    const element = reader.readType(first, placeIn(place, '[]', argumentHint(place.written, 0)))
    return element === undefined ? undefined : { kind: 'set', element, ...asReadonly(name === 'ReadonlySet') }
  }
  if ((name === 'Map' || name === 'ReadonlyMap') && first !== undefined && second !== undefined) {
    const key = reader.readType(first, placeIn(place, '[key]', argumentHint(place.written, 0)))
    const value = reader.readType(second, placeIn(place, '[]', argumentHint(place.written, 1)))
    if (key === undefined || value === undefined) return undefined
    return { kind: 'map', key, value, ...asReadonly(name === 'ReadonlyMap') }
  }
  const code = name === 'Function' ? 'STEER3001' : name === 'Object' ? 'STEER3002' : 'STEER3010'
  return reader.refuse(code, place, `\`${name}\` cannot be carried`)
}

/** `Uint8Array<ArrayBuffer>`. A plain `Uint8Array` is over `ArrayBufferLike`, a union, which all compilers write the same. */
function isOwnBuffer(buffer: ts.Type | undefined): boolean {
  return buffer?.getSymbol()?.name === 'ArrayBuffer'
}

/** The name of a type that TypeScript's library declares. Its helpers, such as `Partial`, declare no type of their own. */
function builtInName(reader: TypeReader, type: ts.Type): string | undefined {
  const symbol = type.symbol as ts.Symbol | undefined
  if (symbol === undefined || !(symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class))) return undefined
  const isBuiltIn = symbol.declarations?.some((declaration) => reader.context.project.isLibrary(declaration)) === true
  return isBuiltIn ? symbol.name : undefined
}

function isClass(type: ts.Type): boolean {
  if (type.isIntersection()) return type.types.some(isClass)
  const symbol = type.symbol as ts.Symbol | undefined
  return symbol !== undefined && (symbol.flags & ts.SymbolFlags.Class) !== 0
}

function readRecord(
  reader: TypeReader,
  properties: readonly ts.Symbol[],
  indexes: readonly ts.IndexInfo[],
  place: PayloadPlace,
): Shape | undefined {
  const [index] = indexes
  const odd = indexes.find(({ keyType }) => !(keyType.flags & ts.TypeFlags.String))
  if (odd !== undefined || index === undefined) {
    const key = odd === undefined ? '' : reader.context.checker.typeToString(odd.keyType)
    return reader.refuse('STEER3016', place, `the keys of an object are strings, not \`${key}\``)
  }
  const [property] = properties
  if (property !== undefined) {
    return reader.refuse('STEER3013', place, `\`${property.name}\` stands beside an index signature`)
  }
  const value = reader.readType(index.type, placeIn(place, '[]', argumentHint(place.written, 1), index.declaration))
  return value === undefined ? undefined : { kind: 'record', value, ...asReadonly(index.isReadonly) }
}

function readMembers(reader: TypeReader, properties: readonly ts.Symbol[], place: PayloadPlace): Shape | undefined {
  const members: Member[] = []
  let isRefused = false
  for (const property of properties) {
    const member = readMember(reader, property, place)
    if (member === 'refused') isRefused = true
    else if (member !== 'never there') members.push(member)
  }
  return isRefused ? undefined : { kind: 'object', members }
}

/** A member that can only be absent, `other?: never` or `other?: undefined`, says which keys may not be there: none but the declared. */
function readMember(reader: TypeReader, property: ts.Symbol, place: PayloadPlace): Member | 'refused' | 'never there' {
  const { checker } = reader.context
  const declaration = property.valueDeclaration ?? property.declarations?.[0]
  const written = declaration !== undefined && ts.isPropertySignature(declaration) ? declaration.type : undefined
  const name = ts.unescapeLeadingUnderscores(property.escapedName)
  const at = placeIn(place, memberSuffix(property.name), written, declaration)
  if (property.escapedName.toString().startsWith('__@')) {
    reader.refuse('STEER3008', { ...at, path: place.path }, 'a member named by a symbol cannot be carried')
    return 'refused'
  }
  if (name === '__proto__') {
    reader.refuse('STEER3008', at, 'a member cannot be named `__proto__`')
    return 'refused'
  }
  if (property.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor)) {
    reader.refuse(
      'STEER3001',
      at,
      property.flags & ts.SymbolFlags.Method ? 'a method cannot be carried' : 'an accessor cannot be carried',
    )
    return 'refused'
  }
  const { parts, isOptional, hasUndefined } = withoutUndefined(reader, checker.getTypeOfSymbol(property))
  const mayLackKey = (property.flags & ts.SymbolFlags.Optional) !== 0
  const optional = isOptional || mayLackKey
  if (optional && parts.every((part) => part.flags & ts.TypeFlags.Never)) return 'never there'
  const shape = readPresent(reader, parts, at)
  if (shape === undefined) return 'refused'
  const doc = declaration === undefined ? undefined : docOf(declaration)
  return {
    name,
    shape,
    optional,
    ...(optional && !(mayLackKey && hasUndefined) ? { absence: mayLackKey ? 'key' : 'value' } : {}),
    ...asReadonly(isReadonlyProperty(property)),
    ...(doc === undefined ? {} : { doc }),
  }
}

/** As the compiler has it: mapped types and intersections decide for themselves, in a flag that its API does not show. */
function isReadonlyProperty(property: ts.Symbol): boolean {
  const { links } = property as { readonly links?: { readonly checkFlags?: number } }
  if (((links?.checkFlags ?? 0) & READONLY_CHECK_FLAG) !== 0) return true
  const { valueDeclaration } = property
  return (
    valueDeclaration !== undefined && (ts.getCombinedModifierFlags(valueDeclaration) & ts.ModifierFlags.Readonly) !== 0
  )
}

const READONLY_CHECK_FLAG = 8

/** `interface Orders extends Array<Order>`: of the many members of the base, one complaint is enough. */
function isInherited(reader: TypeReader, property: ts.Symbol): boolean {
  const { declarations } = property
  return (
    declarations !== undefined &&
    declarations.length > 0 &&
    declarations.every((declaration) => reader.context.project.isLibrary(declaration))
  )
}

/**
 * Members in the order of their declaration. Those of a mapped type come in the order in which the compiler met their names,
 * which other files of the same run can change; so they are put in the order of the members they were made from, else by name.
 */
function orderMembers(reader: TypeReader, type: ts.Type, properties: readonly ts.Symbol[]): readonly ts.Symbol[] {
  if (!isMapped(type)) return properties
  const keyed = properties.map((property) => {
    const declaration = property.declarations?.[0]
    const file =
      declaration === undefined ? '' : relativePath(reader.context.root, declaration.getSourceFile().fileName)
    return { property, file, position: declaration?.pos ?? 0 }
  })
  keyed.sort(
    (left, right) =>
      compareText(left.file, right.file) ||
      left.position - right.position ||
      compareText(left.property.name, right.property.name),
  )
  return keyed.map(({ property }) => property)
}

function isMapped(type: ts.Type): boolean {
  if (type.isIntersection()) return type.types.some(isMapped)
  return ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Mapped) !== 0
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
