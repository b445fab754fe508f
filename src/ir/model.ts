/** A protocol with everything that is derived from its declaration, ready to be proved and written out. */

import type { ProtocolDeclaration } from './declaration.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Machine } from './machine.ts'
import type { TypeDefinition } from './shape.ts'
import type { Role } from './source.ts'
import { outcomesOf, statesOf, type Outcomes, type Side } from './states.ts'
import { createTable, type Table } from './table.ts'

export interface ProtocolModel {
  readonly declaration: ProtocolDeclaration
  readonly machine: Machine
  readonly sides: Readonly<Record<Role, Side>>
  readonly outcomes: Outcomes
  readonly table: Table
  readonly fingerprint: string
}

/** Derives the model of a machine that has a message in each round and can reach each of its steps. */
export function createModel(
  declaration: ProtocolDeclaration,
  machine: Machine,
  types: readonly TypeDefinition[],
): ProtocolModel {
  const sides = { master: statesOf(machine, 'master'), peer: statesOf(machine, 'peer') }
  const outcomes = outcomesOf(machine)
  return {
    declaration,
    machine,
    sides,
    outcomes,
    table: createTable(machine, sides, outcomes),
    fingerprint: fingerprintOf(machine, types, declaration.open),
  }
}
