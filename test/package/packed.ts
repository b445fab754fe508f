/**
 * The package as a user gets it: packed from a copy of the sources, so that no other test sees a half-written `dist`, and
 * installed in an empty folder.
 */

import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url))

const PACKED = [
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  '.npmrc',
  '.ci/build.js',
  'src',
  'codegen',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
]

export interface Packed {
  readonly tarball: string
  /** An empty project that has installed the tarball and nothing else. */
  readonly project: string
  /** The package in that project. */
  readonly installed: string
  remove(): void
}

export interface Finished {
  readonly code: number
  readonly output: string
}

/** Slow: compiles everything. */
export async function packAndInstall(): Promise<Packed> {
  const folder = mkdtempSync(join(tmpdir(), 'coxswain-package-'))
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const tarball = await pack(folder)
    const project = join(folder, 'project')
    mkdirSync(project)
    writeFileSync(join(project, 'package.json'), '{ "name": "user", "private": true, "type": "module" }\n')
    await succeed(runNpm(['install', '--omit=peer', '--prefer-offline', '--no-audit', '--no-fund', tarball], project))
    return { tarball, project, installed: join(project, 'node_modules/coxswain'), remove }
  } catch (error) {
    remove()
    throw error
  }
}

async function pack(folder: string): Promise<string> {
  const copy = join(folder, 'copy')
  for (const path of PACKED) cpSync(join(ROOT, path), join(copy, path), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'dir')
  await succeed(runNpm(['pack', '--pack-destination', folder], copy))
  const name = readdirSync(folder).find((entry) => entry.endsWith('.tgz'))
  if (name === undefined) throw new Error('npm pack wrote no tarball')
  return join(folder, name)
}

/** Runs a script of Node to its end and gives what it printed on either stream. */
export function runNode(args: readonly string[], cwd: string): Promise<Finished> {
  return run(process.execPath, args, cwd)
}

/** Runs npm to its end and gives what it printed on either stream. */
export function runNpm(args: readonly string[], cwd: string): Promise<Finished> {
  const script = process.env['npm_execpath']
  if (script?.includes('npm-cli') === true) return run(process.execPath, [script, ...args], cwd)
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, cwd)
}

function run(file: string, args: readonly string[], cwd: string): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env: ownEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.on('error', reject)
    child.on('close', (code) => {
      resolve({ code: code ?? -1, output })
    })
  })
}

/** Without what `npm test` and vitest say about this project, which would reach the project under test too. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  const ours =
    /^(npm_(package|lifecycle)_|npm_config_local_prefix$|INIT_CWD$|VITEST|NODE_ENV$|NODE_OPTIONS$|NODE_PATH$)/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)))
}

async function succeed(running: Promise<Finished>): Promise<void> {
  const { code, output } = await running
  if (code !== 0) throw new Error(`exit code ${String(code)}:\n${output}`)
}

/** The paths of all files under a folder, relative to it, without those of nested packages. */
export function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !path.startsWith('node_modules/'))
    .sort()
}

export function readManifest(folder: string): {
  readonly version: string
  readonly exports: Readonly<Record<string, unknown>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
} {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as ReturnType<typeof readManifest>
}
