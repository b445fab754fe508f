/** Writes encoders: functions that check a value and write it into the output in one pass. */

import { resolveShape } from '../../../src/ir/resolve-shape.ts'
import type { Member, Shape } from '../../../src/ir/shape.ts'
import { literalText, propertyText, quote, typeText } from '../type-text.ts'
import { Body } from './body.ts'
import type { Plan, Unit } from './plan.ts'
import { scalarWrite, valueSet, type Vocabulary } from './scalar.ts'
import {
  encodedHead,
  encodedText,
  isPrimitive,
  sortedMembers,
  type LiteralShape,
  type ObjectShape,
} from './shape-query.ts'
import { discriminatorOf, groupsOf, type Group } from './union.ts'

/** Members of every object: an absent optional one of such a name would be found on the prototype. */
export const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype))

/** What the writing of one function needs to know. */
interface Scope extends Vocabulary {
  readonly plan: Plan
  readonly unit: Unit
  readonly body: Body
}

/** The lines of the encoder of `unit`. */
export function encoderLines(unit: Unit, plan: Plan, vocabulary: Vocabulary): string[] {
  const body = new Body(vocabulary.kernel)
  const scope = { ...vocabulary, plan, unit, body }
  writeShape(unit.shape, scope)
  body.flush()
  const name = plan.functionName(unit, 'encode')
  return [`function ${name}(output: Output, value: ${unit.text}): void {`, ...body.lines, '}']
}

function writeShape(shape: Shape, scope: Scope): void {
  switch (shape.kind) {
    case 'object':
      writeObject(shape, scope)
      return
    case 'array':
      writeArray(shape, scope)
      return
    case 'tuple':
      writeTuple(shape, scope)
      return
    case 'record':
      writeRecord(shape, scope)
      return
    case 'map':
      writeMap(shape, scope)
      return
    case 'set':
      writeSet(shape, scope)
      return
    case 'union':
      writeUnion(shape, scope)
      return
    default:
      writeItem(shape, 'value', 'Value', scope)
  }
}

// A part of a shape: in place if it is a scalar, else through the function of its own unit.
function writeItem(shape: Shape, value: string, hint: string, scope: Scope): void {
  const { body } = scope
  if (shape.kind === 'literal') {
    writeLiteral(shape, value, scope)
    return
  }
  const scalar = scalarWrite(shape, value, scope)
  if (scalar !== undefined) body.primitive(scalar)
  else body.line(`${encoderName(shape, hint, scope)}(output, ${value})`)
}

function encoderName(shape: Shape, hint: string, { plan, unit }: Scope): string {
  return plan.functionName(plan.unit(shape, unit.name + hint, unit.isTracked), 'encode')
}

function writeLiteral(shape: LiteralShape, value: string, scope: Scope): void {
  const { body, kernel } = scope
  const text = literalText(shape.value)
  body.quiet(
    `if (${value} !== ${text}) ${kernel.use('refuseValue')}(output, ${value}, ${quote(text.replace(/^'|'$/g, '"'))})`,
  )
  writeConstant(shape, scope)
}

// Floats and bigints are left to the kernel: their encoding is not worth a second implementation here.
function writeConstant({ value }: LiteralShape, { body, kernel }: Scope): void {
  if (typeof value === 'string') body.constant(encodedText(value), value)
  else if (typeof value === 'boolean') body.constant(Uint8Array.of(value ? 0xf5 : 0xf4))
  else if (typeof value === 'bigint')
    body.primitive(`${kernel.use('writeBigint')}(output, ${value}n, ${value}n, ${value}n)`)
  else if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    body.primitive(`${kernel.use('writeFinite')}(output, ${literalText(value)})`)
  } else body.constant(value < 0 ? encodedHead(1, -1 - value) : encodedHead(0, value))
}

function enter({ body, kernel, unit }: Scope): void {
  if (unit.isTracked) body.quiet(`${kernel.use('enterValue')}(output)`)
}

function leave({ body, kernel, unit }: Scope): void {
  if (unit.isTracked) body.quiet(`${kernel.use('leaveValue')}(output)`)
}

function writeObject(shape: ObjectShape, scope: Scope): void {
  const { body, kernel } = scope
  const refuse = kernel.use('refuseValue')
  const members = sortedMembers(shape)
  const canBeEmpty = members.every((member) => member.optional)
  const isNoObject = `typeof value !== 'object' || value === null${canBeEmpty ? ' || Array.isArray(value)' : ''}`
  body.quiet(`if (${isNoObject}) ${refuse}(output, value, 'an object')`)
  enter(scope)
  const locals = members.map((member, index) => localName(member, index))
  members.forEach((member, index) => body.quiet(`const ${locals[index]} = ${memberAccess(member)}`))
  const optional = locals.filter((_, index) => members[index]!.optional)
  if (optional.length === 0) {
    body.constant(encodedHead(5, members.length))
  } else {
    const terms = [
      String(members.length - optional.length),
      ...optional.map((local) => `(${local} === undefined ? 0 : 1)`),
    ]
    body.primitive(`${kernel.use('writeMapHead')}(output, ${terms.join(' + ')})`)
  }
  members.forEach((member, index) => writeMember(member, locals[index]!, scope))
  leave(scope)
}

function writeMember(member: Member, local: string, scope: Scope): void {
  const write = (): void => {
    scope.body.constant(encodedText(member.name), member.name)
    writeItem(member.shape, local, pascal(member.name), scope)
  }
  if (member.optional) scope.body.block(`if (${local} !== undefined)`, write)
  else write()
}

function memberAccess({ name, optional }: Pick<Member, 'name' | 'optional'>): string {
  if (name === '__proto__') throw new Error('a member cannot be called __proto__')
  const access = propertyText(name) === name ? `value.${name}` : `value[${quote(name)}]`
  return optional && INHERITED.has(name) ? `Object.hasOwn(value, ${quote(name)}) ? ${access} : undefined` : access
}

function writeArray(shape: Extract<Shape, { readonly kind: 'array' }>, scope: Scope): void {
  const { body, kernel } = scope
  const refuse = kernel.use('refuseValue')
  body.quiet(`if (!Array.isArray(value)) ${refuse}(output, value, 'an array')`)
  enter(scope)
  body.quiet('const count = value.length')
  if (shape.maxCount !== undefined) {
    body.quiet(
      `if (count > ${shape.maxCount}) ${refuse}(output, value, 'an array of at most ${shape.maxCount} elements', 'more')`,
    )
  }
  body.primitive(`${kernel.use('writeArrayHead')}(output, count)`)
  if (shape.element.kind === 'number' && shape.element.format === undefined) {
    body.primitive(`${kernel.use('writeFinites')}(output, value, count)`)
  } else {
    body.block('for (let index = 0; index < count; index++)', () => {
      writeElement(shape.element, 'value[index]', 'Item', scope)
    })
  }
  leave(scope)
}

// Under `noUncheckedIndexedAccess` an element may be undefined; a hole is one, and is refused by the element's own check.
function writeElement(shape: Shape, access: string, hint: string, scope: Scope): void {
  scope.body.quiet(`const element = ${access} as ${typeText(shape, scope.plan.types)}`)
  writeItem(shape, 'element', hint, scope)
}

function writeTuple(shape: Extract<Shape, { readonly kind: 'tuple' }>, scope: Scope): void {
  const { body, kernel } = scope
  const refuse = kernel.use('refuseValue')
  const { elements, required, rest } = shape
  body.quiet(`if (!Array.isArray(value)) ${refuse}(output, value, 'an array')`)
  body.quiet('const items: readonly unknown[] = value')
  enter(scope)
  body.quiet('let count = items.length')
  if (required < elements.length) {
    body.quiet(`while (count > ${required} && count <= ${elements.length} && items[count - 1] === undefined) count--`)
  }
  const isWrong = [`count < ${required}`, ...(rest === undefined ? [`count > ${elements.length}`] : [])].join(' || ')
  body.quiet(
    `if (${isWrong}) ${refuse}(output, value, ${quote(tupleExpectation(shape))}, 'another number of elements')`,
  )
  body.primitive(`${kernel.use('writeArrayHead')}(output, count)`)
  elements.forEach((element, index) => {
    const write = (): void => writeElement(element, `items[${index}]`, `Item${index}`, scope)
    body.block(index < required ? '' : `if (count > ${index})`, write)
  })
  if (rest !== undefined) {
    body.block(`for (let index = ${elements.length}; index < count; index++)`, () => {
      writeElement(rest, 'items[index]', 'Rest', scope)
    })
  }
  leave(scope)
}

/** How an error names the lengths that a tuple may have. */
export function tupleExpectation(shape: Extract<Shape, { readonly kind: 'tuple' }>): string {
  const { elements, required, rest } = shape
  if (rest !== undefined) return `an array of at least ${required} elements`
  return required === elements.length
    ? `an array of ${required} elements`
    : `an array of ${required} to ${elements.length} elements`
}

function writeRecord(shape: Extract<Shape, { readonly kind: 'record' }>, scope: Scope): void {
  const { body, kernel } = scope
  body.quiet(`const keys = ${kernel.use('keysOf')}(output, value)`)
  enter(scope)
  body.quiet('const offsets: number[] = []')
  body.primitive(`${kernel.use('writeMapHead')}(output, keys.length)`)
  body.block('for (const key of keys)', () => {
    body.quiet(`offsets.push(${kernel.use('offsetOf')}(output))`)
    body.primitive(`${kernel.use('writeText')}(output, key)`)
    body.quiet(`offsets.push(${kernel.use('offsetOf')}(output))`)
    writeElement(shape.value, 'value[key]', 'Value', scope)
  })
  body.quiet(`${kernel.use('sortEntries')}(output, offsets)`)
  leave(scope)
}

function writeMap(shape: Extract<Shape, { readonly kind: 'map' }>, scope: Scope): void {
  const { body, kernel } = scope
  body.quiet(`const entries = ${kernel.use('entriesOf')}(output, value)`)
  enter(scope)
  body.quiet('const offsets: number[] = []')
  body.primitive(`${kernel.use('writeMapHead')}(output, entries.length)`)
  body.block('for (const [key, item] of entries)', () => {
    body.quiet(`offsets.push(${kernel.use('offsetOf')}(output))`)
    writeItem(shape.key, 'key', 'Key', scope)
    body.quiet(`offsets.push(${kernel.use('offsetOf')}(output))`)
    writeItem(shape.value, 'item', 'Value', scope)
  })
  body.quiet(`${kernel.use('sortEntries')}(output, offsets)`)
  leave(scope)
}

function writeSet(shape: Extract<Shape, { readonly kind: 'set' }>, scope: Scope): void {
  const { body, kernel, plan } = scope
  body.quiet(`const elements = ${kernel.use('elementsOf')}(output, value)`)
  enter(scope)
  body.constant(Uint8Array.of(0xd9, 0x01, 0x02))
  body.primitive(`${kernel.use('writeArrayHead')}(output, elements.length)`)
  const isCompound = !isPrimitive(shape.element, plan.types)
  if (isCompound) body.quiet(`const distinct = ${distinctValues(shape.element, 'Item', scope)}`)
  body.block('for (const element of elements)', () => {
    if (isCompound) {
      body.quiet(
        `if (!distinct.add(output, element)) ${kernel.use('refuseValue')}(output, element, 'each element once', 'one that has come before')`,
      )
    } else {
      writeItem(shape.element, 'element', 'Item', scope)
    }
  })
  leave(scope)
}

/** The expression that makes a `DistinctValues` for a shape whose values have an identity. */
export function distinctValues(
  shape: Shape,
  hint: string,
  scope: Vocabulary & { readonly plan: Plan; readonly unit: Unit },
): string {
  const { kernel, plan, unit } = scope
  const target = plan.unit(shape, unit.name + hint, unit.isTracked)
  return `new ${kernel.use('DistinctValues')}(${plan.functionName(target, 'encode')})`
}

function writeUnion(shape: Extract<Shape, { readonly kind: 'union' }>, scope: Scope): void {
  const { body, kernel, plan } = scope
  const groups = groupsOf(shape, plan.types)
  if (groups.length === 1) {
    writeOnlyGroup(groups[0]!, scope)
    return
  }
  body.quiet('const given: unknown = value')
  // Whatever is an object of its own kind (bytes, dates, maps) comes before plain objects, which it would pass for.
  const ordered = [...groups].sort(
    (left, right) => Number(left.category === 'object') - Number(right.category === 'object'),
  )
  for (const group of ordered) {
    body.block(`if (${groupTest(group, scope)})`, () => {
      const part = groupShape(group)
      // `Array.isArray` makes of `unknown` an array that can be written to, which is no read-only tuple.
      const source = group.category === 'array' && 'readonly' in resolveShape(part, plan.types) ? 'value' : 'given'
      body.quiet(`const member = ${source} as ${typeText(part, plan.types)}`)
      writeItem(part, 'member', pascal(group.category), scope)
      body.quiet('return')
    })
  }
  body.quiet(`${kernel.use('refuseValue')}(output, value, ${quote(unionExpectation(groups))})`)
}

/** The shape that stands for a group of members: the only one, or the union of them. */
export function groupShape({ members }: Group): Shape {
  return members.length === 1 ? members[0]! : { kind: 'union', members }
}

function groupTest({ category }: Group, { kernel }: Scope): string {
  switch (category) {
    case 'text':
      return `typeof given === 'string'`
    case 'number':
    case 'bigint':
    case 'boolean':
      return `typeof given === '${category}'`
    case 'null':
      return 'given === null'
    case 'bytes':
      return `${kernel.use('isBytes')}(given)`
    case 'array':
      return 'Array.isArray(given)'
    case 'date':
      return `${kernel.use('isDate')}(given)`
    case 'map':
      return `${kernel.use('isMap')}(given)`
    case 'set':
      return `${kernel.use('isSet')}(given)`
    case 'object':
      return `${kernel.use('isObject')}(given)`
  }
}

function writeOnlyGroup(group: Group, scope: Scope): void {
  const { plan } = scope
  const members = group.members.map((member) => resolveShape(member, plan.types))
  if (members.every((member) => member.kind === 'literal')) writeLiterals(members, scope)
  else if (group.members.length === 1) writeItem(group.members[0]!, 'value', 'Value', scope)
  else writeObjects(group.members, scope)
}

function writeLiterals(literals: readonly LiteralShape[], scope: Scope): void {
  const { body, constants, kernel } = scope
  body.block('switch (value)', () => {
    for (const literal of literals) {
      body.quiet(`case ${literalText(literal.value)}:`)
      body.nested(() => {
        writeConstant(literal, scope)
        body.quiet('return')
      })
    }
    body.quiet('default:')
    body.nested(() => {
      const expected = `${kernel.use('oneOf')}(${valueSet(
        literals.map(({ value }) => value),
        constants,
      )})`
      body.quiet(`${kernel.use('refuseValue')}(output, value, ${expected})`)
    })
  })
}

function writeObjects(objects: readonly Shape[], scope: Scope): void {
  const { body, constants, kernel, plan } = scope
  const { name, values } = discriminatorOf(objects, plan.types)
  const refuse = kernel.use('refuseValue')
  body.quiet(`if (!${kernel.use('isObject')}(value)) ${refuse}(output, value, 'an object')`)
  body.block(`switch (${memberAccess({ name, optional: false })})`, () => {
    objects.forEach((object, index) => {
      const own = values[index]!
      own.forEach((value) => body.quiet(`case ${literalText(value)}:`))
      body.nested(() => {
        const encoder = encoderName(object, pascal(String(own[0])), scope)
        body.line(`${encoder}(output, value as ${typeText(object, plan.types)})`)
        body.quiet('return')
      })
    })
    body.quiet('default:')
    body.nested(() => {
      const expected = `${quote(`an object whose ${name} is `)} + ${kernel.use('oneOf')}(${valueSet(values.flat(), constants)})`
      body.quiet(`${refuse}(output, value, ${expected}, 'another object')`)
    })
  })
}

const CATEGORY_TEXTS: Readonly<Record<Group['category'], string>> = {
  text: 'a string',
  number: 'a number',
  bigint: 'a bigint',
  boolean: 'a boolean',
  null: 'null',
  bytes: 'a Uint8Array',
  array: 'an array',
  object: 'an object',
  map: 'a Map',
  date: 'a Date',
  set: 'a Set',
}

/** How an error names the members of a union. */
export function unionExpectation(groups: readonly Group[]): string {
  const texts = groups.map((group) => CATEGORY_TEXTS[group.category])
  return `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)!}`
}

/** The local variable that holds a member. The dollar keeps it apart from everything that the file imports or declares. */
export function localName(member: Member, index: number): string {
  return /^[A-Za-z_]\w*$/.test(member.name) ? `$${member.name}` : `$${index}`
}

/** A name in PascalCase, of identifier characters only. */
export function pascal(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  return words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('') || 'Part'
}
