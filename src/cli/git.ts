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
    const files = runGit(top, ['ls-tree', '-r', '-z', '--full-tree', '--name-only', commit])
      .split('\0')
      .filter(isSource)
    // An index of its own: that of the repository may hold what is about to be committed.
    const env = { GIT_INDEX_FILE: join(place, 'index') }
    runGit(top, ['read-tree', commit], { env })
    runGit(top, ['checkout-index', '--quiet', '-z', '--stdin', `--prefix=${target}/`], {
      env,
      input: files.map((file) => `${file}\0`).join(''),
    })
    linkPackages(top, target, files)
    return { top: target, folder: join(target, prefix), remove }
  } catch (error) {
    remove()
    throw error
  }
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

function commitOf(folder: string, name: string): string | undefined {
  // Git would take it for an option.
  if (name === '' || name.startsWith('-')) return undefined
  try {
    return runGit(folder, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]).trimEnd()
  } catch (error) {
    if (SteerError.is(error) && error.code === 'misuse') return undefined
    throw error
  }
}

function runGit(
  folder: string,
  args: readonly string[],
  { env = {}, input = '' }: { readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
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
