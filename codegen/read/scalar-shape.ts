/** Types without parts: primitives and literals, and those that say nothing or stand for no value. */

import { ts } from 'ts-morph'
import type { Shape } from '../../src/ir/shape.ts'
import { createDiagnostic } from '../diagnostics/diagnostic.ts'
import type { PayloadPlace } from './payload-place.ts'
import type { TypeReader } from './type-reader.ts'

const { TypeFlags } = ts

/** `'structured'` for unions, intersections and object types, which have parts. */
export function readScalar(reader: TypeReader, type: ts.Type, place: PayloadPlace): Shape | undefined | 'structured' {
  const { flags } = type
  if (flags & TypeFlags.Boolean) return { kind: 'boolean' }
  if (flags & (TypeFlags.Object | TypeFlags.UnionOrIntersection)) return 'structured'
  if (flags & TypeFlags.Null) return { kind: 'null' }
  if (flags & TypeFlags.String) return { kind: 'string' }
  if (flags & TypeFlags.Number) return { kind: 'number' }
  if (flags & TypeFlags.BigInt) return { kind: 'bigint' }
  if (flags & TypeFlags.BooleanLiteral)
    return { kind: 'literal', value: reader.context.checker.typeToString(type) === 'true' }
  if (flags & (TypeFlags.StringLiteral | TypeFlags.NumberLiteral | TypeFlags.BigIntLiteral)) {
    return readLiteral(reader, type as ts.LiteralType, place)
  }
  return refuseScalar(reader, type, place)
}

function readLiteral(reader: TypeReader, type: ts.LiteralType, place: PayloadPlace): Shape | undefined {
  const { value } = type
  if (typeof value === 'object') {
    const magnitude = BigInt(value.base10Value)
    return { kind: 'literal', value: value.negative ? -magnitude : magnitude }
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return reader.refuse('STEER3015', place, `the literal ${value} is not a finite number`)
  }
  // The compiler takes 0 and -0 for one literal type.
  return { kind: 'literal', value: value === 0 ? 0 : value }
}

function refuseScalar(reader: TypeReader, type: ts.Type, place: PayloadPlace): Shape | undefined {
  const { flags } = type
  const text = reader.context.checker.typeToString(type)
  if (flags & TypeFlags.Any && isUnresolved(type)) {
    deferUnresolved(reader, place)
    return
  }
  if (flags & (TypeFlags.Any | TypeFlags.Unknown | TypeFlags.Never | TypeFlags.NonPrimitive)) {
    return reader.refuse('STEER3002', place, `\`${text}\` describes no payload`)
  }
  if (flags & TypeFlags.VoidLike) {
    return reader.refuse(
      'STEER3009',
      place,
      `\`${text}\` cannot be carried here, only a member of an object can be absent`,
    )
  }
  if (flags & (TypeFlags.TemplateLiteral | TypeFlags.StringMapping)) {
    return reader.refuse('STEER3011', place, `the template literal type ${text} has no bound`)
  }
  if (flags & TypeFlags.ESSymbolLike) return reader.refuse('STEER3001', place, 'a symbol cannot be carried')
  if (flags & TypeFlags.Enum) return reader.refuse('STEER3015', place, `the value of \`${text}\` is computed`)
  return reader.refuse('STEER3004', place, `\`${text}\` is not a concrete type`)
}

/** The compiler's own mark for a type that it could not find: `any` by its flags, told apart by its inner name. */
function isUnresolved(type: ts.Type): boolean {
  const { intrinsicName } = type as { readonly intrinsicName?: string }
  return intrinsicName === 'error' || intrinsicName === 'unresolved'
}

function deferUnresolved(reader: TypeReader, place: PayloadPlace): undefined {
  const { context } = reader
  const { declaration, node, path } = place
  const details = {
    message: `\`${path}\`: its type could not be resolved`,
    hint: 'check the imports of the file that declares it',
    related: declaration && [{ message: `\`${path}\` is declared here`, source: context.spanOf(declaration) }],
  }
  const diagnostic = createDiagnostic('STEER3002', context.spanOf(node), details)
  context.unresolved.push({ diagnostic, file: (declaration ?? node).getSourceFile() })
  return undefined
}
