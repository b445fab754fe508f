/** The project that `coxswain init` writes, from an empty folder to a greeting. */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownEnvironment, runNode, runNpm, type Finished, type Packed } from './packed.ts'
import { findFreePort } from './readme-example.ts'

/** Runs `init` from the packed package in an empty folder, and installs what it names; the package comes from the tarball. */
export async function createFirstProject(packed: Packed, folder: string): Promise<void> {
  mkdirSync(folder)
  await succeed(runNode([join(packed.project, 'node_modules/.bin/coxswain'), 'init'], folder))
  await succeed(runNpm(['install', '--prefer-offline', '--no-audit', '--no-fund', packed.tarball], folder))
}

export function runScript(folder: string, name: string, ...args: string[]): Promise<Finished> {
  return runNpm(['run', '--silent', name, '--', ...args], folder)
}

export function typeCheck(folder: string): Promise<Finished> {
  return runNode([join(folder, 'node_modules/typescript/bin/tsc'), '-p', folder], folder)
}

/** The line that `npm run NAME` stands for, read from the package.json. */
export function scriptOf(folder: string, name: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    scripts: Readonly<Record<string, string>>
  }
  return manifest.scripts[name] ?? ''
}

/** Starts the master, then the peer once it listens, and gives what both printed and how the master ended on Ctrl-C. */
export async function greet(
  folder: string,
  name: string,
): Promise<{ readonly master: string; readonly peer: string; readonly ended: readonly unknown[] }> {
  const env = { ...ownEnvironment(), PORT: String(await findFreePort()) }
  // Node itself, without npm and tsx around it, so that the signal reaches the program.
  const start = (...args: string[]): ChildProcess =>
    spawn(process.execPath, ['--import', 'tsx', ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const master = start('master.ts')
  const closed = once(master, 'close')
  try {
    let printed = ''
    for await (const chunk of master.stdout ?? []) {
      printed += String(chunk)
      if (printed.includes('\n')) break
    }
    const peer = start('peer.ts', name)
    let greeting = ''
    for await (const chunk of peer.stdout ?? []) greeting += String(chunk)
    master.kill('SIGINT')
    const ended = (await closed) as unknown[]
    return { master: printed.replace(env.PORT, 'PORT'), peer: greeting, ended }
  } finally {
    master.kill('SIGKILL')
  }
}

async function succeed(running: Promise<Finished>): Promise<void> {
  const { code, output } = await running
  if (code !== 0) throw new Error(`exit code ${String(code)}:\n${output}`)
}
