/** The process of one side: answers what the runner asks, and measures what it does itself. */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { loadPeer } from '../peers/index.ts'
import type { Client, Job, Tally } from '../peers/peer.ts'

export type Question =
  | { readonly ask: 'serve'; readonly peer: string; readonly job: Job }
  | { readonly ask: 'connect'; readonly peer: string; readonly job: Job; readonly port: number }
  | { readonly ask: 'run'; readonly count: number }
  | { readonly ask: 'usage' }
  | { readonly ask: 'memory' }
  | { readonly ask: 'call'; readonly module: string; readonly name: string; readonly argument: unknown }

export type Answer = { readonly value: unknown } | { readonly error: string }

export interface RunReport {
  readonly tally: Tally
  readonly ms: number
  readonly cpuMs: number
}

export interface Usage {
  readonly cpuMs: number
  readonly peakBytes: number
}

export interface Memory {
  /** Of the process. */
  readonly residentBytes: number
  /** Of JavaScript, with the buffers that it holds, after a collection. */
  readonly heldBytes: number
}

let client: Client | undefined

async function answer(question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'serve':
      return (await (await loadPeer(question.peer)).serve(question.job)).port
    case 'connect':
      client = await (await loadPeer(question.peer)).connect(question.job, question.port)
      return undefined
    case 'run':
      return run(question.count)
    case 'usage':
      return { cpuMs: cpuMs(), peakBytes: process.resourceUsage().maxRSS * 1024 } satisfies Usage
    case 'memory':
      return memory()
    case 'call': {
      const module = (await import(question.module)) as Readonly<Record<string, (argument: unknown) => unknown>>
      return module[question.name]!(question.argument)
    }
  }
}

async function run(count: number): Promise<RunReport> {
  const cpu = cpuMs()
  const start = performance.now()
  const tally = await client!.run(count)
  return { tally, ms: performance.now() - start, cpuMs: cpuMs() - cpu }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

let collect: (() => void) | undefined

function memory(): Memory {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
  }
  for (let round = 0; round < 3; round++) collect()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { residentBytes: rss, heldBytes: heapUsed + external }
}

process.on('message', (question: Question) => {
  answer(question).then(
    (value) => process.send!({ value } satisfies Answer),
    (error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      process.send!({ error: text } satisfies Answer)
    },
  )
})
process.on('disconnect', () => process.exit())
