/** `coxswain init`: a first protocol, a master and a peer, in a folder that has nothing of its own yet. */

import { lstatSync, mkdirSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'

import { GENERATOR_VERSION } from '../../codegen/emit/version.ts'
import { SteerError } from '../base/errors.ts'
import type { Command, CommandCall, ExitCode } from './command.ts'
import { isMissingFile, readPlainFile, systemCode } from './plain-file.ts'
import { completeManifest, FIRST_FILES, type FirstFile, type Manifest } from './first-project.ts'
import { writeOutputs } from './output-files.ts'

export const initCommand: Command = {
  help: `coxswain init: writes a first protocol, a master and a peer

Usage: coxswain init [FOLDER] [--json]

FOLDER is made if it is missing; the default is the folder that you are in. A package.json that is there is completed,
never changed; any other file that would be overwritten stops the command before it writes.

  --json  prints the result as JSON
  --help  prints this

Then, in that folder:
  npm install
  npm run gen          writes greet.gen.ts from greet.steer.ts
  npm run master       in one terminal
  npm run peer -- Ada  in another

Exit code: 0 when it is written, 1 when something stands in the way, 2 for a wrong call.`,
  options: { json: { type: 'boolean' } },
  run: (call) => Promise.resolve(runInit(call)),
}

function runInit({ terminal, folder, paths, flags }: CommandCall): ExitCode {
  const [path = '.', ...others] = paths
  if (others.length > 0) {
    terminal.err('coxswain init: takes one folder\nTry: coxswain init --help')
    return 2
  }
  const target = resolve(folder, path)
  const inTheWay = FIRST_FILES.filter((file) => isThere(join(target, file.path))).map((file) => file.path)
  if (inTheWay.length > 0) throw refuse(`in the way in ${path}: ${inTheWay.join(', ')}`)
  const manifest = completeManifest(readManifest(target), basename(target), GENERATOR_VERSION)
  const files = [...FIRST_FILES, { path: 'package.json', text: `${JSON.stringify(manifest, null, 2)}\n` }]
  write(target, path, files)
  const written = files.map((file) => file.path)
  if (flags.has('json')) terminal.out(JSON.stringify({ ok: true, folder: path, written }, null, 2))
  else terminal.out(describe(written, relative(folder, target)))
  return 0
}

/** A link that leads nowhere is there too. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    // Something above it is no folder, or is closed: reading package.json says which.
    return false
  }
}

/** What stands in the way is for the user to clear away, before anything is written. */
function refuse(problem: string, cause?: unknown): SteerError {
  return new SteerError('misuse', `${problem}; nothing was written`, { cause })
}

function readManifest(target: string): Manifest {
  let manifest: unknown
  try {
    // Some editors begin a file with a byte order mark, which JSON does not know.
    manifest = JSON.parse(readPlainFile(join(target, 'package.json')).replace(/^\ufeff/, ''))
  } catch (error) {
    if (isMissingFile(error)) return {}
    if (!(error instanceof SyntaxError)) throw refuse(`package.json cannot be read: ${systemCode(error)}`, error)
    throw refuse('package.json cannot be read as JSON', error)
  }
  if (!isObject(manifest)) throw refuse('package.json holds no object')
  for (const name of ['scripts', 'dependencies', 'devDependencies']) {
    if (manifest[name] !== undefined && !isObject(manifest[name]))
      throw refuse(`"${name}" of package.json is no object`)
  }
  const { type } = manifest
  if (type === undefined || type === 'module') return manifest
  throw refuse(`package.json says "type": ${JSON.stringify(type)}; make it "module" first`)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** All files or none. A folder that was made for them stays. */
function write(target: string, path: string, files: readonly FirstFile[]): void {
  try {
    mkdirSync(target, { recursive: true })
  } catch (error) {
    throw refuse(`the folder ${path} cannot be made: ${systemCode(error)}`, error)
  }
  const failure = writeOutputs(target, files)
  if (failure !== undefined)
    throw refuse(`${failure.path} cannot be written: ${systemCode(failure.error)}`, failure.error)
}

function describe(written: readonly string[], folder: string): string {
  const go = folder === '' ? '' : `  cd ${folder}\n`
  return `${written.map((path) => `written   ${join(folder, path)}`).join('\n')}

Next:
${go}  npm install
  npm run gen
  npm run master       in one terminal
  npm run peer -- Ada  in another`
}
