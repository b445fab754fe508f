/** How generated TypeScript is set: indentation, width, comments. Deterministic, and as prettier would have it where that is easy. */

import { docLines, propertyText, quote } from './type-text.ts'

/** Longest line, where a line can be broken at all. */
export const WIDTH = 120

/** A JSDoc comment: the user's own text, then what the generator has to say. */
export function docComment(indent: string, ...paragraphs: readonly (string | undefined)[]): string[] {
  const given = paragraphs.filter((text): text is string => text !== undefined && text.trim() !== '')
  const isShort = given.length === 2 && given.every((text) => !text.includes('\n'))
  const oneLine = given.join(' ')
  const fits = isShort && /[.!?]$/.test(given[0] ?? '') && oneLine.length <= WIDTH - indent.length - 7
  return docLines(fits ? oneLine : given.join('\n\n'), indent)
}

/** `export type Name = A | B`, one member a line where it is too long for one. */
export function unionAlias(name: string, members: readonly string[]): string[] {
  const line = `export type ${name} = ${members.join(' | ')}`
  if (line.length <= WIDTH) return [line]
  return [`export type ${name} =`, ...members.map((member) => `  | ${member}`)]
}

/** A signature, `head(parameters)tail`, one parameter a line where it is too long for one. */
export function signature(head: string, parameters: readonly string[], tail: string, indent = '  '): string[] {
  const line = `${indent}${head}(${parameters.join(', ')})${tail}`
  if (line.length <= WIDTH || parameters.length === 0) return [line]
  return [`${indent}${head}(`, ...parameters.map((parameter) => `${indent}  ${parameter},`), `${indent})${tail}`]
}

/** An import of names, one a line where they are too many for one. */
export function importLines(names: readonly string[], module: string): string[] {
  const line = `import { ${names.join(', ')} } from ${quote(module)}`
  if (line.length <= WIDTH) return [line]
  return ['import {', ...names.map((name) => `  ${name},`), `} from ${quote(module)}`]
}

/** Plain data, to be written as source. */
export type Literal = string | number | boolean | Code | Fields | readonly Literal[]

/** A piece of source that stands as it is: the name of a constant. */
export class Code {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** An object, as a list: JavaScript would put keys that look like numbers first. Undefined members are left out. */
export class Fields {
  readonly members: readonly (readonly [name: string, value: Literal])[]

  constructor(members: readonly (readonly [name: string, value: Literal | undefined])[]) {
    this.members = members.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  }
}

/** Writes plain data on one line, or one member a line where it does not fit. `used`: columns taken before and behind it. */
export function literalSource(value: Literal, indent: string, used: number): string {
  const line = oneLine(value)
  if (line.length + used + indent.length <= WIDTH) return line
  if (value instanceof Fields) {
    const members = value.members.map(([name, member]) => {
      const key = propertyText(name)
      return `${indent}  ${key}: ${literalSource(member, `${indent}  `, key.length + 3)},`
    })
    return ['{', ...members, `${indent}}`].join('\n')
  }
  if (!isList(value)) return line
  return ['[', ...value.map((item) => `${indent}  ${literalSource(item, `${indent}  `, 1)},`), `${indent}]`].join('\n')
}

function oneLine(value: Literal): string {
  if (value instanceof Code) return value.text
  if (value instanceof Fields) {
    const members = value.members.map(([name, member]) => `${propertyText(name)}: ${oneLine(member)}`)
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
  }
  if (isList(value)) return `[${value.map(oneLine).join(', ')}]`
  return typeof value === 'string' ? quote(value) : String(value)
}

function isList(value: Literal): value is readonly Literal[] {
  return Array.isArray(value)
}
