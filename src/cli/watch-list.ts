/** What a run of the generator depends on, as folders to watch and names to look out for in them. */

import { realpathSync, statSync } from 'node:fs'
import { dirname, normalize, resolve, sep } from 'node:path'

import type { GeneratorRun } from '../../codegen/generator.ts'

export interface WatchList {
  /** Absolute paths. */
  readonly folders: ReadonlySet<string>
  /** Whether a name that has changed in one of the folders can matter. */
  isRelevant(path: string): boolean
}

/** The list for a run that was started in `folder` for these paths. */
export function createWatchList(folder: string, paths: readonly string[], run: GeneratorRun): WatchList {
  const starts = paths.map((path) => resolve(folder, path))
  const searched = new Set(run.folders)
  const files = new Set([...starts, ...run.result.outputs.map((output) => resolve(folder, output.path))])
  for (const { question, path, answer } of run.facts) {
    files.add(normalize(path))
    // Whoever writes to a linked file writes elsewhere.
    if (question === 'text' && answer !== undefined) files.add(targetOf(path))
  }
  const folders = new Set([...searched, ...[...files].map((path) => dirname(path))].filter(isFolder))
  return {
    folders,
    isRelevant: (path) => files.has(path) || (searched.has(dirname(path)) && isSearchedFor(path, searched)),
  }
}

/** A declaration, a generated file, or a folder that may hold some: one that is there now, or was there before. */
function isSearchedFor(path: string, searched: ReadonlySet<string>): boolean {
  if (path.endsWith('.steer.ts') || path.endsWith('.gen.ts') || searched.has(path)) return true
  const name = path.slice(path.lastIndexOf(sep) + 1)
  return name !== 'node_modules' && name !== 'dist' && !name.startsWith('.') && isFolder(path)
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  } catch {
    // Something above it is no folder, or is closed.
    return false
  }
}

function targetOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // It has gone since it was read, which is an event of its own.
    return normalize(path)
  }
}
