/** Finds declaration files, and generated files, below a folder. */

import { readdirSync, statSync, type Dirent, type Stats } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'

import { createDiagnostic, type Diagnostic } from './diagnostics/index.ts'

/** What lies below the paths, relative to the root with forward slashes, sorted. */
export interface FoundFiles {
  readonly declarations: readonly string[]
  /** Files named as generated ones and histories are. */
  readonly generated: readonly string[]
  /** The folders that were looked through, absolute. */
  readonly folders: readonly string[]
  /** Paths that could not be read, and files that are no declarations. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Folders that hold no source of the user's. Dot folders are skipped as well. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['node_modules', 'dist'])

/** Looks through folders; a path to a file stands for that file. Links to folders are not followed, so the search ends. */
export function findDeclarations(root: string, paths: readonly string[]): FoundFiles {
  const found: Found = {
    root: resolve(root),
    declarations: new Set(),
    generated: new Set(),
    folders: [],
    diagnostics: [],
  }
  for (const path of paths) look(resolve(found.root, path), found)
  return {
    declarations: [...found.declarations].sort(),
    generated: [...found.generated].sort(),
    folders: found.folders,
    diagnostics: found.diagnostics,
  }
}

interface Found {
  readonly root: string
  readonly declarations: Set<string>
  readonly generated: Set<string>
  readonly folders: string[]
  readonly diagnostics: Diagnostic[]
}

function look(path: string, found: Found): void {
  const about = statOf(path)
  if (about === undefined) {
    complain('STEER4003', path, 'there is no such file or folder, or it cannot be reached', found)
  } else if (about.isDirectory()) {
    lookInto(path, found)
  } else if (path.endsWith('.steer.ts')) {
    found.declarations.add(nameOf(path, found.root))
  } else {
    complain('STEER4004', path, 'the file is not named `*.steer.ts`', found)
  }
}

/** Undefined where nothing is there, or where something above it is no folder, is closed, or is a link to itself. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

function lookInto(folder: string, found: Found): void {
  found.folders.push(folder)
  let entries: Dirent[]
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch {
    complain('STEER4003', folder, 'the folder cannot be read', found)
    return
  }
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!SKIPPED_FOLDERS.has(entry.name) && !entry.name.startsWith('.')) lookInto(path, found)
    } else if (entry.name.endsWith('.steer.ts')) {
      found.declarations.add(nameOf(path, found.root))
    } else if (entry.name.endsWith('.gen.ts') || entry.name.endsWith('.steer.history.json')) {
      found.generated.add(nameOf(path, found.root))
    }
  }
}

function complain(code: 'STEER4003' | 'STEER4004', path: string, message: string, { root, diagnostics }: Found): void {
  diagnostics.push(createDiagnostic(code, { file: nameOf(path, root), line: 1, column: 1, length: 1 }, { message }))
}

function nameOf(path: string, root: string): string {
  const name = relative(root, path)
  return sep === '/' ? name : name.split(sep).join('/')
}
