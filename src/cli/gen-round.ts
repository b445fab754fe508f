/** One round of `coxswain gen`: what is on disk is held against what belongs there, and written where it differs. */

import { createDiagnostic, sortDiagnostics } from '../../codegen/diagnostics/index.ts'
import type { Diagnostic, EmittedFile, GenerateResult } from '../../codegen/index.ts'
import { systemCode } from './plain-file.ts'
import { isGenerated, stateOfOutput, writeOutputs, type OutputState } from './output-files.ts'
import { hasErrors } from './report.ts'

export interface FileReport {
  readonly path: string
  readonly state: 'written' | 'unchanged' | 'stale' | 'missing' | 'failed'
}

/** What a round found and did. */
export interface GenReport {
  readonly ok: boolean
  readonly files: readonly FileReport[]
  /** Generated files of ours without a declaration. */
  readonly orphans: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Writes what has changed, all of it or nothing; under `isCheck` every difference is an error, and nothing is written. */
export function finishRound(folder: string, result: GenerateResult, isCheck: boolean): GenReport {
  const states = new Map(result.outputs.map((output) => [output, stateOfOutput(folder, output)]))
  const orphans = result.orphans.filter((path) => isGenerated(folder, path))
  const diagnostics = [...result.diagnostics, ...describeStates(states, isCheck)]
  if (isCheck) diagnostics.push(...orphans.map(describeOrphan))
  const files = isCheck || hasErrors(diagnostics) ? listStates(states) : write(folder, states, diagnostics)
  return { ok: !hasErrors(diagnostics), files, orphans, diagnostics: sortDiagnostics(diagnostics) }
}

function describeStates(states: ReadonlyMap<EmittedFile, OutputState>, isCheck: boolean): Diagnostic[] {
  return [...states].flatMap(([{ path }, state]) => {
    const source = { file: path, line: 1, column: 1, length: 1 }
    if (state === 'foreign') {
      const message = 'a file that this generator did not write stands where the generated one belongs'
      return [createDiagnostic('STEER4005', source, { message })]
    }
    if (state === 'unreadable') return [createDiagnostic('STEER4003', source, { message: 'the file cannot be read' })]
    if (!isCheck || state === 'same') return []
    return state === 'stale'
      ? [createDiagnostic('STEER4001', source, { message: 'the generated file is stale' })]
      : [createDiagnostic('STEER4002', source, { message: 'the generated file is missing' })]
  })
}

/** Without `--check` an orphan is named and no more: deleting it is not the generator's to do. */
function describeOrphan(path: string): Diagnostic {
  const source = { file: path, line: 1, column: 1, length: 1 }
  return createDiagnostic('STEER4007', source, { message: 'nothing declares this generated file any more' })
}

function listStates(states: ReadonlyMap<EmittedFile, OutputState>): FileReport[] {
  return [...states].map(([{ path }, state]) => {
    if (state === 'same') return { path, state: 'unchanged' }
    return { path, state: state === 'stale' || state === 'missing' ? state : 'failed' }
  })
}

/** Writes what has changed. A failure becomes a diagnostic, and nothing has changed then. */
function write(folder: string, states: ReadonlyMap<EmittedFile, OutputState>, diagnostics: Diagnostic[]): FileReport[] {
  const changed = [...states].flatMap(([output, state]) => (state === 'same' ? [] : [output]))
  const failure = writeOutputs(folder, changed)
  if (failure === undefined) {
    return [...states].map(([{ path }, state]) => ({ path, state: state === 'same' ? 'unchanged' : 'written' }))
  }
  const source = { file: failure.path, line: 1, column: 1, length: 1 }
  const message = `the file cannot be written: ${systemCode(failure.error)}`
  diagnostics.push(createDiagnostic('STEER4006', source, { message }))
  return listStates(states)
}
