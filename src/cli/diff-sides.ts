/** What `coxswain diff` is asked to compare: files, folders, revisions of git, and files in those. */

import { existsSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'

import { checkFile } from '../../codegen/check/index.ts'
import { sortDiagnostics, type Diagnostic } from '../../codegen/diagnostics/index.ts'
import { findDeclarations } from '../../codegen/find-declarations.ts'
import { loadReader } from '../../codegen/load-reader.ts'
import { versionOf, type DeclaredVersion } from '../../codegen/versions/index.ts'
import { SteerError } from '../base/errors.ts'
import { checkOut, isRevision, type Checkout } from './git.ts'

/** One of the two that are compared. */
export interface DiffSide {
  /** A revision of git; absent for the files as they are now. */
  readonly revision?: string
  /** Relative to the folder, or to the top of the repository. */
  readonly paths: readonly string[]
  readonly from: 'folder' | 'top'
  /** The path is there on the other side, and need not be on this one: it may have come, or gone. */
  readonly mayLack?: true
}

/** The protocols of a side. */
export interface ReadSide {
  readonly versions: readonly DeclaredVersion[]
  readonly diagnostics: readonly Diagnostic[]
  /** Paths that this side may lack, and does. */
  readonly missing: readonly string[]
  /** What file names in diagnostics are relative to; there until `close`. */
  readonly root: string
  close(): void
}

type Argument =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'revision'; readonly revision: string }
  | { readonly kind: 'spec'; readonly side: DiffSide }

/**
 * Reads the arguments as git does: first what is compared, each of it a path, `REV:PATH` or a revision; behind revisions, the
 * paths that count in both.
 *
 * @throws SteerError `misuse` for what is none of these, or not two.
 */
export function parseSides(folder: string, args: readonly string[]): readonly [older: DiffSide, newer: DiffSide] {
  const [first, second] = args
  const older = parseArgument(folder, first!)
  if (older.kind === 'revision') return parseRevisions(folder, older.revision, args.slice(1))
  if (args.length > 2) throw new SteerError('misuse', 'more than two things to compare')
  if (second === undefined) {
    if (older.kind === 'path')
      throw new SteerError('misuse', `there is one side only, ${older.path}: name a revision, or a second path`)
    const { paths, from } = older.side
    return [older.side, { paths, from }]
  }
  const newer = parseArgument(folder, second)
  const before = sideOf(older)
  if (newer.kind === 'revision') return [before, { ...before, revision: newer.revision, mayLack: true }]
  return [before, sideOf(newer)]
}

/** `REV`, `REV PATH...`, `REV REV`, `REV REV PATH...`, `REV REV:PATH`. */
function parseRevisions(
  folder: string,
  older: string,
  rest: readonly string[],
): readonly [older: DiffSide, newer: DiffSide] {
  const [next, ...others] = rest
  const second = next === undefined ? undefined : readArgument(folder, next)
  if (second?.kind === 'spec') {
    if (others.length > 0) throw new SteerError('misuse', 'more than two things to compare')
    return [{ ...second.side, revision: older, mayLack: true }, second.side]
  }
  const paths = second?.kind === 'revision' ? others : rest
  const shared = { paths: paths.length === 0 ? ['.'] : paths, from: 'folder', mayLack: true } as const
  return [
    { ...shared, revision: older },
    second?.kind === 'revision' ? { ...shared, revision: second.revision } : shared,
  ]
}

function sideOf(argument: Exclude<Argument, { readonly kind: 'revision' }>): DiffSide {
  return argument.kind === 'spec' ? argument.side : { paths: [argument.path], from: 'folder' }
}

function parseArgument(folder: string, text: string): Argument {
  const argument = readArgument(folder, text)
  if (argument !== undefined) return argument
  throw new SteerError('misuse', `${text} is no file or folder here, and no revision that git knows`)
}

/** Undefined for what is neither here nor known to git. */
function readArgument(folder: string, text: string): Argument | undefined {
  if (existsSync(resolve(folder, text))) return { kind: 'path', path: text }
  // No branch has a colon in its name.
  const [, revision, path] = /^([^:]+):(.*)$/.exec(text) ?? []
  if (revision !== undefined && path !== undefined && isRevision(folder, revision)) {
    // As for git: from the top of the repository, unless the path begins with a dot.
    const from = /^\.\.?(\/|$)/.test(path) ? 'folder' : 'top'
    return { kind: 'spec', side: { revision, paths: [path === '' ? '.' : path], from } }
  }
  return isRevision(folder, text) ? { kind: 'revision', revision: text } : undefined
}

/**
 * Reads the protocols of a side. Whoever reads it closes it.
 *
 * @throws SteerError `misuse` for paths that are not there, `dependency` without ts-morph or git.
 */
export async function readSide(folder: string, side: DiffSide): Promise<ReadSide> {
  const checkout = side.revision === undefined ? undefined : checkOut(folder, side.revision)
  const close = (): void => {
    checkout?.remove()
  }
  try {
    const base = baseOf(folder, side, checkout)
    return { ...(await readFrom(base, side)), close }
  } catch (error) {
    close()
    throw error
  }
}

/** What the paths of a side are relative to. */
function baseOf(folder: string, { from }: DiffSide, checkout: Checkout | undefined): string {
  if (checkout !== undefined) return from === 'top' ? checkout.top : checkout.folder
  return from === 'top' ? topOf(folder) : folder
}

/** The innermost folder that holds the base and all paths: the reader looks at nothing outside of the folder it is given. */
function rootOf(base: string, paths: readonly string[]): string {
  const isInside = (place: string, path: string): boolean => {
    const way = relative(place, resolve(base, path))
    return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
  }
  let root = base
  while (!paths.every((path) => isInside(root, path)) && dirname(root) !== root) root = dirname(root)
  return root
}

/** The top of the repository that the folder is in. */
function topOf(folder: string): string {
  let place = realpathSync(folder)
  while (!existsSync(join(place, '.git')) && dirname(place) !== place) place = dirname(place)
  return place
}

async function readFrom(base: string, { paths, mayLack, revision }: DiffSide): Promise<Omit<ReadSide, 'close'>> {
  const present = paths.filter((path) => existsSync(resolve(base, path)))
  const missing = paths.filter((path) => !present.includes(path))
  if (missing.length > 0 && mayLack === undefined) {
    throw new SteerError('misuse', `there is no ${missing[0]}${revision === undefined ? '' : ` in ${revision}`}`)
  }
  const root = rootOf(base, present)
  const found = findDeclarations(
    root,
    present.map((path) => resolve(base, path)),
  )
  if (found.declarations.length === 0) return { versions: [], diagnostics: found.diagnostics, missing, root }
  const { readDeclarations } = await loadReader()
  const read = readDeclarations({ root, files: found.declarations })
  const checked = read.files.map((file) => ({ file, ...checkFile(file) }))
  const versions = checked.flatMap(({ file, models }) =>
    models.map((model) => ({
      version: versionOf(model, file.types),
      exportName: model.declaration.exportName,
      file: relative(base, resolve(root, file.file)).split(sep).join('/'),
    })),
  )
  const diagnostics = [found, read, ...checked].flatMap((part) => part.diagnostics)
  return { versions, diagnostics: sortDiagnostics(diagnostics), missing, root }
}

/** How a side is called: `HEAD~1`, `HEAD~1:shop`, `shop`. */
export function describeSide(side: DiffSide, folder: string): string {
  const paths = side.paths.map((path) => relative(folder, resolve(folder, path)) || '.').join(' ')
  if (side.revision === undefined) return paths === '.' ? 'the files here' : paths
  return paths === '.' ? side.revision : `${side.revision}:${paths}`
}
