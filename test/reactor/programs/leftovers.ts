/** A reactor with everything that it can have. It says what is left of the process's handles and handlers, and ends by itself. */

import { readdirSync, readFileSync } from 'node:fs'
import { reactor } from '../../../src/reactor/index.ts'
import { EXEC_ARGV } from '../loader.ts'

const EVENTS = ['SIGTERM', 'SIGINT', 'uncaughtException', 'unhandledRejection', 'exit', 'message', 'disconnect']
/** What comes and goes with the writing of output, and with the child of the loader of TypeScript. */
const OTHERS = /^(Pipe|TTY|Immediate|FSReq|ProcessWrap)/
const count = (): string => {
  const resources = process.getActiveResourcesInfo().filter((kind) => !OTHERS.test(kind))
  return [...EVENTS.map((event) => process.listenerCount(event)), resources.sort().join()].join(' ')
}
const children = (): number =>
  readdirSync(`/proc/${process.pid}/task`)
    .flatMap((task) => read(`/proc/${process.pid}/task/${task}/children`).split(' ').filter(Boolean))
    .filter((child) => !read(`/proc/${child}/cmdline`).includes('esbuild')).length

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Waits until the same handles have been there for a while. */
async function quiet(): Promise<void> {
  for (let turn = 0, same = 0, last = count(); turn < 500 && same < 20; turn++) {
    await nextTurn()
    const now = count()
    same = now === last ? same + 1 : 0
    last = now
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1))
}

const [stateDir = ''] = process.argv.slice(2)
let before: string | undefined
const module = new URL('./isolated.ts', import.meta.url)
const isolated = { module, execArgv: EXEC_ARGV, watchdog: { beatEveryMs: 200 }, stopTimeoutMs: 300 } as const
for (let round = 0; round < 3; round++) {
  const r = reactor({
    metadata: { does: round === 1 ? 'spin' : '' },
    signals: ['SIGTERM', 'SIGINT'],
    health: { port: 0 },
    stateDir,
    services: [
      { name: 'inline', service: { main: (_, ctx) => ctx.sleep(60_000) }, watchdog: { beatEveryMs: 200 } },
      { name: 'failing', service: { main: () => Promise.reject(new Error('no')) } },
      { ...isolated, name: 'thread', isolate: 'thread' },
      { ...isolated, name: 'process', isolate: 'process' },
    ],
  })
  await Promise.all([r.ready, r.healthPort])
  await r.shutdown()
  await r.done
  // The first round is for what Node and the loader make once. What is closing is gone some turns later; what is left is not.
  await quiet()
  before ??= count()
  for (let turn = 0; turn < 500 && count() !== before; turn++) await nextTurn()
  process.stdout.write(`${count() === before ? 'same' : `${before} became ${count()}`}, ${children()} children\n`)
}
