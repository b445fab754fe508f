/** The TypeScript of a shape, as the user could have written it: refinements show the type that they refine. */

import type { Member, Shape, TypeDefinition } from '../../src/ir/shape.ts'

/** The inline type of `shape`: `{ service: string; load: number }`. References show the name of their definition. */
export function typeText(shape: Shape, types: readonly TypeDefinition[]): string {
  switch (shape.kind) {
    case 'boolean':
    case 'null':
    case 'number':
    case 'bigint':
    case 'string':
      return shape.kind
    case 'literal':
      return literalText(shape.value)
    case 'open':
      return 'unknown'
    case 'bytes':
      return shape.buffer === undefined
        ? builtIn('Uint8Array', types)
        : `${builtIn('Uint8Array', types)}<${builtIn(shape.buffer, types)}>`
    case 'date':
      return builtIn('Date', types)
    case 'map':
      return `${builtIn(shape.readonly === true ? 'ReadonlyMap' : 'Map', types)}<${typeText(shape.key, types)}, ${typeText(shape.value, types)}>`
    case 'set':
      return `${builtIn(shape.readonly === true ? 'ReadonlySet' : 'Set', types)}<${typeText(shape.element, types)}>`
    case 'reference':
      return definitionOf(shape.type, types).name
    default:
      return compositeText(shape, types)
  }
}

type Composite = Extract<Shape, { readonly kind: 'array' | 'tuple' | 'object' | 'record' | 'union' }>

function compositeText(shape: Composite, types: readonly TypeDefinition[]): string {
  switch (shape.kind) {
    case 'array':
      return readonlyText(shape) + elementText(shape.element, types)
    case 'tuple':
      return readonlyText(shape) + tupleText(shape, types)
    case 'object':
      if (shape.members.length === 0) return `{ [key: string]: never }`
      return `{ ${shape.members.map((member) => memberText(member, types)).join('; ')} }`
    case 'record':
      // Not `Record<string, T>`: a type alias may refer to itself inside an index signature only.
      return `{ ${readonlyText(shape)}[key: string]: ${typeText(shape.value, types)} }`
    case 'union':
      return shape.members.map((member) => typeText(member, types)).join(' | ')
  }
}

/** One member, without a separator: `note?: string | undefined`. */
function memberText(member: Member, types: readonly TypeDefinition[]): string {
  const text = typeText(member.shape, types)
  const isPlain = !member.optional || member.absence === 'key' || text === 'unknown'
  const mark = member.optional && member.absence !== 'value' ? '?' : ''
  return `${readonlyText(member)}${propertyText(member.name)}${mark}: ${isPlain ? text : `${text} | undefined`}`
}

/** The exported declaration of a named type, with the user's own documentation. */
export function typeDeclarationText(definition: TypeDefinition, types: readonly TypeDefinition[]): string {
  const { name, shape } = definition
  const lines = docLines(definition.doc, '')
  if (shape.kind !== 'object' || shape.members.length === 0) {
    lines.push(`export type ${name} = ${typeText(shape, types)}`)
    return lines.join('\n')
  }
  lines.push(`export interface ${name} {`)
  for (const member of shape.members) lines.push(...docLines(member.doc, '  '), `  ${memberText(member, types)}`)
  lines.push('}')
  return lines.join('\n')
}

/** A JSDoc comment; nothing for no text. */
export function docLines(doc: string | undefined, indent: string): string[] {
  if (doc === undefined || doc.trim() === '') return []
  const lines = doc.replaceAll('*/', '*\\/').split('\n')
  if (lines.length === 1) return [`${indent}/** ${lines[0]!.trim()} */`]
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line.trimEnd()}`.trimEnd()), `${indent} */`]
}

/** A literal value as source text, strings in single quotes. */
export function literalText(value: string | number | boolean | bigint | null): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'bigint') return `${value}n`
  return Object.is(value, -0) ? '-0' : String(value)
}

/** A string literal in single quotes, in ASCII. */
export function quote(text: string): string {
  // Nearly all texts are names, of which nothing has to be escaped.
  if (/^[ -&(-[\]-~]*$/.test(text)) return `'${text}'`
  const inner = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll("'", "\\'")
    .replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `'${inner}'`
}

/** A property name as it stands in a type or an object literal. */
export function propertyText(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name)
}

function elementText(element: Shape, types: readonly TypeDefinition[]): string {
  const text = typeText(element, types)
  return needsParentheses(element, text) ? `(${text})[]` : `${text}[]`
}

function needsParentheses(shape: Shape, text: string): boolean {
  return shape.kind === 'union' || text.startsWith('readonly ')
}

function readonlyText({ readonly }: { readonly readonly?: true }): string {
  return readonly === true ? 'readonly ' : ''
}

function tupleText(shape: Extract<Shape, { readonly kind: 'tuple' }>, types: readonly TypeDefinition[]): string {
  const parts = shape.elements.map((element, index) => {
    const text = typeText(element, types)
    if (index < shape.required) return text
    if (text === 'unknown') return 'unknown?'
    if (shape.exact?.includes(index) !== true) return `(${text} | undefined)?`
    return needsParentheses(element, text) ? `(${text})?` : `${text}?`
  })
  if (shape.rest !== undefined) parts.push(`...${elementText(shape.rest, types)}`)
  return `[${parts.join(', ')}]`
}

function definitionOf(type: number, types: readonly TypeDefinition[]): TypeDefinition {
  const definition = types[type]
  if (definition === undefined) throw new Error(`there is no type number ${type}`)
  return definition
}

// A user may call a type of his own `Map`: the built-in one is then named through the global object.
function builtIn(name: string, types: readonly TypeDefinition[]): string {
  return isTaken(name, types) ? `globalThis.${name}` : name
}

function isTaken(name: string, types: readonly TypeDefinition[]): boolean {
  return types.some((definition) => definition.name === name)
}
