/** From a declaration to a model that is proved, or to everything that is wrong with it. */

import type { DeclarationFile, ProtocolDeclaration } from '../../src/ir/declaration.ts'
import { lowerProtocol } from '../../src/ir/lower.ts'
import { createModel, type ProtocolModel } from '../../src/ir/model.ts'
import type { TypeDefinition } from '../../src/ir/shape.ts'
import type { Role, SourceSpan } from '../../src/ir/source.ts'
import type { Table } from '../../src/ir/table.ts'
import { createDiagnostic, formatCounterexample, type Counterexample, type Diagnostic } from '../diagnostics/index.ts'
import { checkFlow } from './flow.ts'
import { checkNaming } from './naming.ts'
import { exploreProduct } from './product.ts'
import { readSide } from './side-machine.ts'

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
  const diagnostics = [...onSteps, ...checkNaming(model), ...checkSafety(model)]
  return hasErrors(diagnostics) ? { diagnostics } : { model, diagnostics }
}

/**
 * Runs the two sides of the model against each other, each as it reads the table that is about to be written out. The tables are
 * parameters so that a test can break one of them.
 */
export function checkSafety(
  { declaration, machine, table }: ProtocolModel,
  tables: Readonly<Record<Role, Table>> = { master: table, peer: table },
): Diagnostic[] {
  const found = exploreProduct(readSide(tables.master, 'master', machine), readSide(tables.peer, 'peer', machine))
  if (found === undefined) return []
  const code = found.kind === 'no-end' ? 'STEER2005' : 'STEER2015'
  const about =
    found.kind === 'no-end' ? found.problem : `the pair of "${declaration.name}" is not safe: ${found.problem}`
  const message = `${about}:\n\n${formatCounterexample(found)}`
  return [createDiagnostic(code, partingOf(found) ?? declaration.source, { message, counterexample: found })]
}

/** Where the two part: the message that is not taken, else the place of the side that still has one. */
function partingOf({ kind, trace, standing }: Counterexample): SourceSpan | undefined {
  const last = trace.at(-1)?.source
  if (kind === 'unspecified-reception') return last
  return standing.master.source ?? standing.peer.source ?? last
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error')
}
