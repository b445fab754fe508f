/** From a declaration to a model that is proved, or to everything that is wrong with it. */

import type { DeclarationFile, ProtocolDeclaration } from '../../src/ir/declaration.ts'
import { lowerProtocol } from '../../src/ir/lower.ts'
import { createModel, type ProtocolModel } from '../../src/ir/model.ts'
import type { TypeDefinition } from '../../src/ir/shape.ts'
import { createDiagnostic, type Diagnostic } from '../diagnostics/index.ts'
import { checkFlow } from './flow.ts'
import { checkNaming } from './naming.ts'
import { drawTrace, exploreProduct, readSide } from './product.ts'
import { checkProgress } from './progress.ts'

export interface CheckedFile {
  /** The protocols without errors, in the order of the declaration. */
  readonly models: readonly ProtocolModel[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Checks every protocol of a file by all rules. */
export function checkFile(file: DeclarationFile): CheckedFile {
  const models: ProtocolModel[] = []
  const diagnostics: Diagnostic[] = []
  for (const declaration of file.protocols) {
    const checked = checkProtocol(declaration, file.types)
    diagnostics.push(...checked.diagnostics)
    if (checked.model !== undefined) models.push(checked.model)
  }
  return { models, diagnostics }
}

export interface CheckedProtocol {
  /** Absent where an error was found. */
  readonly model?: ProtocolModel
  readonly diagnostics: readonly Diagnostic[]
}

/** Rules on the steps first: only a protocol that keeps them has a machine, and only a machine has states to name. */
export function checkProtocol(declaration: ProtocolDeclaration, types: readonly TypeDefinition[]): CheckedProtocol {
  const onSteps = checkFlow(declaration)
  if (hasErrors(onSteps)) return { diagnostics: onSteps }
  const machine = lowerProtocol(declaration)
  const model = createModel(declaration, machine, types)
  const diagnostics = [...onSteps, ...checkProgress(machine), ...checkNaming(model), ...checkSafety(model)]
  return hasErrors(diagnostics) ? { diagnostics } : { model, diagnostics }
}

function checkSafety({ declaration, table }: ProtocolModel): Diagnostic[] {
  const found = exploreProduct(readSide(table, 'master'), readSide(table, 'peer'))
  if (found === undefined) return []
  const trace = found.trace.length === 0 ? '' : `:\n${drawTrace(found.trace)}`
  const message = `the pair of "${declaration.name}" is not safe: ${found.problem}${trace}`
  return [createDiagnostic('STEER2015', declaration.source, { message })]
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error')
}
