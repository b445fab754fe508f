/** Declarations below some paths, read and proved, for the commands that need what a protocol is made of. */

import { checkFile } from '../../codegen/check/index.ts'
import { sortDiagnostics, type Diagnostic } from '../../codegen/diagnostics/index.ts'
import { findDeclarations } from '../../codegen/find-declarations.ts'
import { loadReader } from '../../codegen/load-reader.ts'
import type { ProtocolModel } from '../ir/model.ts'

export interface ReadModels {
  readonly models: readonly ProtocolModel[]
  readonly diagnostics: readonly Diagnostic[]
}

/** @throws SteerError `dependency` when ts-morph is not installed. */
export async function readModels(folder: string, paths: readonly string[]): Promise<ReadModels> {
  const found = findDeclarations(folder, paths)
  if (found.declarations.length === 0) return { models: [], diagnostics: found.diagnostics }
  const { readDeclarations } = await loadReader()
  const read = readDeclarations({ root: folder, files: found.declarations })
  const checked = read.files.map(checkFile)
  const diagnostics = [found, read, ...checked].flatMap((part) => part.diagnostics)
  return { models: checked.flatMap(({ models }) => models), diagnostics: sortDiagnostics(diagnostics) }
}
