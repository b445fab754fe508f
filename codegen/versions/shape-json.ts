/** Shapes as JSON and back. JSON has no `bigint` and no −0, so these stand as texts. */

import type { Member, Shape } from '../../src/ir/shape.ts'
import { UnreadableError, type JsonReader } from './json-reader.ts'

/** @param names of the types that references mean. */
export function shapeToJson(shape: Shape, names: readonly string[]): object {
  const inner = (part: Shape): object => shapeToJson(part, names)
  switch (shape.kind) {
    case 'literal':
      return literalToJson(shape.value)
    case 'array':
    case 'set':
      return { ...shape, element: inner(shape.element) }
    case 'tuple': {
      const { elements, required, rest } = shape
      const leading = { kind: 'tuple', required, elements: elements.map(inner) }
      return rest === undefined ? leading : { ...leading, rest: inner(rest) }
    }
    case 'object': {
      const members = shape.members.map(({ name, shape: part, optional }) => {
        return [name, optional ? { optional, shape: inner(part) } : { shape: inner(part) }] as const
      })
      return { kind: 'object', members: Object.fromEntries(members) }
    }
    case 'record':
      return { ...shape, value: inner(shape.value) }
    case 'map':
      return { ...shape, key: inner(shape.key), value: inner(shape.value) }
    case 'union':
      return { kind: 'union', members: shape.members.map(inner) }
    case 'reference':
      return { kind: 'reference', type: names[shape.type] }
    default:
      return shape
  }
}

function literalToJson(value: string | number | boolean | bigint): object {
  if (typeof value === 'bigint') return { kind: 'literal', bigint: String(value) }
  return Object.is(value, -0) ? { kind: 'literal', number: '-0' } : { kind: 'literal', value }
}

const FORMATS = {
  number: ['int', 'u8', 'u16', 'u32', 'i8', 'i16', 'i32'],
  bigint: ['u64', 'i64'],
} as const

/** @param names of the types that there are. */
export function readShape(json: JsonReader, names: readonly string[]): Shape {
  const kind = json.member('kind').text()
  const inner = (name: string): Shape => readShape(json.member(name), names)
  switch (kind) {
    case 'boolean':
    case 'null':
    case 'date':
    case 'open':
      json.object('kind')
      return { kind }
    case 'literal':
      return readLiteral(json)
    case 'number': {
      const format = readFormat(json, FORMATS.number)
      return format === undefined ? { kind } : { kind, format }
    }
    case 'bigint': {
      const format = readFormat(json, FORMATS.bigint)
      return format === undefined ? { kind } : { kind, format }
    }
    case 'string': {
      json.object('kind', 'maxLength?', 'pattern?')
      const pattern = json.has('pattern') ? { pattern: json.member('pattern').text() } : {}
      return { kind, ...optionalCount(json, 'maxLength'), ...pattern }
    }
    case 'bytes':
      json.object('kind', 'maxBytes?')
      return { kind, ...optionalCount(json, 'maxBytes') }
    case 'array':
      json.object('kind', 'element', 'maxCount?')
      return { kind, element: inner('element'), ...optionalCount(json, 'maxCount') }
    case 'set':
      json.object('kind', 'element')
      return { kind, element: inner('element') }
    case 'tuple':
      return readTuple(json, names)
    case 'object': {
      const members = json.object('kind', 'members').member('members').entries()
      return { kind, members: members.map(([name, member]) => readMember(name, member, names)) }
    }
    case 'record':
      json.object('kind', 'value')
      return { kind, value: inner('value') }
    case 'map':
      json.object('kind', 'key', 'value')
      return { kind, key: inner('key'), value: inner('value') }
    case 'union': {
      const members = json.object('kind', 'members').member('members').list()
      if (members.length < 2) throw new UnreadableError('a union has fewer than two members')
      return { kind, members: members.map((member) => readShape(member, names)) }
    }
    case 'reference':
      return { kind, type: readReference(json.object('kind', 'type').member('type').text(), names) }
    default:
      throw new UnreadableError(`no shape is called ${JSON.stringify(kind)}`)
  }
}

function readReference(name: string, names: readonly string[]): number {
  const number = names.indexOf(name)
  if (number === -1) throw new UnreadableError(`no type is called ${JSON.stringify(name)}`)
  return number
}

function readLiteral(json: JsonReader): Shape {
  if (json.has('bigint')) {
    const text = json.object('kind', 'bigint').member('bigint').text()
    if (!/^-?\d{1,100}$/.test(text)) throw new UnreadableError('a literal is no bigint')
    return { kind: 'literal', value: BigInt(text) }
  }
  if (json.has('number')) {
    if (json.object('kind', 'number').member('number').text() !== '-0') throw new UnreadableError('a literal is not -0')
    return { kind: 'literal', value: -0 }
  }
  const value = json.object('kind', 'value').member('value').value()
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return { kind: 'literal', value }
  throw new UnreadableError('a literal is no text, number or boolean')
}

function readFormat<Format extends string>(json: JsonReader, formats: readonly Format[]): Format | undefined {
  if (!json.object('kind', 'format?').has('format')) return undefined
  const text = json.member('format').text()
  const format = formats.find((candidate) => candidate === text)
  if (format === undefined) throw new UnreadableError(`no format is called ${JSON.stringify(text)}`)
  return format
}

function optionalCount<Name extends string>(json: JsonReader, name: Name): { readonly [name in Name]?: number } {
  if (!json.has(name)) return {}
  return { [name]: json.member(name).count() } as { readonly [name in Name]?: number }
}

function readTuple(json: JsonReader, names: readonly string[]): Shape {
  json.object('kind', 'required', 'elements', 'rest?')
  const elements = json.member('elements').list()
  const required = json.member('required').index(elements.length + 1)
  const leading = { kind: 'tuple', elements: elements.map((element) => readShape(element, names)), required } as const
  return json.has('rest') ? { ...leading, rest: readShape(json.member('rest'), names) } : leading
}

function readMember(name: string, json: JsonReader, names: readonly string[]): Member {
  json.object('optional?', 'shape')
  const optional = json.has('optional') && json.member('optional').boolean()
  return { name, shape: readShape(json.member('shape'), names), optional }
}
