/**
 * The command `coxswain gen` as a process, against a process that makes a bare ts-morph project of the same files and asks for
 * their errors; unchanged input against a bare start of Node; an edit under `--watch`; and the type-check of what comes out for
 * a protocol of four hundred states.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { moduleBeside } from '../runner/beside.ts'
import { WrongAnswer, type Bench } from '../runner/bench.ts'
import type { Figures, Series } from '../runner/series.ts'
import type { Settings } from '../runner/settings.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const IS_SOURCE = import.meta.url.endsWith('.ts')
const COMMAND = fileURLToPath(new URL(IS_SOURCE ? '../../src/cli/main.ts' : '../../dist/cli.js', import.meta.url))
const BARE = fileURLToPath(moduleBeside(import.meta.url, '../cold/ts-morph'))
const STATES = 400

export const GENERATOR: Bench = {
  name: 'generator',
  about: 'coxswain gen as a process, ms',
  async run(settings) {
    const work = mkdtempSync(join(tmpdir(), 'bench-'))
    const one = createFolder(join(work, 'one'), 1)
    const many = createFolder(join(work, 'many'), 200)
    const large = createFolder(join(work, 'large'), 0)
    writeFileSync(join(large, 'large.steer.ts'), longDeclaration(STATES))
    try {
      await runGen(large)
      const watched = await Watched.start(createFolder(join(work, 'watched'), 1))
      try {
        return await measure(settings, { one, many, large, watched })
      } finally {
        watched.stop()
      }
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
  },
}

interface Folders {
  readonly one: string
  readonly many: string
  readonly large: string
  readonly watched: Watched
}

async function measure({ rounds: asked, isQuick }: Settings, folders: Folders): Promise<readonly Series[]> {
  const { one, many, large, watched } = folders
  const measures: Readonly<Record<string, () => Promise<number>>> = {
    node: () => run(['-e', '0']),
    'ts-morph, one file': () => run([BARE, one]),
    'one file': () => runCold(one),
    unchanged: () => runGen(one),
    'ts-morph, 200 files': () => run([BARE, many]),
    '200 files': () => runCold(many),
    watch: () => watched.edit(),
    'type-check': () => typeCheck(large),
  }
  const figures = new Map<string, Figures[]>(Object.keys(measures).map((name) => [name, []]))
  // The first round brings the files into the machine's cache. A quick run has no other.
  const firstCounted = isQuick ? 0 : 1
  const lastRound = isQuick ? 0 : asked
  for (let round = 0; round <= lastRound; round++) {
    for (const [name, once] of Object.entries(measures)) {
      const ms = await once()
      if (round >= firstCounted) figures.get(name)!.push({ ms })
    }
  }
  return [...figures].map(([contestant, all]) => ({ bench: 'generator', contestant, rounds: all }))
}

function createFolder(folder: string, files: number): string {
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  symlinkSync(ROOT, join(folder, 'node_modules', 'coxswain'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  for (let index = 0; index < files; index++)
    writeFileSync(join(folder, `shop${index}.steer.ts`), declaration(index, 0))
  return folder
}

function declaration(index: number, edition: number): string {
  return `import { choose, on, receive, send, steer, type Int } from 'coxswain/steer'

export interface Order${index} { id: string; count: Int; notes: string[]; edition: ${edition} }
export interface Receipt${index} { total: number; at: Date }

export const Shop${index} = steer('shop${index}', receive<Order${index}>('order'), choose({ taken: on<Receipt${index}>(), refused: on() }))
`
}

function longDeclaration(states: number): string {
  const steps = Array.from(
    { length: states / 2 },
    (_, index) => `  receive<Item>('ask${index}'), send<Item>('tell${index}'),`,
  )
  return `import { receive, send, steer } from 'coxswain/steer'

export interface Item { n: number; text: string }

export const Large = steer('large',\n${steps.join('\n')}\n)\n`
}

/** With nothing kept from an earlier run. */
async function runCold(folder: string): Promise<number> {
  rmSync(join(folder, 'node_modules', '.cache'), { recursive: true, force: true })
  return runGen(folder)
}

async function runGen(folder: string): Promise<number> {
  const ms = await run([COMMAND, 'gen', '.'], folder)
  const name = existsSync(join(folder, 'large.steer.ts')) ? 'large' : 'shop0'
  if (!existsSync(join(folder, `${name}.gen.ts`))) throw new WrongAnswer('generator: nothing was written')
  return ms
}

/** How much longer the compiler takes with the generated files than with none. */
async function typeCheck(folder: string): Promise<number> {
  const require = createRequire(import.meta.url)
  const tsc = require.resolve('typescript/bin/tsc')
  const flags = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--types',
    'node',
  ]
  const empty = join(folder, 'empty.ts')
  writeFileSync(empty, 'export {}\n')
  const typeRoots = join(dirname(require.resolve('@types/node/package.json')), '..')
  const bare = await run([tsc, empty, ...flags, '--typeRoots', typeRoots], folder)
  const whole = await run([tsc, join(folder, 'large.gen.ts'), ...flags, '--typeRoots', typeRoots], folder)
  return whole - bare
}

/** Runs Node to its end; resolves to how long it took, in ms. */
function run(args: readonly string[], folder = ROOT): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const child = spawn(process.execPath, [...process.execArgv, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0) resolve(performance.now() - began)
      else
        reject(
          new WrongAnswer(`generator: ${args.join(' ')} ended with ${code ?? '?'}: ${Buffer.concat(said).toString()}`),
        )
    })
  })
}

/** A folder under `coxswain gen --watch`. */
class Watched {
  readonly #folder: string
  readonly #child: ChildProcess
  #edition = 0

  private constructor(folder: string, child: ChildProcess) {
    this.#folder = folder
    this.#child = child
  }

  static async start(folder: string): Promise<Watched> {
    const args = [...process.execArgv, COMMAND, 'gen', '--watch', '.']
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
    const watched = new Watched(folder, child)
    await watched.#output()
    return watched
  }

  /** From the file that changes to the generated one that follows; resolves to ms. */
  async edit(): Promise<number> {
    const edition = ++this.#edition
    const file = join(this.#folder, 'shop0.steer.ts')
    const answered = this.#output()
    const began = performance.now()
    writeFileSync(file, declaration(0, edition))
    await answered
    const ms = performance.now() - began
    const written = readFileSync(join(this.#folder, 'shop0.gen.ts'), 'utf8')
    if (!written.includes(`edition: ${edition}`)) throw new WrongAnswer('generator: the watch did not follow the edit')
    return ms
  }

  stop(): void {
    this.#child.kill('SIGKILL')
  }

  #output(): Promise<unknown> {
    return new Promise((resolve) => this.#child.stdout!.once('data', resolve))
  }
}
