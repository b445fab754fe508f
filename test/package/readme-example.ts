/** The files that the README shows, in a project of their own that has the packed package and ts-morph. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { ROOT, runNode, type Finished, type Packed } from './packed.ts'

const COMPILER_OPTIONS = {
  target: 'es2022',
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noEmitOnError: true,
  types: ['node'],
  typeRoots: [join(ROOT, 'node_modules/@types')],
}

/** Writes every block of the README that begins with a file name, on a port that is free, and generates from it. */
export async function createReadmeProject(packed: Packed, folder: string): Promise<void> {
  mkdirSync(folder)
  cpSync(join(packed.project, 'node_modules'), join(folder, 'node_modules'), {
    recursive: true,
    verbatimSymlinks: true,
  })
  symlinkSync(join(ROOT, 'node_modules/ts-morph'), join(folder, 'node_modules/ts-morph'), 'dir')
  writeFileSync(join(folder, 'package.json'), '{ "name": "readme", "private": true, "type": "module" }\n')
  const port = String(await findFreePort())
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const blocks = [...readme.matchAll(/```ts\n\/\/ (\S+\.ts)\n(.*?)```/gs)]
  for (const [, name = '', text = ''] of blocks) writeFileSync(join(folder, name), text.replaceAll('7070', port))
  const generated = await runNode([join(folder, 'node_modules/.bin/coxswain'), 'gen'], folder)
  if (generated.code !== 0) throw new Error(`coxswain gen ended with ${String(generated.code)}:\n${generated.output}`)
}

export function compileExample(folder: string): Promise<Finished> {
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['*.ts'] }))
  return runNode([join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder], folder)
}

/** Starts the balancer, then workers until one finds it listening, and gives what both printed. */
export async function runExample(folder: string): Promise<{ readonly balancer: string; readonly worker: Finished }> {
  const balancer = spawn(process.execPath, ['balancer.js'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(balancer, 'close')
  let printed = ''
  balancer.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  balancer.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text))
  try {
    let worker = await runNode(['worker.js'], folder)
    // Each round costs the start of a process, so this waits some seconds at most. Once something is printed, the
    // balancer has heard of a worker or has failed, and another would tell nothing new.
    for (let round = 0; worker.code !== 0 && printed === '' && round < 40; round++) {
      worker = await runNode(['worker.js'], folder)
    }
    return { balancer: printed, worker }
  } finally {
    balancer.kill()
    await ended
  }
}

/** One that nobody listens on, at least just now. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
