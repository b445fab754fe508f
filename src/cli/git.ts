/** The sources of a revision of git, as files: declarations import others, so the text of one alone is not enough. */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

import { SteerError } from '../base/errors.ts'

/** The sources of one revision in a folder of their own. */
export interface Checkout {
  /** The folder that stands for the top of the repository. */
  readonly top: string
  /** The folder that stands for the one that the command was called in. */
  readonly folder: string
  remove(): void
}

type Environment = Readonly<Record<string, string | undefined>>

/** In a hook, git says with these which repository is meant; a submodule is another one. */
const OUTSIDE: Environment = {
  GIT_DIR: undefined,
  GIT_COMMON_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_PREFIX: undefined,
  GIT_OBJECT_DIRECTORY: undefined,
  GIT_ALTERNATE_OBJECT_DIRECTORIES: undefined,
}

/** No list of files is longer than this. */
const OUTPUT_MAX_BYTES = 256 * 1024 * 1024

/** Whether git knows a commit by that name. False where there is no repository. */
export function isRevision(folder: string, name: string): boolean {
  return commitOf(folder, name) !== undefined
}

/**
 * Writes the sources of a revision into a folder below the system's one for temporary files. The repository, its index and its
 * working tree stay as they are; packages are found where they are installed now.
 *
 * @throws SteerError `misuse` for what git does not know, `dependency` where it cannot be run.
 */
export function checkOut(folder: string, revision: string): Checkout {
  const commit = commitOf(folder, revision)
  if (commit === undefined) throw new SteerError('misuse', `git knows no revision "${revision}" here`)
  const top = runGit(folder, ['rev-parse', '--show-toplevel']).trimEnd()
  const prefix = runGit(folder, ['rev-parse', '--show-prefix']).trimEnd()
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'coxswain-diff-')))
  const remove = (): void => {
    rmSync(place, { recursive: true, force: true })
  }
  try {
    const target = join(place, 'tree')
    mkdirSync(join(target, prefix), { recursive: true })
    writeSources(top, commit, target, join(place, 'index'))
    return { top: target, folder: join(target, prefix), remove }
  } catch (error) {
    remove()
    throw error
  }
}

/** The sources of a commit, and of the submodules that belong to it. */
function writeSources(top: string, commit: string, target: string, index: string, env: Environment = {}): void {
  const entries = runGit(top, ['ls-tree', '-r', '-z', '--full-tree', commit], { env })
    .split('\0')
    .flatMap((entry) => {
      const [, kind, name, path] = /^\d+ (\w+) (\w+)\t([^]*)$/.exec(entry) ?? []
      return kind === undefined ? [] : [{ kind, name: name!, path: path! }]
    })
  const files = entries.filter(({ kind, path }) => kind === 'blob' && isSource(path)).map(({ path }) => path)
  // An index of its own: that of the repository may hold what is about to be committed.
  const withIndex = { ...env, GIT_INDEX_FILE: index }
  runGit(top, ['read-tree', commit], { env: withIndex })
  runGit(top, ['checkout-index', '--quiet', '-z', '--stdin', `--prefix=${target}/`], {
    env: withIndex,
    input: files.map((file) => `${file}\0`).join(''),
  })
  linkPackages(top, target, files)
  entries
    .filter(({ kind }) => kind === 'commit')
    .forEach(({ name, path }, number) => {
      writeSubmodule(join(top, path), name, join(target, path), `${index}-${number}`)
    })
}

/** One that is not there in the working tree is nowhere: the other side of the comparison lacks it too. */
function writeSubmodule(top: string, commit: string, target: string, index: string): void {
  if (!existsSync(join(top, '.git'))) return
  if (commitOf(top, commit, OUTSIDE) === undefined) {
    throw new SteerError('misuse', `the submodule in ${top} lacks the commit ${commit}; fetch it first`)
  }
  writeSources(top, commit, target, index, OUTSIDE)
}

/** The packages of each folder that has some, as they are installed in the working tree. */
function linkPackages(top: string, target: string, files: readonly string[]): void {
  const owners = files.filter((file) => basename(file) === 'package.json').map((file) => dirname(file))
  for (const owner of new Set(['.', ...owners])) {
    const installed = join(top, owner, 'node_modules')
    const link = join(target, owner, 'node_modules')
    if (existsSync(installed) && !existsSync(link)) symlinkSync(installed, link, 'junction')
  }
}

/** What a declaration can import, and what says how imports are followed. */
function isSource(file: string): boolean {
  return /\.[cm]?tsx?$/.test(file) || basename(file) === 'package.json' || /^tsconfig.*\.json$/.test(basename(file))
}

function commitOf(folder: string, name: string, env: Environment = {}): string | undefined {
  // Git would take it for an option.
  if (name === '' || name.startsWith('-')) return undefined
  try {
    return runGit(folder, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`], { env }).trimEnd()
  } catch (error) {
    if (SteerError.is(error) && error.code === 'misuse') return undefined
    throw error
  }
}

function runGit(
  folder: string,
  args: readonly string[],
  { env = {}, input = '' }: { readonly env?: Environment; readonly input?: string } = {},
): string {
  try {
    return execFileSync('git', args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...env },
      input,
      maxBuffer: OUTPUT_MAX_BYTES,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new SteerError('dependency', 'git cannot be run, and revisions need it', { cause: error })
    }
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n')[0] : ''
    throw new SteerError('misuse', `git ${args[0]} failed${said === '' ? '' : `: ${said}`}`, { cause: error })
  }
}
