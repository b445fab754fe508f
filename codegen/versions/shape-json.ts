/** Shapes as JSON and back. JSON has no `bigint` and no −0, so these stand as texts. */

import type { Member, Shape } from '../../src/ir/shape.ts'
import { UnreadableError, type JsonReader } from './json-reader.ts'

export function shapeToJson(shape: Shape): object {
  switch (shape.kind) {
    case 'literal':
      return literalToJson(shape.value)
    case 'array':
    case 'set':
      return { ...shape, element: shapeToJson(shape.element) }
    case 'tuple': {
      const { elements, required, rest } = shape
      const leading = { kind: 'tuple', required, elements: elements.map(shapeToJson) }
      return rest === undefined ? leading : { ...leading, rest: shapeToJson(rest) }
    }
    case 'object':
      return { kind: 'object', members: Object.fromEntries(shape.members.map(memberToJson)) }
    case 'record':
      return { ...shape, value: shapeToJson(shape.value) }
    case 'map':
      return { ...shape, key: shapeToJson(shape.key), value: shapeToJson(shape.value) }
    case 'union':
      return { kind: 'union', members: shape.members.map(shapeToJson) }
    default:
      return shape
  }
}

function literalToJson(value: string | number | boolean | bigint): object {
  if (typeof value === 'bigint') return { kind: 'literal', bigint: String(value) }
  return Object.is(value, -0) ? { kind: 'literal', number: '-0' } : { kind: 'literal', value }
}

function memberToJson({ name, shape, optional }: Member): readonly [string, object] {
  const json = shapeToJson(shape)
  return [name, optional ? { optional, shape: json } : { shape: json }]
}

const FORMATS = {
  number: ['int', 'u8', 'u16', 'u32', 'i8', 'i16', 'i32'],
  bigint: ['u64', 'i64'],
} as const

/** @param types how many named types there are. */
export function readShape(json: JsonReader, types: number): Shape {
  const kind = json.member('kind').text()
  const inner = (name: string): Shape => readShape(json.member(name), types)
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
      return readTuple(json, types)
    case 'object': {
      const members = json.object('kind', 'members').member('members').entries()
      return { kind, members: members.map(([name, member]) => readMember(name, member, types)) }
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
      return { kind, members: members.map((member) => readShape(member, types)) }
    }
    case 'reference':
      return { kind, type: json.object('kind', 'type').member('type').index(types) }
    default:
      throw new UnreadableError(`no shape is called ${JSON.stringify(kind)}`)
  }
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

function readTuple(json: JsonReader, types: number): Shape {
  json.object('kind', 'required', 'elements', 'rest?')
  const elements = json.member('elements').list()
  const required = json.member('required').index(elements.length + 1)
  const leading = { kind: 'tuple', elements: elements.map((element) => readShape(element, types)), required } as const
  return json.has('rest') ? { ...leading, rest: readShape(json.member('rest'), types) } : leading
}

function readMember(name: string, json: JsonReader, types: number): Member {
  json.object('optional?', 'shape')
  const optional = json.has('optional') && json.member('optional').boolean()
  return { name, shape: readShape(json.member('shape'), types), optional }
}
