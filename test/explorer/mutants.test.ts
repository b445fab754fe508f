/**
 * The checker's own test: tables of real and of random protocols, broken in one place. What it rejects has the fault that it says,
 * and what it accepts is safe with channels of every size, as the explorer sees it.
 */

import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { checkFile, checkProtocol } from '../../codegen/check/index.ts'
import { exploreProduct } from '../../codegen/check/product.ts'
import { readSide } from '../../codegen/check/side-machine.ts'
import type { Counterexample, CounterexampleKind } from '../../codegen/diagnostics/index.ts'
import { findDeclarations } from '../../codegen/find-declarations.ts'
import { DeclarationReader } from '../../codegen/read/index.ts'
import type { ProtocolModel } from '../../src/ir/model.ts'
import type { Table } from '../../src/ir/table.ts'
import { withStreams } from '../codegen/check/with-streams.ts'
import { TYPES } from '../simulation/payload-palette.ts'
import { provedArbitrary } from '../simulation/proved-protocol.ts'
import { Explorer, isSafe, type Exploration } from './explore.ts'
import { MalformedTable, TableReader, type StreamForm } from './table-automaton.ts'
import { mutantsOf, type Change, type Mutant } from './table-mutants.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const GENERATED = 20
const CAPACITIES = [1, 2, 3, 4]
const COPIES = ['master', 'peer', 'both'] as const

interface Tally {
  mutants: number
  accepted: number
  rejected: number
  /** Tables that lead nowhere, or round and round between hooks: nothing that could be run at all. */
  malformed: number
  readonly byChange: Map<Change, readonly [accepted: number, rejected: number]>
  readonly byKind: Map<CounterexampleKind, number>
  readonly wrong: string[]
}

function exampleModels(): readonly ProtocolModel[] {
  const { declarations } = findDeclarations(ROOT, ['examples'])
  const { files } = new DeclarationReader({ root: ROOT }).read(declarations)
  return files.flatMap((file) => checkFile(file).models)
}

/** Random protocols of some size, with some of their messages made into streams and some of their payloads sealed. */
function generatedModels(seed: number): readonly ProtocolModel[] {
  const models = fc
    .sample(provedArbitrary, { seed, numRuns: GENERATED * 20 })
    .map((declaration) => checkProtocol(withStreams(declaration), TYPES).model)
    .filter((model): model is ProtocolModel => (model?.table.points.length ?? 0) >= 6)
  return models.slice(0, GENERATED)
}

const explorer = new Explorer()

function judge(model: ProtocolModel, mutant: Mutant, copies: (typeof COPIES)[number], tally: Tally): void {
  const master = copies === 'peer' ? model.table : mutant.table
  const peer = copies === 'master' ? model.table : mutant.table
  const name = `${model.declaration.name}, ${mutant.change}, ${copies}`
  const pairs = asAutomata(master, peer)
  const verdict = verdictOn(model, master, peer)
  tally.mutants++
  const [accepted, rejected] = tally.byChange.get(mutant.kind) ?? [0, 0]
  tally.byChange.set(mutant.kind, verdict === undefined ? [accepted + 1, rejected] : [accepted, rejected + 1])
  if (verdict === undefined) tally.accepted++
  else tally.rejected++
  if (pairs === undefined || verdict === 'malformed') {
    tally.malformed++
    if (pairs !== undefined || verdict !== 'malformed') tally.wrong.push(`${name}: only one calls it malformed`)
    return
  }
  const [letters, frames] = pairs
  if (verdict !== undefined) {
    tally.byKind.set(verdict.kind, (tally.byKind.get(verdict.kind) ?? 0) + 1)
    if (!hasFault(explorer.explore(...letters, 1), verdict.kind))
      tally.wrong.push(`${name}: ${verdict.kind} is not found`)
    return
  }
  const mustEnd = model.machine.forever.length === 0
  for (const pair of [letters, frames]) {
    for (const capacity of CAPACITIES) {
      const seen = explorer.explore(...pair, capacity)
      if (!isSafe(seen)) tally.wrong.push(`${name}: accepted, and ${[...seen.faults.keys()].join(' ')} at ${capacity}`)
      if (mustEnd && seen.faults.has('endless')) tally.wrong.push(`${name}: accepted, and it cannot end`)
      if (pair === letters && seen.bothMaySend !== undefined) tally.wrong.push(`${name}: accepted, and both may send`)
    }
  }
}

function verdictOn(model: ProtocolModel, master: Table, peer: Table): Counterexample | 'malformed' | undefined {
  let sides
  try {
    sides = [readSide(master, 'master', model.machine), readSide(peer, 'peer', model.machine)] as const
  } catch {
    return 'malformed'
  }
  return exploreProduct(...sides)
}

function asAutomata(master: Table, peer: Table) {
  const read = (form: StreamForm) => {
    const reader = new TableReader(form)
    return [reader.read(master, 'master'), reader.read(peer, 'peer')] as const
  }
  try {
    return [read('letter'), read('frames')] as const
  } catch (error) {
    if (error instanceof MalformedTable) return undefined
    throw error
  }
}

/** Whether the explorer sees, with room for one message, what the checker says. */
function hasFault({ faults, bothMaySend }: Exploration, kind: CounterexampleKind): boolean {
  switch (kind) {
    case 'unspecified-reception':
      return faults.has('unspecified')
    case 'orphan-message':
      return faults.has('orphan')
    case 'both-wait':
    case 'left-waiting':
      return faults.has('deadlock')
    case 'both-send':
      return bothMaySend !== undefined
    case 'no-end':
      return faults.has('endless')
    case 'missing-state':
      return false
  }
}

function judgeAll(models: readonly ProtocolModel[]): Tally {
  const tally: Tally = {
    mutants: 0,
    accepted: 0,
    rejected: 0,
    malformed: 0,
    byChange: new Map(),
    byKind: new Map(),
    wrong: [],
  }
  for (const model of models) {
    for (const mutant of mutantsOf(model.table)) {
      for (const copies of COPIES) judge(model, mutant, copies, tally)
    }
  }
  return tally
}

function report(what: string, { mutants, accepted, rejected, malformed, byChange, byKind }: Tally): void {
  const changes = [...byChange].map(([kind, [yes, no]]) => `${kind} ${yes}+${no}`).join(', ')
  const kinds = [...byKind].map(([kind, count]) => `${kind} ${count}`).join(', ')
  console.log(
    `${what}: ${mutants} mutants; ${rejected} rejected (${kinds}, malformed ${malformed}), ${accepted} accepted and safe; ` +
      `accepted + rejected by change: ${changes}`,
  )
}

describe('a table that is broken in one place, for one side or for both', { timeout: 120_000 }, () => {
  test('is rejected or safe, for every protocol of the examples', () => {
    const models = exampleModels()
    expect(models.length).toBeGreaterThanOrEqual(5)
    const tally = judgeAll(models)
    report(`${models.length} protocols of the examples`, tally)
    expect(tally.wrong).toEqual([])
    expect(tally.accepted + tally.rejected).toBe(tally.mutants)
    expect(Math.min(tally.accepted, tally.rejected)).toBeGreaterThan(0)
  })

  test('is rejected or safe, for generated protocols with streams, sealed payloads, hooks and signals', () => {
    const seed = Number(process.env['FAST_CHECK_SEED'])
    const models = generatedModels(seed)
    expect(models).toHaveLength(GENERATED)
    const tally = judgeAll(models)
    report(`${models.length} generated protocols, FAST_CHECK_SEED=${seed}`, tally)
    expect(tally.wrong).toEqual([])
    expect(tally.accepted + tally.rejected).toBe(tally.mutants)
    for (const change of ['swap', 'drop', 'redirect', 'relabel', 'stream', 'seal', 'payload'] as const) {
      expect(tally.byChange.get(change)?.[1], change).toBeGreaterThan(0)
    }
  })
})
