/** Finds the refinements in a type: the brands of `coxswain/steer` among the parts of an intersection. */

import { ts } from 'ts-morph'
import { checkPattern } from '../../src/ir/pattern.ts'
import type { BigIntegerFormat, IntegerFormat, Shape } from '../../src/ir/shape.ts'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { ReadContext } from './read-context.ts'

export interface RefinedType {
  /** The parts that are no brand: `string` of `Text<{ max: 5 }>`. */
  readonly bases: readonly ts.Type[]
  /** What the brands say, each with its type: `maxLength` with `5`. */
  readonly brands: readonly { readonly name: string; readonly value: ts.Type }[]
}

export interface RefinementProblem {
  readonly code: DiagnosticCode
  readonly message: string
  /** Where that of the code does not fit. */
  readonly hint?: string
}

/** A type belongs to one checker, and is looked at for being refined, open and sealed. */
const found = new WeakMap<ts.IntersectionType, RefinedType | undefined>()

/** Undefined where the intersection carries no brand of ours. */
export function findRefinement(context: ReadContext, type: ts.IntersectionType): RefinedType | undefined {
  if (!found.has(type)) found.set(type, lookForBrands(context, type))
  return found.get(type)
}

function lookForBrands(context: ReadContext, type: ts.IntersectionType): RefinedType | undefined {
  const { checker } = context
  const bases: ts.Type[] = []
  const brands: { name: string; value: ts.Type }[] = []
  for (const part of type.types) {
    const symbol = brandOf(context, part)
    if (symbol === undefined) {
      bases.push(part)
      continue
    }
    const value = checker.getNonNullableType(checker.getTypeOfSymbol(symbol))
    for (const property of checker.getPropertiesOfType(value)) {
      brands.push({ name: property.name, value: checker.getTypeOfSymbol(property) })
    }
  }
  return brands.length === 0 ? undefined : { bases, brands }
}

/** True for `Open` and its parts: `string & { brand }` and so on. */
export function isOpen(context: ReadContext, type: ts.Type): boolean {
  return type.isIntersection() && findRefinement(context, type)?.brands.some(({ name }) => name === 'open') === true
}

/** The shape of the base with what the brands add. */
export function refineShape(
  base: Shape,
  brands: RefinedType['brands'],
): { readonly shape: Shape } | { readonly problem: RefinementProblem } {
  let shape = base
  const seen = new Set<string>()
  // How long the text can be decides which patterns may be run on it.
  const ordered = [...brands].sort((left, right) => Number(left.name === 'pattern') - Number(right.name === 'pattern'))
  for (const { name, value } of ordered) {
    if (seen.has(name)) return problem(`two refinements say \`${TITLES[name] ?? name}\``, 'leave one of them out')
    seen.add(name)
    const refined = refineOnce(shape, name, value)
    if ('problem' in refined) return refined
    shape = refined.shape
  }
  return { shape }
}

const TITLES: Readonly<Record<string, string>> = {
  format: 'which numbers',
  maxLength: 'how long',
  maxBytes: 'how many bytes',
  maxCount: 'how many elements',
  pattern: 'which pattern',
}

type Refined = { readonly shape: Shape } | { readonly problem: RefinementProblem }

function refineOnce(shape: Shape, name: string, value: ts.Type): Refined {
  if (name === 'format') return refineNumber(shape, value)
  if (name === 'pattern') return refinePattern(shape, value)
  const max = maximumOf(value)
  if (typeof max !== 'number') return max
  if (name === 'maxLength' && shape.kind === 'string') return { shape: { ...shape, maxLength: max } }
  if (name === 'maxBytes' && shape.kind === 'bytes') return { shape: { ...shape, maxBytes: max } }
  if (name === 'maxCount' && shape.kind === 'array') return { shape: { ...shape, maxCount: max } }
  return misplaced(shape)
}

function refineNumber(shape: Shape, value: ts.Type): Refined {
  const format = value.isStringLiteral() ? value.value : ''
  if (shape.kind === 'number')
    return { shape: format === 'finite' ? shape : { ...shape, format: format as IntegerFormat } }
  if (shape.kind === 'bigint') return { shape: { ...shape, format: format as BigIntegerFormat } }
  return misplaced(shape)
}

function refinePattern(shape: Shape, value: ts.Type): Refined {
  if (shape.kind !== 'string') return misplaced(shape)
  if (!value.isStringLiteral()) return problem('the pattern of `Match` must be one string literal')
  const checked = checkPattern(value.value, shape.maxLength)
  if (checked.ok) return { shape: { ...shape, pattern: value.value } }
  const message = `the pattern ${JSON.stringify(value.value)} is refused at offset ${checked.index}: ${checked.reason}`
  return { problem: { code: 'STEER3007', message } }
}

function maximumOf(value: ts.Type): number | { problem: RefinementProblem } {
  if (!value.isNumberLiteral()) return problem('`max` must be one number literal')
  if (Number.isSafeInteger(value.value) && value.value >= 0) return value.value
  return problem(`\`max\` is ${value.value}, it must be a safe integer from 0`)
}

function misplaced(shape: Shape): { problem: RefinementProblem } {
  return problem(`a refinement of another type stands on a ${shape.kind}`)
}

function problem(message: string, hint?: string): { problem: RefinementProblem } {
  return { problem: { code: 'STEER3006', message, ...(hint === undefined ? {} : { hint }) } }
}

function brandOf(context: ReadContext, part: ts.Type): ts.Symbol | undefined {
  if (!(part.flags & ts.TypeFlags.Object)) return undefined
  const properties = context.checker.getPropertiesOfType(part)
  const symbol = properties.length === 1 ? properties[0] : undefined
  const declaration = symbol?.declarations?.[0]
  if (symbol === undefined || declaration === undefined || !context.project.isSteer(declaration)) return undefined
  // Members named by a symbol have such names inside the compiler.
  return symbol.escapedName.toString().startsWith('__@refinement') ? symbol : undefined
}
