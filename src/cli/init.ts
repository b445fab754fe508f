/** `coxswain init`: a first protocol, a master and a peer, in a folder that has nothing of its own yet. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'

import { GENERATOR_VERSION } from '../../codegen/emit/version.ts'
import { SteerError } from '../base/errors.ts'
import type { Command, CommandCall, ExitCode } from './command.ts'
import { completeManifest, FIRST_FILES, type Manifest } from './first-project.ts'

export const initCommand: Command = {
  name: 'init',
  summary: 'writes a first protocol, a master and a peer into an empty folder',
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
  const inTheWay = FIRST_FILES.filter((file) => existsSync(join(target, file.path))).map((file) => file.path)
  if (inTheWay.length > 0) {
    throw new SteerError('misuse', `${inTheWay.join(', ')} stand in the way in ${path}; nothing was written`)
  }
  const manifest = completeManifest(readManifest(target), basename(target), GENERATOR_VERSION)
  mkdirSync(target, { recursive: true })
  for (const file of FIRST_FILES) writeFileSync(join(target, file.path), file.text, { flag: 'wx' })
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  const written = [...FIRST_FILES.map((file) => file.path), 'package.json']
  if (flags.has('json')) terminal.out(JSON.stringify({ ok: true, folder: path, written }, null, 2))
  else terminal.out(describe(written, relative(folder, target)))
  return 0
}

function readManifest(target: string): Manifest {
  const path = join(target, 'package.json')
  if (!existsSync(path)) return {}
  let manifest: unknown
  try {
    manifest = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new SteerError('misuse', 'package.json cannot be read as JSON; nothing was written', { cause: error })
  }
  if (manifest === null || typeof manifest !== 'object') {
    throw new SteerError('misuse', 'package.json holds no object; nothing was written')
  }
  const { type } = manifest as Manifest
  if (type === undefined || type === 'module') return manifest
  throw new SteerError(
    'misuse',
    `package.json says "type": ${JSON.stringify(type)}; make it "module" first. Nothing was written`,
  )
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
