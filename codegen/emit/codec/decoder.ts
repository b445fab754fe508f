/** Writes decoders: functions that read and check a value in one pass, and accept nothing but the declared shape. */

import { resolveShape } from '../../../src/ir/resolve-shape.ts'
import type { Member, Shape } from '../../../src/ir/shape.ts'
import { literalText, propertyText, quote, typeText } from '../type-text.ts'
import {
  distinctValues,
  groupShape,
  INHERITED,
  localName,
  pascal,
  tupleExpectation,
  unionExpectation,
} from './encoder.ts'
import type { Plan, Unit } from './plan.ts'
import { scalarRead, takeText, valueSet, type Vocabulary } from './scalar.ts'
import { isPrimitive, sortedMembers, withoutReadonly, type LiteralShape, type ObjectShape } from './shape-query.ts'
import { discriminatorOf, groupsOf, type Category, type Group } from './union.ts'

// Up to this many texts are compared one after the other; more are read and looked up.
const COMPARED_TEXTS_MAX = 8

/** What the writing of one function needs to know. */
interface Scope extends Vocabulary {
  readonly plan: Plan
  readonly unit: Unit
  /** Undeclared members are passed over instead of refused. */
  readonly isOpen: boolean
}

/** The lines of the decoder of `unit`. */
export function decoderLines(unit: Unit, isOpen: boolean, plan: Plan, vocabulary: Vocabulary): string[] {
  const scope = { ...vocabulary, plan, unit, isOpen }
  const name = plan.functionName(unit, isOpen ? 'decodeOpen' : 'decode')
  const lines = readShape(unit.shape, scope)
  return [`function ${name}(input: Input): ${unit.text} {`, ...lines.map((line) => `  ${line}`), '}']
}

function readShape(shape: Shape, scope: Scope): string[] {
  switch (shape.kind) {
    case 'object':
      return readObject(shape, scope)
    case 'array':
      return readArray(shape, scope)
    case 'tuple':
      return readTuple(shape, scope)
    case 'record':
      return readRecord(shape, scope)
    case 'map':
      return readMap(shape, scope)
    case 'set':
      return readSet(shape, scope)
    case 'union':
      return readUnion(shape, scope)
    default:
      return [`return ${readItem(shape, 'Value', scope)}`]
  }
}

// The expression that reads a part of a shape.
function readItem(shape: Shape, hint: string, scope: Scope): string {
  const scalar = scalarRead(shape, scope)
  if (scalar !== undefined) return scalar
  const { plan, unit, isOpen } = scope
  const part = plan.unit(shape, unit.name + hint, unit.isTracked)
  return `${plan.functionName(part, isOpen ? 'decodeOpen' : 'decode')}(input)`
}

function enter({ kernel, unit }: Scope): string[] {
  return unit.isTracked ? [`${kernel.use('enterItem')}(input)`] : []
}

function leave({ kernel, unit }: Scope): string[] {
  return unit.isTracked ? [`${kernel.use('leaveItem')}(input)`] : []
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}

function readObject(shape: ObjectShape, scope: Scope): string[] {
  const { kernel, plan } = scope
  const members = sortedMembers(shape)
  const locals = new Map(members.map((member, index) => [member, localName(member, index)]))
  const lines = [...enter(scope), `let left = ${kernel.use('readMapHead')}(input)`]
  if (members.some((member) => !member.optional)) lines.unshift('const at = input.position')
  for (const [member, local] of locals) {
    lines.push(`let ${local}: ${absentType(member, plan)}`)
    if (isOpenShape(member, plan)) lines.push(`let ${local}Seen = false`)
  }
  for (const [member, local] of locals) {
    lines.push(
      `if (left > 0 && ${takeText(member.name, scope)}) { ${comment(member)}`,
      ...indented([...readMember(member, local, scope), 'left--']),
      '}',
    )
  }
  lines.push(...readOtherOrder(locals, scope))
  for (const [member, local] of locals) {
    if (member.optional) continue
    const isAbsent = isOpenShape(member, plan) ? `!${local}Seen` : `${local} === undefined`
    lines.push(`if (${isAbsent}) ${kernel.use('refuseMissing')}(input, at, ${quote(member.name)})`)
  }
  lines.push(...leave(scope), ...objectResult(shape, locals, scope))
  return lines
}

function comment(member: Member): string {
  return `// ${quote(member.name)}`
}

function absentType(member: Member, plan: Plan): string {
  const text = typeText(member.shape, plan.types)
  return text === 'unknown' ? text : `${text} | undefined`
}

// An `Open` value may be undefined itself, so that absence needs a flag of its own.
function isOpenShape(member: Member, plan: Plan): boolean {
  return resolveShape(member.shape, plan.types).kind === 'open'
}

function readMember(member: Member, local: string, scope: Scope): string[] {
  const lines = [`${local} = ${readItem(member.shape, pascal(member.name), scope)}`]
  if (isOpenShape(member, scope.plan)) lines.push(`${local}Seen = true`)
  return lines
}

// What is left once the keys stop coming in the deterministic order: any order is accepted, but nothing twice.
function readOtherOrder(locals: ReadonlyMap<Member, string>, scope: Scope): string[] {
  const { kernel, plan, isOpen } = scope
  const lines = ['while (left > 0) {', `  switch (${kernel.use('readKey')}(input)) {`]
  if (locals.size > 0 || !isOpen) lines.splice(1, 0, '  const key = input.position')
  for (const [member, local] of locals) {
    const isSeen = isOpenShape(member, plan) ? `${local}Seen` : `${local} !== undefined`
    lines.push(
      `    case ${quote(member.name)}:`,
      `      if (${isSeen}) ${kernel.use('refuseDuplicate')}(input, key)`,
      ...readMember(member, local, scope).map((line) => `      ${line}`),
      '      break',
    )
  }
  lines.push(
    '    default:',
    `      ${isOpen ? kernel.use('skipItem') + '(input)' : kernel.use('refuseUnknown') + '(input, key)'}`,
  )
  lines.push('  }', '  left--', '}')
  return lines
}

/** The type of a value that is put together piece by piece, which what is read-only of it would not allow. */
function resultText(shape: Shape, { plan, unit }: Scope): string {
  const isReadonly =
    shape.kind === 'object'
      ? shape.members.some((member) => member.readonly === true && isSetLater(member))
      : 'readonly' in shape
  return isReadonly ? typeText(withoutReadonly(shape), plan.types) : unit.text
}

/** What must have its key, be it with `undefined`, stands in the literal. */
function isSetLater(member: Member): boolean {
  return member.optional && member.absence !== 'value'
}

function objectResult(shape: ObjectShape, locals: ReadonlyMap<Member, string>, scope: Scope): string[] {
  const { plan } = scope
  const entry = (member: Member): string => {
    const local = locals.get(member)!
    const name = propertyText(member.name)
    return `${name}: ${local}`
  }
  const required = shape.members.filter((member) => !isSetLater(member)).map(entry)
  const literal = required.length === 0 ? '{}' : `{ ${required.join(', ')} }`
  if (required.length === shape.members.length) return [`return ${literal}`]
  // Without the detour, TypeScript would find `constructor` and its like on every literal.
  const isShadowing = shape.members.some((member) => isSetLater(member) && INHERITED.has(member.name))
  const text = resultText(shape, scope)
  const lines = [isShadowing ? `const result = ${literal} as unknown as ${text}` : `const result: ${text} = ${literal}`]
  for (const member of shape.members) {
    if (!isSetLater(member)) continue
    const local = locals.get(member)!
    const name = propertyText(member.name)
    const target = name === member.name ? `result.${name}` : `result[${name}]`
    lines.push(`if (${isOpenShape(member, plan) ? `${local}Seen` : `${local} !== undefined`}) ${target} = ${local}`)
  }
  return [...lines, 'return result']
}

function readArray(shape: Extract<Shape, { readonly kind: 'array' }>, scope: Scope): string[] {
  const { kernel, plan } = scope
  const lines = ['const at = input.position', ...enter(scope), `const count = ${kernel.use('readArrayHead')}(input)`]
  if (shape.maxCount === undefined) lines.shift()
  else {
    const expected = quote(`an array of at most ${shape.maxCount} elements`)
    lines.push(`if (count > ${shape.maxCount}) ${kernel.use('refuseItem')}(input, at, ${expected}, 'more')`)
  }
  return [
    ...lines,
    `const result: ${typeText(withoutReadonly(shape), plan.types)} = []`,
    `for (let index = 0; index < count; index++) result.push(${readItem(shape.element, 'Item', scope)})`,
    ...leave(scope),
    'return result',
  ]
}

function readTuple(shape: Extract<Shape, { readonly kind: 'tuple' }>, scope: Scope): string[] {
  const { kernel } = scope
  const { elements, required, rest } = shape
  const isWrong = [`count < ${required}`, ...(rest === undefined ? [`count > ${elements.length}`] : [])].join(' || ')
  const expected = quote(tupleExpectation(shape))
  const lines = [
    'const at = input.position',
    ...enter(scope),
    `const count = ${kernel.use('readArrayHead')}(input)`,
    `if (${isWrong}) ${kernel.use('refuseItem')}(input, at, ${expected}, 'another number of elements')`,
    'const result: unknown[] = []',
  ]
  elements.forEach((element, index) => {
    const push = `result.push(${readItem(element, `Item${index}`, scope)})`
    lines.push(index < required ? push : `if (count > ${index}) ${push}`)
  })
  if (rest !== undefined) {
    const push = `result.push(${readItem(rest, 'Rest', scope)})`
    lines.push(`for (let index = ${elements.length}; index < count; index++) ${push}`)
  }
  return [...lines, ...leave(scope), `return result as ${resultText(shape, scope)}`]
}

function readRecord(shape: Extract<Shape, { readonly kind: 'record' }>, scope: Scope): string[] {
  const { kernel } = scope
  return [
    ...enter(scope),
    `const count = ${kernel.use('readMapHead')}(input)`,
    `const result: ${resultText(shape, scope)} = {}`,
    'for (let index = 0; index < count; index++) {',
    '  const at = input.position',
    `  const key = ${kernel.use('readText')}(input)`,
    `  ${kernel.use('checkKey')}(input, result, key, at)`,
    `  ${kernel.use('setEntry')}(result, key, ${readItem(shape.value, 'Value', scope)})`,
    '}',
    ...leave(scope),
    'return result',
  ]
}

function readMap(shape: Extract<Shape, { readonly kind: 'map' }>, scope: Scope): string[] {
  const { kernel, plan } = scope
  const refuse = kernel.use('refuseDuplicate')
  const isCompound = !isPrimitive(shape.key, plan.types)
  return [
    ...enter(scope),
    `const count = ${kernel.use('readMapHead')}(input)`,
    `const result: ${resultText(shape, scope)} = new Map()`,
    ...(isCompound ? [`const distinct = ${distinctValues(shape.key, 'Key', scope)}`] : []),
    'for (let index = 0; index < count; index++) {',
    '  const at = input.position',
    `  const key = ${readItem(shape.key, 'Key', scope)}`,
    `  if (${isCompound ? '!distinct.check(key)' : 'result.has(key)'}) ${refuse}(input, at)`,
    `  result.set(key, ${readItem(shape.value, 'Value', scope)})`,
    '}',
    ...leave(scope),
    'return result',
  ]
}

function readSet(shape: Extract<Shape, { readonly kind: 'set' }>, scope: Scope): string[] {
  const { kernel, plan } = scope
  const refuse = kernel.use('refuseDuplicate')
  const isCompound = !isPrimitive(shape.element, plan.types)
  return [
    `${kernel.use('readTag')}(input, 258, 'a set (tag 258)')`,
    ...enter(scope),
    `const count = ${kernel.use('readArrayHead')}(input)`,
    `const result: ${resultText(shape, scope)} = new Set()`,
    ...(isCompound ? [`const distinct = ${distinctValues(shape.element, 'Item', scope)}`] : []),
    'for (let index = 0; index < count; index++) {',
    '  const at = input.position',
    `  const element = ${readItem(shape.element, 'Item', scope)}`,
    `  if (${isCompound ? '!distinct.check(element)' : 'result.has(element)'}) ${refuse}(input, at)`,
    '  result.add(element)',
    '}',
    ...leave(scope),
    'return result',
  ]
}

function readUnion(shape: Extract<Shape, { readonly kind: 'union' }>, scope: Scope): string[] {
  const { kernel, plan } = scope
  const groups = groupsOf(shape, plan.types)
  if (groups.length === 1) return readOnlyGroup(groups[0]!, scope)
  const lines = [`switch (${kernel.use('peekKind')}(input)) {`]
  for (const group of groups) {
    const part = groupShape(group)
    for (const kind of itemKinds(group.category, part, plan)) lines.push(`  case '${kind}':`)
    lines.push(`    return ${readItem(part, pascal(group.category), scope)}`)
  }
  lines.push('  default:')
  lines.push(`    return ${kernel.use('refuseItem')}(input, input.position, ${quote(unionExpectation(groups))})`, '}')
  return lines
}

// The kinds of item that a group may begin with.
function itemKinds(category: Category, part: Shape, plan: Plan): string[] {
  if (category === 'bigint') return ['integer', 'bignum']
  if (category === 'object' || category === 'map') return ['map']
  if (category !== 'number') return [category]
  const target = resolveShape(part, plan.types)
  return target.kind === 'number' && target.format !== undefined ? ['integer'] : ['integer', 'float']
}

function readOnlyGroup(group: Group, scope: Scope): string[] {
  const members = group.members.map((member) => resolveShape(member, scope.plan.types))
  if (members.every((member) => member.kind === 'literal')) return readLiterals(members, scope)
  if (group.members.length === 1) return [`return ${readItem(group.members[0]!, 'Value', scope)}`]
  return readObjects(group.members, scope)
}

function readLiterals(literals: readonly LiteralShape[], scope: Scope): string[] {
  const { constants, kernel } = scope
  const kind = typeof literals[0]!.value
  const values = valueSet(
    literals.map(({ value }) => value),
    constants,
  )
  if (kind === 'number') return [`return ${kernel.use('readOneNumber')}(input, ${values})`]
  if (kind === 'bigint') return [`return ${kernel.use('readOneBigint')}(input, ${values})`]
  if (kind === 'boolean') return [`return ${kernel.use('readBoolean')}(input)`]
  const compared = literals.length > COMPARED_TEXTS_MAX ? [] : literals
  return [
    ...compared.map(({ value }) => `if (${takeText(String(value), scope)}) return ${literalText(value)}`),
    `return ${kernel.use('readOneText')}(input, ${values})`,
  ]
}

function readObjects(objects: readonly Shape[], scope: Scope): string[] {
  const { constants, kernel, plan } = scope
  const { name, values } = discriminatorOf(objects, plan.types)
  const members = values.flat().map((value): Shape => (value === null ? { kind: 'null' } : { kind: 'literal', value }))
  const choice: Shape = members.length === 1 ? members[0]! : { kind: 'union', members }
  const key = constants.name('TEXT', `${kernel.use('textBytes')}(${quote(name)})`)
  const lines = [
    'const at = input.position',
    `${kernel.use('seekMember')}(input, ${key}, ${quote(`an object with a member ${name}`)})`,
    `const choice = ${readItem(choice, pascal(name), scope)}`,
    'input.position = at',
    'switch (choice) {',
  ]
  objects.forEach((object, index) => {
    values[index]!.forEach((value) => lines.push(`  case ${literalText(value)}:`))
    lines.push(`    return ${readItem(object, pascal(String(values[index]![0])), scope)}`)
  })
  return [...lines, '}']
}
