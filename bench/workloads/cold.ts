/** From the start of a client's process to its first answer, the start of Node included; and what it loads for that. */

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Job } from '../peers/peer.ts'
import { moduleBeside } from '../runner/beside.ts'
import { WrongAnswer, type Bench } from '../runner/bench.ts'
import { Side } from '../runner/process-pair.ts'
import type { Figures } from '../runner/series.ts'

/** What a plain link and its turns have no use for. */
const UNWANTED =
  /ts-morph|typescript|@noble|cbor-x|p-retry|codegen\/|src\/(?:cli|reactor|services|testing)\/|src\/session\/channel\/secure|src\/secure\/(?:noise|.*(?:channel|handshake|security|aead|(?:noble|node|system)-provider|guarded-suite))/
const UNWANTED_OF_NODE = /^NativeModule (?:crypto|tls|https?|http2)$/

interface Subject {
  readonly name: string
  readonly peer: string
  readonly program: string
  readonly isSlow?: boolean
}

const SUBJECTS: readonly Subject[] = [
  { name: 'net', peer: 'net', program: 'net' },
  { name: 'coxswain', peer: 'coxswain', program: 'coxswain' },
  { name: 'ws', peer: 'ws', program: 'peer', isSlow: true },
  { name: 'grpc', peer: 'grpc', program: 'peer', isSlow: true },
  { name: 'connect', peer: 'connect', program: 'peer', isSlow: true },
]

export const COLD: Bench = {
  name: 'cold',
  about: "a client's process from its start to its first answer",
  async run({ rounds: asked, isQuick, contestants }) {
    const rounds = isQuick ? asked : asked * 3
    const chosen = SUBJECTS.filter(({ name, isSlow }) =>
      contestants.length > 0 ? contestants.includes(name) : !(isQuick && isSlow === true),
    )
    const servers = chosen.map(({ name }) => new Side(`server of cold, ${name}`, 0))
    const echo = await startEcho()
    try {
      const ports: number[] = []
      for (const [index, { peer }] of chosen.entries()) {
        ports.push(peer === 'net' ? echo.port : await serve(servers[index]!, peer))
      }
      const figures: Figures[][] = chosen.map(() => [])
      // The first round brings the files into the machine's cache.
      for (let round = -1; round < rounds; round++) {
        for (const [index, subject] of chosen.entries()) {
          const measured = await measure(subject, ports[index]!)
          if (round >= 0) figures[index]!.push(measured)
        }
      }
      return chosen.map(({ name }, index) => ({ bench: 'cold', contestant: name, rounds: figures[index]! }))
    } finally {
      for (const server of servers) await server.stop()
      echo.close()
    }
  },
}

function serve(server: Side, peer: string): Promise<number> {
  const job: Job = { workload: 'turns', sessions: 1, options: {} }
  return server.ask<number>({ ask: 'serve', peer, job })
}

function startEcho(): Promise<{ readonly port: number; close(): void }> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    socket.pipe(socket)
  })
  return new Promise((resolve) => {
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      resolve({ port: (server.address() as AddressInfo).port, close: () => server.close() })
    })
  })
}

async function measure({ name, peer, program }: Subject, port: number): Promise<Figures> {
  const { ms } = await start(program, [String(port), peer])
  if (name !== 'coxswain') return { ms }
  const { answer } = await start('import', [])
  return { ms, importMs: answer, unwanted: countUnwanted(port) }
}

/** Starts a program; resolves to how long it took to its answer, and to the number that it gave. */
function start(program: string, args: readonly string[]): Promise<{ readonly ms: number; readonly answer: number }> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const child = spawn(process.execPath, [...process.execArgv, programFile(program), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let answered: { readonly ms: number; readonly answer: number } | undefined
    child.stdout.once('data', (chunk: Buffer) => {
      const [, number] = /^answer ([\d.]+)/.exec(chunk.toString()) ?? []
      if (number !== undefined) answered = { ms: performance.now() - began, answer: Number(number) }
    })
    child.on('error', reject)
    child.on('close', () => {
      if (answered === undefined) reject(new WrongAnswer(`cold, ${program}: the program gave no answer`))
      else resolve(answered)
    })
  })
}

function programFile(program: string): string {
  return fileURLToPath(moduleBeside(import.meta.url, `../cold/${program}`))
}

/**
 * Of the modules that the client has loaded: those that it has no use for. V8 itself tells which files there were, and their source
 * maps what was put into them.
 */
function countUnwanted(port: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    const { stdout } = spawnSync(
      process.execPath,
      [...process.execArgv, programFile('coxswain'), String(port), '--modules'],
      { env: { ...process.env, NODE_V8_COVERAGE: folder }, encoding: 'utf8' },
    )
    const native = stdout.split('\n').map((line) => line.replace(/^module /, ''))
    const files = readdirSync(folder).flatMap((file) => scriptsIn(readFileSync(join(folder, file), 'utf8')))
    const modules = files.flatMap(modulesIn)
    if (!modules.some((file) => file.includes('/session/link.'))) throw new WrongAnswer('cold: no module was seen')
    return (
      native.filter((name) => UNWANTED_OF_NODE.test(name)).length + modules.filter((file) => UNWANTED.test(file)).length
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function scriptsIn(coverage: string): string[] {
  const { result } = JSON.parse(coverage) as { readonly result: readonly { readonly url: string }[] }
  return result.map(({ url }) => url)
}

/** The sources of a file that was made of several; itself where it has no map. */
function modulesIn(script: string): string[] {
  const map = `${script}.map`
  if (!script.startsWith('file:') || !existsSync(new URL(map))) return [script]
  const { sources } = JSON.parse(readFileSync(new URL(map), 'utf8')) as { readonly sources: readonly string[] }
  return sources.map((source) => new URL(source, map).href)
}
