/** Writes the codec file of a declaration: plain TypeScript beside the generated types, which it imports. */

import type { DeclarationFile, Step } from '../../../src/ir/declaration.ts'
import type { Shape, TypeDefinition } from '../../../src/ir/shape.ts'
import { quote, typeText } from '../type-text.ts'
import { decoderLines } from './decoder.ts'
import { encoderLines, pascal } from './encoder.ts'
import { Plan, type Unit } from './plan.ts'
import type { Vocabulary } from './scalar.ts'
import { innerShapes, shapeKey } from './shape-query.ts'
import { maxBytesOf } from './size.ts'
import { Constants, KernelNames } from './source-parts.ts'

export interface CodecOptions {
  /** Where the generated types stand, as an import specifier: `./health.gen.js`. */
  readonly typesModule: string
  /** First lines of the file, without a newline at the end. */
  readonly header?: string | undefined
  /** Default: `coxswain/kernel-v1`. */
  readonly kernelModule?: string | undefined
}

/** A codec file, and how the rest of the generated code refers to it. */
export interface CodecFile {
  /** Its whole text. Empty when no message carries a payload. */
  readonly source: string
  /**
   * The exported constant for a payload of a protocol. `open`: the protocol is `{ open: true }`, so that undeclared members
   * are passed over. Throws for a shape that is no payload of the declaration.
   */
  codecNameFor(payload: Shape, open: boolean): string
  /** The exported constants, sorted. */
  readonly codecNames: readonly string[]
}

interface Payload {
  readonly shape: Shape
  readonly isOpen: boolean
  readonly hint: string
}

interface CodecEntry {
  readonly name: string
  readonly unit: Unit
  readonly isOpen: boolean
}

// What the file imports, declares or takes from the language under a name that a type could have.
const OWN_NAMES: ReadonlySet<string> = new Set(
  'Codec Input Output DistinctValues MEMBERS Array ArrayBuffer Date Infinity Map Object ReadonlyMap ReadonlySet Set Uint8Array'.split(
    ' ',
  ),
)

/** Writes the codecs of every named type and every payload of `file`. */
export function emitCodecs(file: DeclarationFile, options: CodecOptions): CodecFile {
  const payloads = payloadsOf(file)
  const types = localTypes(file.types)
  const plan = new Plan(
    types,
    payloads.map((payload) => payload.shape),
  )
  const entries = codecEntries(payloads, plan)
  const vocabulary: Vocabulary = { kernel: new KernelNames(), constants: new Constants() }
  const functions = [...entries.values()].flatMap(({ unit, isOpen }) => {
    plan.functionName(unit, 'encode')
    plan.functionName(unit, isOpen ? 'decodeOpen' : 'decode')
    return functionTexts(plan, vocabulary)
  })
  const list = [...entries.values()]
  const source = list.length === 0 ? '' : fileText(file.types, plan, list, functions, vocabulary, options)
  return {
    source,
    codecNames: list.map((entry) => entry.name).sort(),
    codecNameFor(payload, open) {
      const entry = entries.get(entryKey(payload, open))
      if (entry === undefined) throw new Error('the shape is no payload of the declaration')
      return entry.name
    },
  }
}

function payloadsOf(file: DeclarationFile): Payload[] {
  const payloads: Payload[] = []
  for (const protocol of file.protocols) {
    const add = (shape: Shape | undefined, label: string): void => {
      if (shape === undefined) return
      payloads.push({ shape, isOpen: protocol.open, hint: protocol.exportName + pascal(label) })
    }
    const visit = (step: Step): void => {
      if (step.kind === 'message') add(step.payload, step.label)
      else if (step.kind === 'loop' || step.kind === 'within') step.steps.forEach(visit)
      else if (step.kind === 'choice') {
        for (const branch of step.branches) {
          add(branch.payload, branch.label)
          branch.steps.forEach(visit)
        }
      }
    }
    protocol.steps.forEach(visit)
  }
  return payloads
}

function codecEntries(payloads: readonly Payload[], plan: Plan): Map<string, CodecEntry> {
  const entries = new Map<string, CodecEntry>()
  const names = new Set<string>()
  const add = (shape: Shape, isOpen: boolean, hint: string): void => {
    const key = entryKey(shape, isOpen)
    if (entries.has(key)) return
    const unit = plan.unit(shape, hint, plan.isPayloadTracked(shape))
    const base = `${unit.name}${isOpen ? plan.openSuffix : ''}Codec`
    let name = base
    for (let count = 2; names.has(name); count++) name = `${base}${count}`
    names.add(name)
    entries.set(key, { name, unit, isOpen })
  }
  plan.types.forEach((_, type) => add({ kind: 'reference', type }, false, ''))
  for (const { shape, isOpen, hint } of payloads) add(shape, isOpen, hint)
  return entries
}

function entryKey(shape: Shape, isOpen: boolean): string {
  return `${isOpen ? 'open' : 'closed'} ${shapeKey(shape)}`
}

// Writes every function that has been asked for so far, and those that they ask for in turn.
function functionTexts(plan: Plan, vocabulary: Vocabulary): string[] {
  const texts: string[] = []
  for (let job = plan.nextJob(); job !== undefined; job = plan.nextJob()) {
    const { unit, direction } = job
    const lines =
      direction === 'encode'
        ? encoderLines(unit, plan, vocabulary)
        : decoderLines(unit, direction === 'decodeOpen', plan, vocabulary)
    texts.push(lines.join('\n'))
  }
  return texts
}

function fileText(
  types: readonly TypeDefinition[],
  plan: Plan,
  entries: readonly CodecEntry[],
  functions: readonly string[],
  { kernel, constants }: Vocabulary,
  options: CodecOptions,
): string {
  const members = `const MEMBERS: readonly string[] = [${memberNames(entries, plan).map(quote).join(', ')}]`
  const codecs = entries.map((entry) => codecText(entry, plan))
  const kernelModule = options.kernelModule ?? 'coxswain/kernel-v1'
  const kernelTypes = ['Codec', 'Input', 'Output'].map((name) => `  type ${name},`)
  const parts = [
    ...(options.header === undefined ? [] : [options.header]),
    [
      'import {',
      ...kernel.names().map((name) => `  ${name},`),
      ...kernelTypes,
      `} from ${quote(kernelModule)}`,
      ...typeImport(types, plan.types, options.typesModule),
    ].join('\n'),
    [members, ...constants.lines()].join('\n'),
    ...codecs,
    ...functions,
  ]
  return `${parts.join('\n\n')}\n`
}

/** All types, since each has a codec that names it. */
function typeImport(types: readonly TypeDefinition[], local: readonly TypeDefinition[], module: string): string[] {
  const names = types.map(({ name }, index) => {
    const here = local[index]!.name
    return here === name ? name : `${name} as ${here}`
  })
  return names.length === 0 ? [] : [`import type { ${names.sort().join(', ')} } from ${quote(module)}`]
}

function localTypes(types: readonly TypeDefinition[]): TypeDefinition[] {
  const names = new Set(types.map((type) => type.name))
  return types.map((type) => {
    if (isSafeName(type.name)) return type
    const words = type.name.split(/[^\p{L}\p{N}]+/u)
    let name = `${words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')}Type`
    if (!/^\p{L}/u.test(name)) name = `Type${name}`
    while (names.has(name)) name += 'Type'
    names.add(name)
    return { ...type, name }
  })
}

/** Functions begin with a small letter, constants have an underscore, codecs end in `Codec`: nothing else may look so. */
function isSafeName(name: string): boolean {
  return /^\p{Lu}[\p{L}\p{N}]*$/u.test(name) && !OWN_NAMES.has(name) && !name.endsWith('Codec')
}

function codecText({ name, unit, isOpen }: CodecEntry, plan: Plan): string {
  const text = unit.shape.kind === 'reference' ? typeText(unit.shape, plan.types) : unit.text
  return [
    `export const ${name}: Codec<${text}> = {`,
    `  encode: ${plan.functionName(unit, 'encode')},`,
    `  decode: ${plan.functionName(unit, isOpen ? 'decodeOpen' : 'decode')},`,
    `  maxBytes: ${isOpen ? Infinity : maxBytesOf(unit.shape, plan.types)},`,
    '  members: MEMBERS,',
    '}',
  ].join('\n')
}

// One list for the file: error paths show a key only if some type of the declaration has a member of that name.
function memberNames(entries: readonly CodecEntry[], plan: Plan): string[] {
  const names = new Set<string>()
  const collect = (shape: Shape): void => {
    if (shape.kind === 'object') for (const member of shape.members) names.add(member.name)
    innerShapes(shape).forEach(collect)
  }
  for (const { unit } of entries) collect(unit.shape)
  for (const type of plan.types) collect(type.shape)
  return [...names].sort()
}
