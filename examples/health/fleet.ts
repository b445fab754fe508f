/**
 * The whole fleet: one balancer and three workers, each a process of its own. `npm start` runs this.
 *
 *     npm start                    on a terminal until Ctrl-C, elsewhere for ten seconds
 *     npm start -- --seconds 5
 *
 * Exits with 0 only if every worker has reported.
 */

import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const WORKERS = ['w1', 'w2', 'w3']
const SECONDS_WITHOUT_A_TERMINAL = 10
/** A child that has not ended so long after it was asked to is killed, in ms. */
const PATIENCE_MS = 5000

const values = readOptions()
const seconds = readSeconds(values.seconds)

function readOptions(): { readonly seconds?: string; readonly port: string } {
  try {
    return parseArgs({ options: { seconds: { type: 'string' }, port: { type: 'string', default: '7070' } } }).values
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error('usage: npm start -- [--seconds N] [--port PORT]')
    process.exit(2)
  }
}

function readSeconds(given: string | undefined): number | undefined {
  if (given === undefined) return process.stdout.isTTY ? undefined : SECONDS_WITHOUT_A_TERMINAL
  const number = Number(given)
  if (Number.isFinite(number) && number > 0 && number <= 86_400) return number
  console.error(`--seconds takes a number from 1 to 86400, not "${given}"`)
  process.exit(2)
}

function start(file: string, args: readonly string[]): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    execArgv: ['--import', import.meta.resolve('tsx')],
  })
}

const balancer = start('./balancer.ts', ['--port', values.port, '--expect', WORKERS.join(',')])
const balancerGone = once(balancer, 'exit') as Promise<[number | null, string | null]>
const ready = await Promise.race([
  once(balancer, 'message') as Promise<[{ port: number }]>,
  balancerGone.then(() => undefined),
])
if (ready === undefined) process.exit(1)

const workers = WORKERS.map((name) => start('./worker.ts', ['--name', name, '--port', String(ready[0].port)]))
const workersGone = workers.map((worker) => once(worker, 'exit'))

async function wait(): Promise<void> {
  const over: Promise<unknown>[] = [once(process, 'SIGINT'), once(process, 'SIGTERM'), balancerGone]
  if (seconds !== undefined) over.push(new Promise((resolve) => setTimeout(resolve, seconds * 1000)))
  await Promise.race(over)
}

await wait()
// Signals that come now must not kill the one who waits for the children.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
const patience = setTimeout(() => {
  for (const child of [balancer, ...workers]) child.kill('SIGKILL')
}, PATIENCE_MS)
// The balancer first: it should see the workers that are there, not how they leave.
balancer.kill('SIGTERM')
const [code] = await balancerGone
for (const worker of workers) worker.kill('SIGTERM')
await Promise.all(workersGone)
clearTimeout(patience)
process.exit(code ?? 1)
